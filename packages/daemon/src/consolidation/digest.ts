// A closed session in a few quotations: what was asked, what was decided or done, what was left open. Nothing is
// reworded; every part is a stretch of a turn. Pure and bounded.
import { limits } from '../kit/limits.ts'
import type { Memory } from '../model/memory.ts'
import type { Session } from '../model/session.ts'
import { clauseOf } from './clause.ts'
import { contentTerms, shareOf } from './content-terms.ts'
import type { Quotation } from './quotation.ts'
import { sentencesOf } from './sentences.ts'
import { isLeftOnPurpose, isTestReport } from './session-rules.ts'
import { isOwnWording, type Statement } from './statements.ts'
import { directiveVerbs } from './verbs.ts'

export interface ClosedSession {
  readonly session: Session
  /** All its turns that hold, oldest first. */
  readonly turns: readonly Memory[]
}

export interface SessionDigest {
  /** The first request that says something; null when nobody asked. */
  readonly asked: Quotation | null
  /** Decisions and finished work, in the order in which they were said. */
  readonly settled: readonly Settled[]
  /** What was still open when the session ended, in the order in which it was said. */
  readonly open: readonly Quotation[]
}

export interface Settled extends Quotation {
  readonly kind: 'decision' | 'done'
}

/** A statement with where it stands in its session and what it is about. */
interface Placed {
  readonly statement: Statement
  readonly turn: number
  readonly role: Memory['role']
  readonly terms: readonly string[]
}

/** The digest of a session from its turns and the statements found in them. */
export function digestOf({ turns }: ClosedSession, statements: readonly Statement[]): SessionDigest {
  const placed = place(turns, statements)
  const asked = askedFirst(turns)
  const open = stillOpenAtEnd(placed, turns)
  return {
    asked,
    settled: settledOf(placed).map(({ statement }) => ({
      ...bounded(statement),
      kind: statement.kind === 'done' ? 'done' : 'decision',
    })),
    open: [...open.map(({ statement }) => bounded(statement)), ...unanswered(turns, asked)].slice(
      -limits.digestOpenMax,
    ),
  }
}

function place(turns: readonly Memory[], statements: readonly Statement[]): Placed[] {
  const order = new Map(turns.map((turn, index) => [turn.id, index]))
  return statements.flatMap((statement) => {
    const turn = order.get(statement.memoryId)
    const memory = turn === undefined ? undefined : turns[turn]
    if (turn === undefined || memory === undefined) return []
    return [{ statement, turn, role: memory.role, terms: contentTerms(statement.text) }]
  })
}

const greeting =
  /^(?:hi|hello|hey|good (?:morning|afternoon|evening)|thanks|thank you|ok|okay|great|perfect)\b[^,:]{0,20}$/iu
const requestWords = new RegExp(
  `^(?:can|could|would|will) you\\b|^(?:i|we)(?:'d| would)? (?:want|need|like|have to|am trying|'m trying)\\b|^(?:let's|help|fix|find|investigate|look|implement|debug|refactor|why|how|what|where|which|${directiveVerbs.join('|')})\\b`,
  'iu',
)

/** The first sentence of the user that requests something; else the first that says anything at all. */
function askedFirst(turns: readonly Memory[]): Quotation | null {
  let first: Quotation | null = null
  for (const turn of turns.filter((each) => each.role === 'user').slice(0, limits.digestAskedTurnsMax)) {
    for (const sentence of sentencesOf(turn.text).filter((each) => isOwnWording(turn.text, each))) {
      const clause = clauseOf(sentence)
      if (greeting.test(sentence.plain.replace(/[\s.!]+$/u, '')) || contentTerms(sentence.text).length === 0)
        continue
      const quotation = bounded({ ...sentence, memoryId: turn.id })
      if (clause.isQuestion || requestWords.test(clause.main)) return quotation
      first ??= quotation
    }
  }
  return first
}

/**
 * The user's decisions before the assistant's, those before work done, the later before the earlier; nothing twice. That
 * tests pass is told only of a session of which nothing else is.
 */
function settledOf(placed: readonly Placed[]): Placed[] {
  const rank = (each: Placed): number => (each.statement.kind === 'done' ? 2 : each.role === 'user' ? 0 : 1)
  const isWork = ({ statement }: Placed): boolean =>
    statement.kind === 'done' && !isTestReport(statement.text)
  const worthTelling = placed.some(isWork)
    ? placed.filter((each) => !isTestReport(each.statement.text))
    : placed
  const candidates = worthTelling
    .filter(({ statement }) => statement.kind === 'decision' || statement.kind === 'done')
    .sort((a, b) => rank(a) - rank(b) || b.turn - a.turn || a.statement.start - b.statement.start)
  return inOrder(distinct(candidates).slice(0, limits.digestSettledMax))
}

function stillOpenAtEnd(placed: readonly Placed[], turns: readonly Memory[]): Placed[] {
  const left = placed.filter((each) => each.statement.kind === 'open' && !isClosedLater(each, placed, turns))
  return inOrder(distinct([...left].reverse()).slice(0, limits.digestOpenMax))
}

const approval =
  /^(?:(?:great|perfect|thanks|thank you|nice|yes|ok|okay|cool)\b[\s,!.]*)*(?:(?:it|that|this) (?:now )?works?|works(?: now)?|fixed|solved|all good|looks good|lgtm|perfect)\b/iu

/** Later finished work on the same thing closes it; a mere state is also closed when the talk goes on without it. */
function isClosedLater(open: Placed, placed: readonly Placed[], turns: readonly Memory[]): boolean {
  const laterDone = placed.filter(({ statement, turn }) => statement.kind === 'done' && turn > open.turn)
  if (laterDone.some((done) => shareOf(open.terms, done.terms) >= 0.5)) return true
  if (isLeftOnPurpose(open.statement.text)) return false
  const approved = turns.some(
    (turn, index) => index > open.turn && turn.role === 'user' && approval.test(turn.text),
  )
  return approved || laterDone.length > 0 || open.turn < turns.length - limits.digestStateTurnsMax
}

/** A last request that nobody answered is left open. */
function unanswered(turns: readonly Memory[], asked: Quotation | null): Quotation[] {
  const last = turns.findLast((turn) => turn.role === 'user' || turn.role === 'assistant')
  if (last === undefined || last.role !== 'user' || last.id === asked?.memoryId) return []
  const request = sentencesOf(last.text).find((sentence) => {
    const clause = clauseOf(sentence)
    return clause.isQuestion || requestWords.test(clause.main)
  })
  if (request === undefined || contentTerms(request.text).length < 2) return []
  return [bounded({ ...request, memoryId: last.id })]
}

/** Without those that say what an earlier one in the list says already. */
function distinct(placed: readonly Placed[]): Placed[] {
  const kept: Placed[] = []
  for (const each of placed) {
    if (!kept.some((other) => shareOf(each.terms, other.terms) >= 0.8)) kept.push(each)
  }
  return kept
}

function inOrder(placed: readonly Placed[]): Placed[] {
  return [...placed].sort((a, b) => a.turn - b.turn || a.statement.start - b.statement.start)
}

/** The quotation, cut at a word where it is longer than a digest may quote. */
function bounded({ memoryId, start, end, text }: Quotation): Quotation {
  if (text.length <= limits.digestQuoteCharsMax) return { memoryId, start, end, text }
  const head = text.slice(0, limits.digestQuoteCharsMax)
  const space = head.search(/\s\S*$/u)
  const cut = head.slice(0, space > 0 ? space : head.length)
  return { memoryId, start, end: start + cut.length, text: cut }
}
