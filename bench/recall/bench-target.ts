// What a benchmark asks of a memory: take in the turns of a store, then rank them for a question. The product is asked
// over its own socket, through capture and recall, as a host would; peers and yardsticks come beside it.
import { connectDaemon, type SocketClient } from '../../packages/client/src/socket-client.ts'
import { type BenchDaemon, startBenchDaemon } from '../support/bench-daemon.ts'
import { vectorsReady } from '../support/vectors-ready.ts'
import type { BenchQuery, BenchStore, BenchTurn } from './dataset.ts'
import { openFts5Baseline } from './fts5-baseline.ts'

export interface Ranked {
  /** Turn ids, best first. */
  readonly turns: readonly string[]
  /** Evidence for the best of them, where the system gives one. */
  readonly topScore: number | null
  /** The most relevant of the first ten, shown or left out, where the system has a floor. */
  readonly relevance: number | null
  readonly ms: number
}

export interface AskableStore {
  ask(query: BenchQuery): Promise<Ranked>
  close(): void
}

export interface BenchTarget {
  readonly name: string
  /** Takes a store in; it stays separate from the others. */
  open(store: BenchStore, dataset: string): Promise<AskableStore>
  /** Turns taken in per second, over all stores so far; null where it is not measured. */
  captureRate(): number | null
  close(): Promise<void>
}

const hitsAsked = 200

export function fts5Target(): BenchTarget {
  return {
    name: 'fts5',
    async open(store) {
      const baseline = openFts5Baseline(store)
      return {
        async ask(query) {
          const startedAt = performance.now()
          const turns = baseline.ask(query)
          return { turns, topScore: null, relevance: null, ms: performance.now() - startedAt }
        },
        close: () => baseline.close(),
      }
    },
    captureRate: () => null,
    async close() {},
  }
}

const callOptions = { timeoutMs: 120_000 }
/** Below what one line of the socket may hold. */
const batchCharsMax = 300_000
const batchTurnsMax = 200
const budgetTokens = 100_000

/**
 * `settings`: environment variables of the daemon. `consolidates`: sessions are digested before questions are asked, as
 * they are when a daemon has been idle.
 */
export async function daemonTarget(
  name = 'iai-mcp',
  settings: Readonly<Record<string, string>> = {},
  { consolidates = false } = {},
): Promise<BenchTarget> {
  const daemon = await startBenchDaemon(settings)
  const client = await connectDaemon(daemon.socketPath).catch((error) => giveUp(daemon, error))
  let captured = 0
  let capturingMs = 0
  return {
    name,
    async open(store, dataset) {
      const project = `bench:${dataset}/${store.name}`
      const startedAt = performance.now()
      await pour(client, store, project)
      captured += store.turns.length
      capturingMs += performance.now() - startedAt
      if (consolidates) await consolidate(client)
      await vectorsReady(client)
      return { ask: (query) => ask(client, query, project), close: () => {} }
    },
    captureRate: () => (captured / capturingMs) * 1_000,
    async close() {
      client.close()
      await daemon.remove()
    },
  }
}

async function giveUp(daemon: BenchDaemon, error: unknown): Promise<never> {
  await daemon.remove()
  throw error
}

async function pour(client: SocketClient, store: BenchStore, project: string): Promise<void> {
  for (const batch of batchesOf(store.turns)) {
    const turns = batch.map(({ id, role, text, ts, speaker }) => ({
      text: text === '' ? ' ' : text,
      role,
      message_id: id,
      said_at: ts,
      ...(speaker === null ? {} : { speaker }),
    }))
    const session_id = `${project}/${batch[0]?.sessionId}`
    await client.call('memory_capture_batch', { client: 'bench', session_id, project, turns }, callOptions)
  }
}

async function consolidate(client: SocketClient): Promise<void> {
  for (;;) {
    const { complete } = (await client.call('memory_consolidate', {}, callOptions)) as { complete: boolean }
    if (complete) return
  }
}

/** Turns of one session, in order, as many as one call takes. */
function batchesOf(turns: readonly BenchTurn[]): BenchTurn[][] {
  const batches: BenchTurn[][] = []
  for (const sessionTurns of Map.groupBy(turns, ({ sessionId }) => sessionId).values()) {
    let batch: BenchTurn[] = []
    let chars = 0
    for (const turn of sessionTurns) {
      if (batch.length === batchTurnsMax || chars + turn.text.length > batchCharsMax) {
        if (batch.length > 0) batches.push(batch)
        batch = []
        chars = 0
      }
      batch.push(turn)
      chars += turn.text.length
    }
    batches.push(batch)
  }
  return batches
}

interface RecallAnswer {
  readonly hits: readonly {
    readonly message_id: string
    readonly score: number
    readonly relevance: number
  }[]
  readonly left_out: { readonly best: number }
}

/** As many as recall judges by. */
const judgedHits = 10

async function ask(client: SocketClient, query: BenchQuery, project: string): Promise<Ranked> {
  const params = {
    cue: query.text,
    project,
    now: query.ts,
    limit: hitsAsked,
    budget_tokens: budgetTokens,
  }
  const startedAt = performance.now()
  const { hits, left_out } = (await client.call('memory_recall', params, callOptions)) as RecallAnswer
  const ms = performance.now() - startedAt
  const judged = hits.slice(0, judgedHits).map(({ relevance }) => relevance)
  return {
    turns: hits.map(({ message_id }) => message_id),
    topScore: hits[0]?.score ?? 0,
    relevance: hits.length === 0 ? left_out.best : Math.max(...judged),
    ms,
  }
}
