// `npm run bench:front:order -- FILE...`: whether a forgetting curve or topics would put better memories in front. Facts are
// found in a store's turns by the product's own rules; one is useful if a later question rests on the turn it comes from.
// Sessions are useful if a question rests on them.
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { UndirectedGraph } from 'graphology'
import louvainModule from 'graphology-communities-louvain'
import { createEmptyCard, fsrs, Rating } from 'ts-fsrs'
import { contentTerms } from '../../packages/daemon/src/consolidation/content-terms.ts'
import { extractSession } from '../../packages/daemon/src/consolidation/extract.ts'
import type { CandidateFact } from '../../packages/daemon/src/consolidation/facts.ts'
import { deriveProject } from '../../packages/daemon/src/consolidation/plan.ts'
import { limits } from '../../packages/daemon/src/kit/limits.ts'
import type { Memory } from '../../packages/daemon/src/model/memory.ts'
import type { Session } from '../../packages/daemon/src/model/session.ts'
import type { BenchStore } from '../recall/dataset.ts'
import { readStores } from '../recall/read-datasets.ts'

// Its types promise a default export within the module, which is the function itself.
const louvain = louvainModule as unknown as (
  graph: UndirectedGraph,
  options: { readonly rng: () => number },
) => Readonly<Record<string, number>>

const { positionals: files } = parseArgs({ allowPositionals: true })
const project = 'bench:order'
const dayMs = 86_400_000
/** About as many facts as a standard context has room for. */
const factsShown = [5, 10, 20] as const

type Sums = Map<string, { found: number; of: number }>

for (const file of files) {
  const [facts, sessions]: [Sums, Sums] = [new Map(), new Map()]
  for await (const store of readStores(file)) {
    const said = memoriesOf(store)
    measureFacts(store, said, facts)
    measureSessions(store, said, sessions)
  }
  print(`${basename(file)}: useful facts among those shown`, facts)
  print(`${basename(file)}: useful sessions among the ${limits.contextSessionsMax} shown`, sessions)
}

function measureFacts(store: BenchStore, said: readonly Memory[], sums: Sums): void {
  const gold = new Set(store.queries.flatMap(({ goldTurns }) => goldTurns))
  const at = new Map(said.map(({ id, saidAt }) => [id, saidAt]))
  const now = Math.max(...said.map(({ saidAt }) => saidAt)) + dayMs
  const extracts = [...Map.groupBy(said, ({ session }) => session)].map(([session, turns]) =>
    extractSession({ session: sessionOf(session, turns), turns }),
  )
  const shown = deriveProject(project, extracts).facts.filter(
    ({ state, supersededBy }) => state !== 'heard' && supersededBy === null,
  )
  const useful = (fact: CandidateFact): boolean => fact.sources.some(({ memoryId }) => gold.has(memoryId))
  const of = shown.filter(useful).length
  if (of === 0) return
  const isConfirmed = ({ state }: CandidateFact): number => (state === 'confirmed' ? 1 : 0)
  const recent = ({ said: { saidAt } }: CandidateFact): number => saidAt
  const remembered = new Map(shown.map((fact) => [fact, retrievability(fact, at, now)]))
  const kept = (fact: CandidateFact): number => remembered.get(fact) ?? 0
  const orders: Readonly<Record<string, (a: CandidateFact, b: CandidateFact) => number>> = {
    'confirmed, then the latest (as it is)': (a, b) =>
      isConfirmed(b) - isConfirmed(a) || recent(b) - recent(a),
    'by retrievability (FSRS)': (a, b) => kept(b) - kept(a),
    'confirmed, then by retrievability': (a, b) => isConfirmed(b) - isConfirmed(a) || kept(b) - kept(a),
    'the earliest first': (a, b) => recent(a) - recent(b),
  }
  for (const [name, order] of Object.entries(orders))
    for (const count of factsShown) {
      const found = shown.toSorted(order).slice(0, count).filter(useful).length
      add(sums, `${name}: first ${count}`, found, of)
    }
}

