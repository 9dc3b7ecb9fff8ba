// One trouble that a daemon may meet, played through on a real one. A scenario returns in a sentence what was seen, and
// throws when a promise was broken.
import { ok } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectDaemon, type SocketClient } from '../../../packages/client/src/socket-client.ts'
import { type DaemonChild, type DaemonChildOptions, startDaemonChild } from '../../support/daemon-child.ts'
import { inspectStore } from '../inspect-store.ts'

export interface Place {
  readonly home: string
  readonly dataDir: string
  start(options?: Omit<DaemonChildOptions, 'dataDir'>): Promise<DaemonChild>
}

export interface Scenario {
  readonly name: string
  /** Why it cannot be played on this machine; null when it can. */
  cannot?(): string | null
  run(place: Place): Promise<string>
}

const preload = fileURLToPath(new URL('../fault-preload.mjs', import.meta.url))

/** For DaemonChildOptions: a fault of fault-preload.mjs. */
export function withFault(fault: object) {
  return { nodeArgs: ['--import', preload], env: { IAI_TEST_FAULT: JSON.stringify(fault) } }
}

/** Runs it in a home of its own; whatever it leaves running is ended. */
export async function play(scenario: Scenario): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'iai-trouble-'))
  const dataDir = join(home, 'data')
  const started: number[] = []
  const place: Place = {
    home,
    dataDir,
    start: (options) =>
      startDaemonChild({
        dataDir,
        ...options,
        onSpawn(child) {
          started.push(child.pid ?? 0)
          options?.onSpawn?.(child)
        },
      }),
  }
  try {
    const seen = await scenario.run(place)
    const wrong = inspectStore(dataDir, { gone: new Set(), deep: true })
    ok(wrong.length === 0, `the store it left: ${wrong.join('; ')}`)
    return seen
  } finally {
    for (const pid of started) endIfRunning(pid)
    await rm(home, { recursive: true, force: true })
  }
}

function endIfRunning(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended, which is what it was to do.
  }
}

const callMsMax = 30_000

export interface Talk {
  call(method: string, params: object): Promise<Record<string, unknown>>
  readonly client: SocketClient
}

export async function talkTo({ socketPath }: DaemonChild): Promise<Talk> {
  const client = await connectDaemon(socketPath, { timeoutMs: callMsMax })
  return {
    client,
    call: async (method, params) =>
      (await client.call(method, params, { timeoutMs: callMsMax })) as Record<string, unknown>,
  }
}

export const project = 'git:example.org/trouble'

/** Captures one turn with the mark `zq<name>x`; resolves with its id. */
export async function captureOne({ call }: Talk, name: string, text = ''): Promise<string> {
  const turns = [{ role: 'user', text: `Remember the zq${name}x of this. ${text}`, message_id: name }]
  const answer = await call('memory_capture_batch', {
    client: 'trouble',
    session_id: 'ses_1',
    project,
    turns,
  })
  const { results } = answer as { results: { record_id: string }[] }
  return results[0]?.record_id ?? ''
}

/** How many of `ids` are not there. */
export async function missing({ call }: Talk, ids: readonly string[]): Promise<number> {
  let there = 0
  // An answer ends where its texts grow too long, and names what is to be asked for again.
  const asked: string[][] = []
  for (let at = 0; at < ids.length; at += 500) asked.push(ids.slice(at, at + 500))
  for (const portion of asked) {
    const { memories, remaining = [] } = (await call('memory_get', { ids: portion })) as {
      memories: unknown[]
      remaining?: string[]
    }
    there += memories.length
    if (remaining.length > 0) asked.push(remaining)
  }
  return ids.length - there
}
