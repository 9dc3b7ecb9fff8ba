// `npm run bench:consolidation [-- --day 500 --history 20000]`: how long it takes to consolidate a day, and how long
// requests wait meanwhile: beside one that was asked for, and when the first of them ends one in the background.
import { cpus, release } from 'node:os'
import { parseArgs } from 'node:util'
import { connectDaemon, type SocketClient } from '../../packages/client/src/socket-client.ts'
import { limits } from '../../packages/daemon/src/kit/limits.ts'
import {
  type InventedSession,
  inventedHistory,
  questionAbout,
  seededRandom,
} from '../load/invented-history.ts'
import { type BenchDaemon, startBenchDaemon } from '../support/bench-daemon.ts'
import { type Spread, spreadOf } from '../support/spread.ts'

const { values } = parseArgs({
  options: {
    day: { type: 'string', default: '500' },
    history: { type: 'string', default: '20000' },
    askers: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
  },
})

const callOptions = { timeoutMs: 60_000 }
const dayProjects = 3
const askEveryMs = 15

interface Consolidated {
  readonly ms: number
  readonly summaries_created: number
  readonly complete: boolean
}

const daemon = await startBenchDaemon()
try {
  const client = await connectDaemon(daemon.socketPath)
  const past = await pour(client, Number(values.history), 50, 1)
  await consolidateAll(client)
  const alone: number[] = []
  const beside: number[] = []
  const took: number[] = []
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const sessions = await pour(client, Number(values.day), dayProjects, 100 + round)
    for (const { session_id } of sessions) await client.call('session_exit', { session_id, client: 'bench' })
    const asked = [...past.slice(-50), ...sessions]
    alone.push(...(await whileAsking(daemon, asked, () => pause(1_000))).waits)
    const { waits, result } = await whileAsking(daemon, asked, () => consolidate(client))
    beside.push(...waits)
    took.push(result.ms)
  }
  const firsts = await inBackground(client, past)
  client.close()
  print({ took: spreadOf(took), alone: spreadOf(alone), beside: spreadOf(beside), firsts })
} finally {
  await daemon.remove()
}

/** Captures an invented history; returns its sessions. */
async function pour(
  client: SocketClient,
  turns: number,
  projects: number,
  seed: number,
): Promise<InventedSession[]> {
  const sessions: InventedSession[] = []
  for (const session of inventedHistory({ turns, projects, seed, endMs: Date.now() - 3_600_000 })) {
    const named = { ...session, session_id: `${seed}/${session.session_id}` }
    const { session_id, project } = named
    const batch = { client: 'bench', session_id, project, turns: session.turns }
    await client.call('memory_capture_batch', batch, callOptions)
    sessions.push(named)
  }
  return sessions
}

function consolidate(client: SocketClient): Promise<Consolidated> {
  return client.call('memory_consolidate', {}, callOptions) as Promise<Consolidated>
}

async function consolidateAll(client: SocketClient): Promise<void> {
  while (!(await consolidate(client)).complete);
}

/** Recalls, session starts and captures from several connections for as long as `work` takes. */
async function whileAsking<T>(
  { socketPath }: BenchDaemon,
  sessions: readonly InventedSession[],
  work: () => Promise<T>,
): Promise<{ waits: number[]; result: T }> {
  const waits: number[] = []
  let isOver = false
  async function ask(asker: number): Promise<void> {
    const client = await connectDaemon(socketPath)
    const random = seededRandom(asker)
    for (let count = 0; !isOver; count += 1) {
      const session = sessions[Math.floor(random() * sessions.length)]
      const turn = session?.turns[0]
      if (session === undefined || turn === undefined) break
      const { project } = session
      const request = [
        () => client.call('memory_recall', { cue: questionAbout(turn, random), project }, callOptions),
        () =>
          client.call('session_start_payload', {
            session_id: `new-${asker}-${count}-${random()}`,
            project,
            wake_depth: 'standard',
          }),
        () => client.call('memory_capture', { text: `Noted by ${asker}: ${random()}`, project }, callOptions),
      ][count % 3]
      const startedAt = performance.now()
      await request?.()
      waits.push(performance.now() - startedAt)
      await pause(askEveryMs)
    }
    client.close()
  }
  const asking = Array.from({ length: Number(values.askers) }, (_, asker) => ask(asker + 1))
  await pause(100)
  const result = await work()
  isOver = true
  await Promise.all(asking)
  return { waits, result }
}

/** Waits of the first request after quiet, each while a consolidation in the background had something to do. */
async function inBackground(
  client: SocketClient,
  past: readonly InventedSession[],
): Promise<readonly number[]> {
  const firsts: number[] = []
  for (let round = 0; round < Math.min(2, Number(values.rounds)); round += 1) {
    await pour(client, Number(values.history), 50, 1_000 + round)
    const since = Date.now()
    await pause(limits.consolidationQuietMsMin + limits.consolidationEveryMs + 1_000)
    const startedAt = performance.now()
    await client.call('session_start_payload', { session_id: `b-${round}`, project: past[0]?.project ?? 'x' })
    const wait = performance.now() - startedAt
    await pause(500)
    const { events } = (await client.call('events_query', { kind: 'consolidated', limit: 1 })) as {
      events: readonly { ts: string; data: { complete: boolean } }[]
    }
    const wasUnderWay = events.some(({ ts, data }) => Date.parse(ts) > since && !data.complete)
    if (wasUnderWay) firsts.push(wait)
    await consolidateAll(client)
  }
  return firsts
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function print(figures: {
  readonly took: Spread
  readonly alone: Spread
  readonly beside: Spread
  readonly firsts: readonly number[]
}): void {
  const { took, alone, beside, firsts } = figures
  const row = (name: string, ...cells: readonly (string | number)[]) =>
    console.log(`| ${[name, ...cells].join(' | ')} |`)
  const ms = (value: number) => value.toFixed(1)
  const spread = ({ n, p50, p95, p99, max }: Spread) => [n, ms(p50), ms(p95), ms(p99), ms(max)]
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}, ${process.platform} ${release()}`,
  )
  console.log(
    `a day of ${values.day} turns in ${dayProjects} projects, beside ${values.history} earlier turns`,
  )
  row('ms', 'n', 'p50', 'p95', 'p99', 'max')
  row('---', '---:', '---:', '---:', '---:', '---:')
  row('consolidating the day', ...spread(took))
  row('requests, nothing beside them', ...spread(alone))
  row('requests, a consolidation beside them', ...spread(beside))
  row('first request, ending one in the background', firsts.length, ...firsts.map(ms))
}
