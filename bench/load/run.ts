// `npm run bench [-- --turns 10000,100000 --questions 400 --warmup 200 --out FILE]`: pours an invented history into a real
// daemon and prints what a user would wait for and what it costs: capture rate, recall and session-context latency,
// memory, cold start. Latencies are those of a daemon that has been asked before: `warmup` questions, about other
// turns than the timed ones, come first each time.
import { writeFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { parseArgs } from 'node:util'
import { connectDaemon, type SocketClient } from '../../packages/client/src/socket-client.ts'
import { type BenchDaemon, startBenchDaemon } from '../support/bench-daemon.ts'
import { type Spread, spreadOf } from '../support/spread.ts'
import { vectorsReady } from '../support/vectors-ready.ts'
import {
  type InventedSession,
  type InventedTurn,
  inventedHistory,
  questionAbout,
  seededRandom,
} from './invented-history.ts'

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '10000,100000' },
    projects: { type: 'string', default: '50' },
    questions: { type: 'string', default: '400' },
    warmup: { type: 'string', default: '200' },
    connections: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
})

interface Figures {
  readonly turns: number
  readonly capture_turns_per_second: number
  /** 0 when embedding is off. */
  readonly vectors: number
  /** From the last capture until every turn has its vectors. */
  readonly vectors_ready_seconds: number
  readonly recall_project_ms: Spread
  readonly recall_all_projects_ms: Spread
  readonly context_uncached_ms: Spread
  readonly context_cached_ms: Spread
  /** Nothing of the store is in memory: the first of each project after a start. */
  readonly context_cold_ms: Spread
  readonly rss_after_load_mb: number
  readonly rss_fresh_start_mb: number
  readonly cold_start_to_first_answer_ms: number
  readonly first_recall_ms: number
  readonly data_mb: number
}

interface Asked {
  readonly turn: InventedTurn
  readonly session: InventedSession
}

const callOptions = { timeoutMs: 60_000 }
/** Turns remembered for each question to be asked: which are drawn is chance. */
const sampledPerQuestion = 3

async function measure(turns: number): Promise<Figures> {
  const daemon = await startBenchDaemon()
  try {
    const { perSecond, sample } = await pour(daemon, turns)
    const client = await connectDaemon(daemon.socketPath)
    const catchingUpAt = performance.now()
    const vectors = await vectorsReady(client)
    const catchUpSeconds = (performance.now() - catchingUpAt) / 1_000
    const recallProject = await timeEach(sample, ({ session }, cue) =>
      recall(client, cue, { project: session.project }),
    )
    const recallAll = await timeEach(sample, (_, cue) => recall(client, cue, { all_projects: true }))
    const uncached = await timeEach(sample, ({ session }, _, index) =>
      context(client, session, `new_${index}`),
    )
    const cached = await timeEach(sample, ({ session }) => context(client, session, 'same'))
    const rssLoaded = daemon.rssMb()
    client.close()
    await daemon.stop()
    const cold = await coldStart(daemon, sample)
    return {
      turns,
      capture_turns_per_second: Math.round(perSecond),
      vectors,
      vectors_ready_seconds: Math.round(catchUpSeconds),
      recall_project_ms: spreadOf(recallProject),
      recall_all_projects_ms: spreadOf(recallAll),
      context_uncached_ms: spreadOf(uncached),
      context_cached_ms: spreadOf(cached),
      rss_after_load_mb: rssLoaded,
      data_mb: daemon.dataMb(),
      ...cold,
    }
  } finally {
    await daemon.remove()
  }
}

/** Captures over several connections, one session a call, as hosts do; returns the rate and a sample of what was said. */
async function pour(daemon: BenchDaemon, turns: number): Promise<{ perSecond: number; sample: Asked[] }> {
  const history = inventedHistory({
    turns,
    projects: Number(values.projects),
    seed: Number(values.seed),
    endMs: Date.now(),
  })
  const random = seededRandom(Number(values.seed) + 1)
  const sample: Asked[] = []
  const questions = Number(values.questions) + Number(values.warmup)
  let poured = 0
  const startedAt = performance.now()
  const pourer = async (): Promise<void> => {
    const client = await connectDaemon(daemon.socketPath)
    for (const session of history) {
      const { session_id, project } = session
      await client.call(
        'memory_capture_batch',
        { client: 'bench', session_id, project, turns: session.turns },
        callOptions,
      )
      poured += session.turns.length
      for (const turn of session.turns) {
        if (random() < (questions * sampledPerQuestion) / turns) sample.push({ turn, session })
      }
      if (poured % 10_000 < session.turns.length) progress(`captured ${poured} of ${turns}`)
    }
    client.close()
  }
  await Promise.all(Array.from({ length: Number(values.connections) }, pourer))
  const perSecond = (turns / (performance.now() - startedAt)) * 1000
  const every = sample.length / questions
  if (every < 1) throw new Error(`${turns} turns are too few for ${questions} questions`)
  const chosen = Array.from({ length: questions }, (_, index) => sample[Math.floor(index * every)] as Asked)
  return { perSecond, sample: shuffled(chosen, random) }
}