/** Each time it was said is a review that went well. */
function retrievability({ sources }: CandidateFact, at: ReadonlyMap<string, number>, now: number): number {
  const scheduler = fsrs({ enable_fuzz: false })
  const times = sources.map(({ memoryId }) => at.get(memoryId) ?? now).toSorted((a, b) => a - b)
  let card = createEmptyCard(new Date(times[0] ?? now))
  for (const time of times) card = scheduler.next(card, new Date(time), Rating.Good).card
  return scheduler.get_retrievability(card, new Date(now), false)
}

function measureSessions(store: BenchStore, said: readonly Memory[], sums: Sums): void {
  const newestFirst = [...Map.groupBy(said, ({ session }) => session)]
    .map(([session, turns]) => ({ session, turns, lastAt: Math.max(...turns.map(({ saidAt }) => saidAt)) }))
    .toSorted((a, b) => b.lastAt - a.lastAt)
  if (newestFirst.length <= limits.contextSessionsMax) return
  const topics = communitiesOf(newestFirst)
  const byTopic = [...Map.groupBy(newestFirst, ({ session }) => topics.get(session)).values()]
  const inTurn = Array.from({ length: newestFirst.length }, (_, round) =>
    byTopic.flatMap((own) => own[round] ?? []),
  ).flat()
  for (const { goldSessions } of store.queries.filter((query) => query.goldSessions.length > 0)) {
    const gold = new Set(goldSessions)
    for (const [name, order] of [
      ['the newest (as it is)', newestFirst],
      ['the newest of each topic in turn (Louvain)', inTurn],
    ] as const) {
      const found = order
        .slice(0, limits.contextSessionsMax)
        .filter(({ session }) => gold.has(session)).length
      add(sums, name, found, gold.size)
    }
  }
}

/** Sessions are linked by the terms that few of them share. */
function communitiesOf(
  sessions: readonly { session: string; turns: readonly Memory[] }[],
): Map<string, number> {
  const terms = sessions.map(({ turns }) => new Set(contentTerms(turns.map(({ text }) => text).join('\n'))))
  const spread = new Map<string, number>()
  for (const own of terms) for (const term of own) spread.set(term, (spread.get(term) ?? 0) + 1)
  const graph = new UndirectedGraph()
  for (const { session } of sessions) graph.addNode(session)
  for (const [a, { session: from }] of sessions.entries())
    for (const [b, { session: to }] of sessions.entries()) {
      if (b <= a) continue
      const weight = [...(terms[a] ?? [])]
        .filter((term) => terms[b]?.has(term))
        .reduce((sum, term) => sum + Math.log(sessions.length / (spread.get(term) ?? 1)), 0)
      if (weight > 0) graph.addEdge(from, to, { weight })
    }
  return new Map(Object.entries(louvain(graph, { rng: () => 0.5 })))
}

function memoriesOf(store: BenchStore): Memory[] {
  return store.turns.map(({ id, text, role, sessionId, ts }) => ({
    ...{ id, text, role, kind: 'turn', project, session: sessionId, client: 'bench', trust: role },
    ...{ speaker: null, messageId: id, pin: null, saidAt: ts, storedAt: ts },
    ...{ supersededBy: null, supersededAt: null, saidAgain: [], reinforced: 0 },
  }))
}

function sessionOf(session: string, turns: readonly Memory[]): Session {
  const times = turns.map(({ saidAt }) => saidAt)
  return {
    ...{
      client: 'bench',
      session,
      project,
      title: '',
      turnCount: turns.length,
      parent: null,
      closedAt: null,
    },
    ...{ startedAt: Math.min(...times), lastAt: Math.max(...times) },
  }
}

function add(sums: Sums, name: string, found: number, of: number): void {
  const sum = sums.get(name) ?? { found: 0, of: 0 }
  sums.set(name, { found: sum.found + found, of: sum.of + of })
}

function print(title: string, sums: Sums): void {
  console.log(`\n| ${title} | found | of | % |\n| --- | ---: | ---: | ---: |`)
  for (const [name, { found, of }] of sums)
    console.log(`| ${name} | ${found} | ${of} | ${((100 * found) / of).toFixed(1)} |`)
}
