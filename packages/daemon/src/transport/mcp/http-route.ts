// `/mcp` on the HTTP port: Streamable HTTP without sessions or streams, behind the same checks as every route. What a
// host cannot say in a message may stand in the address: `/mcp?cwd=/home/ada/shop`, `client`, `legacy_tools=1`.

import { type Reply, reply } from '../http/replies.ts'
import type { RequestHead } from '../http/request-head.ts'
import { post, type Route, type RoutedRequest } from '../http/routes.ts'
import type { Mcp } from './mcp.ts'

export function mcpRoute(mcp: Mcp): Route {
  return {
    ...post,
    access: 'token',
    async answer({ head, body, requestId }: RoutedRequest) {
      const request = new Request(`http://127.0.0.1${head.path}`, {
        method: 'POST',
        headers: passedHeaders(head),
        body: new Uint8Array(await body()),
      })
      const given = (name: string): string | undefined => head.query.get(name)?.trim() || undefined
      const response = await mcp.fetch(request, {
        scope: { cwd: given('cwd'), client: given('client') },
        legacyTools: given('legacy_tools') === '1',
        requestId,
      })
      return toReply(response)
    },
  }
}

/** The token stays outside: no part of the protocol needs it. */
const passed = ['accept', 'content-type', 'mcp-protocol-version', 'mcp-session-id', 'mcp-method', 'mcp-name']

function passedHeaders(head: RequestHead): [string, string][] {
  return passed.flatMap((name) => head.values(name).map((value): [string, string] => [name, value]))
}

async function toReply(response: Response): Promise<Reply> {
  const type = response.headers.get('content-type') ?? 'application/json'
  return reply(response.status, type, await response.text())
}
