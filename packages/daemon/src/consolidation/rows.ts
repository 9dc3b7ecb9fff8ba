// What is derived, as rows for the store and back. A row's body is JSON of the value itself; its rank says what is
// shown first; its sources are all memories that any of its words come from.
import { limits } from '../kit/limits.ts'
import type { Memory } from '../model/memory.ts'
import type { DerivedKind, DerivedRow, KeptRow } from '../store/derived.ts'
import type { Contradiction } from './contradictions.ts'
import type { ProjectDerived, SessionExtract } from './derived.ts'
import type { CandidateFact } from './facts.ts'
import { placeOf, type Saying } from './quotation.ts'
import type { OpenThread } from './threads.ts'

/** Above any time in ms: what is confirmed comes before every candidate. */
const confirmedRank = 1e15

export function extractRow(extract: SessionExtract): DerivedRow {
  const { digest, facts, assertions, left, finished } = extract
  const asked = digest.asked === null ? [] : [digest.asked]
  const quoted = [asked, digest.settled, digest.open, facts, assertions, left, finished].flat()
  return row('extract', extract.key, extract.project, { rank: extract.lastAt, quoted, body: extract })
}

export function projectRows(
  project: string,
  { facts, contradictions, threads }: ProjectDerived,
): DerivedRow[] {
  return [
    ...facts.map(factRow),
    ...contradictions.map((each) => contradictionRow(project, each)),
    ...threads.map((thread) =>
      row('thread', placeOf(thread), project, { rank: thread.saidAt, quoted: [thread], body: thread }),
    ),
  ]
}

function factRow(fact: CandidateFact): DerivedRow {
  const { id, project, state, supersededBy, said, sources } = fact
  const isShown = state !== 'heard' && supersededBy === null
  const rank = isShown ? (state === 'confirmed' ? confirmedRank : 0) + said.saidAt : null
  const quoted = [...sources, ...(supersededBy === null ? [] : [supersededBy])]
  return row('fact', id, project, { rank, quoted, body: fact })
}

function contradictionRow(project: string, contradiction: Contradiction): DerivedRow {
  const { older, newer, explicit } = contradiction
  const id = `${placeOf(older)} ${placeOf(newer)}`
  const rest = { rank: newer.saidAt, quoted: [older, newer], body: contradiction }
  return row(explicit ? 'correction' : 'proposal', id, project, rest)
}

/** The user says that both hold: not to be proposed again, until one of them goes. */
export function dismissalRow(project: string, contradiction: Contradiction): DerivedRow {
  const quoted = [contradiction.older, contradiction.newer]
  return row('dismissal', pairOf(contradiction), project, { rank: null, quoted, body: null })
}

/** Of two memories, wherever in them the statements stand: other rules may cut other sentences. */
export function pairOf({ older, newer }: Contradiction): string {
  return `${older.memoryId} ${newer.memoryId}`
}

/** What an agent would put in the place of a memory that only the user may replace. */
export function agentsProposalRow(project: string, older: Memory, newer: Memory): DerivedRow {
  const [before, after] = [headOf(older), headOf(newer)]
  return contradictionRow(project, {
    older: before,
    newer: after,
    attribute: 'proposed',
    subject: '',
    oldValue: before.text,
    newValue: after.text,
    explicit: false,
  })
}

/** Follows from no session: it stays until the user replaces, dismisses or forgets. */
export function isAgentsProposal(row: KeptRow): boolean {
  return row.kind === 'proposal' && contradictionOf(row).attribute === 'proposed'
}

function headOf({ id, text, role, saidAt }: Memory): Saying {
  const head = text.slice(0, limits.digestQuoteCharsMax)
  return { memoryId: id, start: 0, end: head.length, text: head, role, saidAt }
}

interface RowParts {
  readonly rank: number | null
  readonly quoted: readonly { readonly memoryId: string }[]
  readonly body: unknown
}

function row(kind: DerivedKind, id: string, project: string, { rank, quoted, body }: RowParts): DerivedRow {
  const sources = [...new Set(quoted.map(({ memoryId }) => memoryId))].sort()
  return { kind, id, project, rank, sources, body: JSON.stringify(body) }
}

export function extractOf({ body }: KeptRow): SessionExtract {
  return JSON.parse(body) as SessionExtract
}

export function factOf({ body }: KeptRow): CandidateFact {
  return JSON.parse(body) as CandidateFact
}

export function threadOf({ body }: KeptRow): OpenThread {
  return JSON.parse(body) as OpenThread
}

export function contradictionOf({ body }: KeptRow): Contradiction {
  return JSON.parse(body) as Contradiction
}
