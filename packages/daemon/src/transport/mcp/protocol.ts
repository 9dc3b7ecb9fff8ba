// The protocol itself, left to the SDK: which revision a message speaks, its checks and envelopes. Every message gets a
// server of its own, so nothing is kept between messages and a restart of the daemon loses nothing.
import {
  createMcpHandler,
  isJSONRPCRequest,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type Transport,
} from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { answeredWithin } from '../../kit/deadline.ts'
import { AppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { legacyTools } from './legacy-tools.ts'
import { type Asked, createMessageServer, type HandlerServices } from './message-handlers.ts'
import { tools } from './tools.ts'

export interface AskedOverMcp extends Asked {
  /** Offer the tools of earlier clients too. */
  readonly legacyTools: boolean
}

export interface Protocol {
  /** One message of a stdio connection; resolves with its answer, null for what needs none. */
  answer(message: unknown, asked: AskedOverMcp): Promise<object | null>
  /** One Streamable HTTP request. */
  fetch(request: Request, asked: AskedOverMcp): Promise<Response>
}

/** No streams are offered: nothing in the lists ever changes while a daemon runs. */
const maxSubscriptions = 0

export function createProtocol(services: Omit<HandlerServices, 'tools'>): Protocol {
  const { log } = services
  const allTools = [...tools, ...legacyTools()]
  const serverFor = (asked: AskedOverMcp) => () =>
    createMessageServer({ ...services, tools: asked.legacyTools ? allTools : tools }, asked)
  const reporter = (asked: Asked) => (error: Error) =>
    log.warn('mcp_message_refused', { id: asked.requestId, reason: error.name })

  return {
    async answer(message, asked) {
      if (isNotification(message)) return null
      if (!isJSONRPCRequest(message)) return invalidRequest(message)
      const wire = createWire(message)
      const connection = serveStdio(serverFor(asked), {
        transport: wire.transport,
        maxSubscriptions,
        onerror: reporter(asked),
      })
      try {
        wire.transport.onmessage?.(message)
        return await answeredWithin(wire.answer, limits.mcpMessageMsMax, noAnswer)
      } finally {
        await connection.close()
      }
    },
    async fetch(request, asked) {
      const handler = createMcpHandler(serverFor(asked), {
        maxSubscriptions,
        onerror: reporter(asked),
      })
      return handler.fetch(request)
    },
  }
}

/** A connection that carries one request and its answer; what else the server says is not for a bridge to pass on. */
function createWire(request: JSONRPCRequest): {
  readonly transport: Transport
  readonly answer: Promise<JSONRPCMessage>
} {
  const { promise: answer, resolve } = Promise.withResolvers<JSONRPCMessage>()
  const transport: Transport = {
    async start() {},
    async close() {},
    async send(message) {
      if (!('method' in message) && message.id === request.id) resolve(message)
    },
  }
  return { transport, answer }
}

function noAnswer(): AppError {
  return new AppError('timeout', 'no answer in time; try again')
}

function isNotification(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'method' in message && !('id' in message)
}

function invalidRequest(message: unknown): object {
  const id = typeof message === 'object' && message !== null && 'id' in message ? message.id : null
  return {
    jsonrpc: '2.0',
    id: isId(id) ? id : null,
    error: { code: -32600, message: 'not a JSON-RPC request' },
  }
}

function isId(id: unknown): boolean {
  return typeof id === 'string' || typeof id === 'number'
}
