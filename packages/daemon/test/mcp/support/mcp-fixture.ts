// A daemon's MCP side over the plain store, reached as hosts reach it: the official client over Streamable HTTP, and
// over stdio through a real bridge process.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { onTestFinished } from 'vitest'
import { tempDir } from '../../../../../test/support/temp-dir.ts'
import { silentLog } from '../../../src/kit/log.ts'
import { createHttpServer } from '../../../src/transport/http/http-server.ts'
import { mcpRoute } from '../../../src/transport/mcp/http-route.ts'
import { createMcp } from '../../../src/transport/mcp/mcp.ts'
import { withMcpLines } from '../../../src/transport/mcp/socket-lines.ts'
import { createRequestIds } from '../../../src/transport/request-ids.ts'
import { createSocketServer } from '../../../src/transport/socket/socket-server.ts'
import { type Fixture, fixture, shop } from '../../operations/support.ts'

export const token = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ'

export const ways = ['stdio', 'http'] as const
export const revisions = ['2025-11-25', '2026-07-28'] as const

export interface Host {
  readonly way: (typeof ways)[number]
  readonly revision: (typeof revisions)[number]
  /** null: the host works in no directory that it tells of */
  readonly cwd?: string | null
  readonly legacyTools?: boolean
}

export interface McpFixture {
  readonly memory: Fixture
  readonly socketPath: string
  readonly url: string
  connect(host: Host): Promise<Client>
}

export async function startMcp(): Promise<McpFixture> {
  const memory = fixture()
  const dataDir = tempDir()
  const socketPath = join(dataDir, '.daemon.sock')
  const common = {
    dispatch: memory.dispatch,
    log: silentLog,
    now: () => memory.now,
    requestIds: createRequestIds('test'),
  }
  const mcp = createMcp({ ...common, version: '0.0.0' })
  const socket = createSocketServer({
    ...common,
    control: withMcpLines(async () => ({ ok: false, reason: 'not of this test' }), mcp),
    address: { kind: 'path', path: socketPath },
  })
  const http = createHttpServer({
    ...common,
    host: '127.0.0.1',
    port: 0,
    dataDir,
    auth: { kind: 'token', current: () => token },
    furtherRoutes: new Map([['/mcp', mcpRoute(mcp)]]),
  })
  await Promise.all([socket.start(), http.start()])
  onTestFinished(async () => {
    await Promise.all([socket.stop(), http.stop()])
  })
  const url = `http://127.0.0.1:${http.port()}/mcp`
  return {
    memory,
    socketPath,
    url,
    async connect(host) {
      const mode = host.revision === '2025-11-25' ? 'legacy' : { pin: host.revision }
      const client = new Client({ name: 'test-host', version: '1' }, { versionNegotiation: { mode } })
      onTestFinished(() => client.close())
      await client.connect(host.way === 'stdio' ? overStdio(socketPath, dataDir, host) : overHttp(url, host))
      return client
    },
  }
}

const bridge = fileURLToPath(new URL('bridge-process.ts', import.meta.url))

function overStdio(socketPath: string, dataDir: string, { cwd = shop, legacyTools }: Host): Transport {
  const args = ['--data-dir', dataDir, '--socket', socketPath]
  return new StdioClientTransport({
    command: process.execPath,
    args: [
      bridge,
      ...args,
      ...(cwd === null ? [] : ['--cwd', cwd]),
      ...(legacyTools ? ['--legacy-tools'] : []),
    ],
    // A bridge that is told no directory takes its own, unless that is the home directory.
    env: { HOME: dataDir },
    cwd: dataDir,
  })
}

function overHttp(url: string, { revision, cwd = shop, legacyTools }: Host): Transport {
  const address = new URL(url)
  // Without sessions, the handshake of that revision is forgotten by the next message.
  if (revision === '2025-11-25') address.searchParams.set('client', 'test-host')
  if (cwd !== null) address.searchParams.set('cwd', cwd)
  if (legacyTools) address.searchParams.set('legacy_tools', '1')
  return new StreamableHTTPClientTransport(address, {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  })
}

export interface Answer {
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers by key
  readonly structured: any
  readonly isError: boolean
}

/** Calls a tool. A client that has listed the tools has checked the structured answer against its schema by then. */
export async function callTool(
  client: Client,
  name: string,
  args: Record<string, unknown> = {},
): Promise<Answer> {
  const result = await client.callTool({ name, arguments: args })
  const [content] = result.content
  if (result.content.length !== 1 || content?.type !== 'text') throw new Error('not one text')
  return { text: content.text, structured: result.structuredContent, isError: result.isError === true }
}
