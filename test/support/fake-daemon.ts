// A daemon as clients see it, a few calls deep: discovery files, token, session context, capture. For tests of the
// clients only; it can also misbehave, which the real one should not.
import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { daemonProof } from '../../packages/client/src/daemon-proof.ts'

type Mood = 'well' | 'hangs' | 'garbage' | 'broken' | 'strange'

interface FakeTurn {
  readonly text: string
  readonly role: string
  readonly message_id?: string
  readonly said_at?: number
  readonly speaker?: string
  readonly parent_session_id?: string
  readonly client: string
  readonly session_id: string
  readonly cwd?: string
}

export interface FakeDaemon {
  mood: Mood
  /** What the session context says; a new text per session id shows who asked. */
  context: string
  /** What a first prompt brings back. */
  recalled: string
  /** How long it takes to answer that. */
  recallMs: number
  readonly turns: readonly FakeTurn[]
  readonly calls: readonly { readonly what: string; readonly params: Readonly<Record<string, unknown>> }[]
  readonly port: number
  rotateToken(): Promise<void>
  /** Takes the port file away and closes the port. */
  stop(): Promise<void>
  /** Goes away as a killed process does: the port file stays. */
  kill(): Promise<void>
}

export async function startFakeDaemon(dataDir: string): Promise<FakeDaemon> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const turns: FakeTurn[] = []
  const calls: { what: string; params: Record<string, unknown> }[] = []
  let token = ''

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (daemon.mood === 'hangs') return
    const asked = new URL(request.url ?? '/', 'http://127.0.0.1')
    const challenge = asked.pathname === '/healthz' ? asked.searchParams.get('challenge') : null
    if (challenge !== null) {
      const end = { address: '127.0.0.1', port }
      return json(response, 200, { ok: true, proof: daemonProof(token, challenge, end) })
    }
    if (daemon.mood === 'garbage') return void request.socket.end('SSH-2.0-not-http\r\n')
    if (daemon.mood === 'strange') return json(response, 200, { hello: 'from something else' })
    if (daemon.mood === 'broken')
      return json(response, 500, { error: 'internal error (1)', code: 'internal' })
    if (request.headers.authorization !== `Bearer ${token}`) {
      return json(response, 401, { error: 'unauthorized', code: 'unauthorized' })
    }
    if (asked.pathname === '/memory/session-context') {
      calls.push({ what: 'session_context', params: Object.fromEntries(asked.searchParams) })
      response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(daemon.context)
      return
    }
    if (asked.pathname === '/memory/prompt-recall') {
      calls.push({ what: 'prompt_recall', params: JSON.parse(await readBody(request)) })
      await new Promise((resolve) => setTimeout(resolve, daemon.recallMs))
      response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(daemon.recalled)
      return
    }
    const { method, params } = JSON.parse(await readBody(request)) as {
      method: string
      params: Record<string, unknown>
    }
    calls.push({ what: method, params })
    if (method === 'memory_capture_batch') return json(response, 200, capture(params))
    if (method === 'session_exit') return json(response, 200, { closed: true })
    if (method === 'session_take_back') return json(response, 200, { taken_back: 0, restored: 0 })
    if (method === 'session_forget') return json(response, 200, { count: 0, complete: true })
    json(response, 404, { error: `unknown method '${method}'`, code: 'unknown_method' })
  }

  function capture(params: Record<string, unknown>): object {
    const { turns: batch, ...rest } = params as unknown as FakeTurn & { turns: FakeTurn[] }
    for (const turn of batch) turns.push({ ...rest, ...turn })
    const results = batch.map((_, at) => ({ status: 'inserted', record_id: String(at), reason: null }))
    return { results, inserted: results.length, skipped: 0, reinforced: 0 }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  const daemon: FakeDaemon = {
    mood: 'well',
    context: '',
    recalled: '',
    recallMs: 0,
    turns,
    calls,
    port,
    async rotateToken() {
      token = randomBytes(32).toString('base64url')
      await writeFile(join(dataDir, '.http.token'), token, { mode: 0o600 })
    },
    async stop() {
      await rm(join(dataDir, '.http.port'), { force: true })
      await this.kill()
    },
    kill() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  await daemon.rotateToken()
  await writeFile(join(dataDir, '.http.port'), String(port), { mode: 0o600 })
  return daemon
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function json(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body), 'utf8')
  // The daemon always says the length, and clients rely on it.
  const headers = { 'content-type': 'application/json', 'content-length': bytes.length }
  response.writeHead(status, headers).end(bytes)
}