/** Old and recent turns in turn, so that those that warm up are as those that are timed. */
function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const order = new Map(values.map((value) => [value, random()]))
  return values.toSorted((a, b) => (order.get(a) as number) - (order.get(b) as number))
}

/** The first `warmup` of `sample` are asked and not timed. */
async function timeEach(
  sample: readonly Asked[],
  ask: (asked: Asked, cue: string, index: number) => Promise<unknown>,
): Promise<number[]> {
  const random = seededRandom(7)
  const warmup = Number(values.warmup)
  const times: number[] = []
  for (const [index, asked] of sample.entries()) {
    const cue = questionAbout(asked.turn, random)
    const startedAt = performance.now()
    await ask(asked, cue, index)
    if (index >= warmup) times.push(performance.now() - startedAt)
  }
  return times
}

function recall(client: SocketClient, cue: string, scope: object): Promise<unknown> {
  return client.call('memory_recall', { cue, ...scope }, callOptions)
}

function context(client: SocketClient, { project }: InventedSession, session_id: string): Promise<unknown> {
  return client.call('session_start_payload', { session_id, project, wake_depth: 'standard' }, callOptions)
}

async function coldStart(daemon: BenchDaemon, sample: readonly Asked[]): Promise<Pick<Figures, ColdFigure>> {
  const asked = sample[0]
  if (asked === undefined) throw new Error('no turn was sampled; ask for more turns')
  const startedAt = performance.now()
  await daemon.start()
  const client = await connectDaemon(daemon.socketPath)
  const readyAt = performance.now()
  await recall(client, questionAbout(asked.turn, seededRandom(9)), { all_projects: true })
  const answeredAt = performance.now()
  const rss = daemon.rssMb()
  const contexts: number[] = []
  for (const { session } of firstOfEachProject(sample)) {
    const contextAt = performance.now()
    await context(client, session, 'cold')
    contexts.push(performance.now() - contextAt)
  }
  client.close()
  await daemon.stop()
  return {
    cold_start_to_first_answer_ms: Math.round(answeredAt - startedAt),
    first_recall_ms: Math.round(answeredAt - readyAt),
    rss_fresh_start_mb: rss,
    context_cold_ms: spreadOf(contexts),
  }
}

type ColdFigure =
  | 'cold_start_to_first_answer_ms'
  | 'first_recall_ms'
  | 'rss_fresh_start_mb'
  | 'context_cold_ms'

function firstOfEachProject(sample: readonly Asked[]): readonly Asked[] {
  return [...Map.groupBy(sample, ({ session }) => session.project).values()].flatMap(([first]) => first ?? [])
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}   `)
}

function row(name: string, cells: readonly string[]): string {
  return `| ${name} | ${cells.join(' | ')} |`
}

const shown = ({ p50, p95 }: Spread): string => `${p50.toFixed(1)} / ${p95.toFixed(1)}`

const all: Figures[] = []
for (const turns of values.turns.split(',').map(Number)) all.push(await measure(turns))

console.log(
  `\n${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}, ${process.platform} ${release()}`,
)
console.log(`each latency after ${values.warmup} other questions`)
console.log(
  row(
    'stored turns',
    all.map((each) => each.turns.toLocaleString('en')),
  ),
)
console.log(
  row(
    '---',
    all.map(() => '---:'),
  ),
)
console.log(
  row(
    'capture, turns/s',
    all.map((each) => String(each.capture_turns_per_second)),
  ),
)
console.log(
  row(
    'until all have vectors, s',
    all.map((each) => String(each.vectors_ready_seconds)),
  ),
)
console.log(
  row(
    'recall in a project, p50 / p95 ms',
    all.map((each) => shown(each.recall_project_ms)),
  ),
)
console.log(
  row(
    'recall in all projects, p50 / p95 ms',
    all.map((each) => shown(each.recall_all_projects_ms)),
  ),
)
console.log(
  row(
    'session context, new session, p50 / p95 ms',
    all.map((each) => shown(each.context_uncached_ms)),
  ),
)
console.log(
  row(
    'session context, same session, p50 / p95 ms',
    all.map((each) => shown(each.context_cached_ms)),
  ),
)
console.log(
  row(
    'session context, first of a project after a start, p50 / p95 ms',
    all.map((each) => shown(each.context_cold_ms)),
  ),
)
console.log(
  row(
    'memory of the process after all this, MB',
    all.map((each) => String(each.rss_after_load_mb)),
  ),
)
console.log(
  row(
    'memory of the process after a fresh start, MB',
    all.map((each) => String(each.rss_fresh_start_mb)),
  ),
)
console.log(
  row(
    'cold start to first answer, ms',
    all.map((each) => String(each.cold_start_to_first_answer_ms)),
  ),
)
console.log(
  row(
    'data on disk, MB',
    all.map((each) => String(each.data_mb)),
  ),
)
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(all, null, 2)}\n`)
