// Model Context Protocol over both ways into the daemon: messages that a stdio bridge passes on over the Unix socket,
// and Streamable HTTP. A thin adapter to dispatch. The SDK is loaded by the first message, so that a daemon whose hosts
// speak no MCP does not carry it.
import type { Dispatch } from '../../dispatch/dispatch.ts'
import type { Log } from '../../kit/log.ts'
import type { RequestIds } from '../request-ids.ts'
import type { AskedOverMcp, Protocol } from './protocol.ts'

export interface McpServices {
  readonly dispatch: Dispatch
  readonly log: Log
  readonly requestIds: RequestIds
  readonly version: string
}

export interface Mcp {
  readonly requestIds: RequestIds
  answer(message: unknown, asked: AskedOverMcp): Promise<object | null>
  fetch(request: Request, asked: AskedOverMcp): Promise<Response>
}

export function createMcp({ requestIds, ...services }: McpServices): Mcp {
  let loading: Promise<Protocol> | null = null
  const protocol = (): Promise<Protocol> => {
    loading ??= import('./protocol.ts').then(({ createProtocol }) => createProtocol(services))
    return loading
  }
  return {
    requestIds,
    answer: async (message, asked) => (await protocol()).answer(message, asked),
    fetch: async (request, asked) => (await protocol()).fetch(request, asked),
  }
}
