// A closed session in a few quotations: what was asked, what was decided or done, what was left open. Nothing is
// reworded; every part is a stretch of a turn. Pure and bounded.
import { limits } from '../kit/limits.ts'
import type { Memory } from '../model/memory.ts'
import type { Session } from '../model/session.ts'
import { clauseOf } from './clause.ts'
import { contentTerms, saysNoMore, shareOf } from './content-terms.ts'
import { isTestReport } from './done-rules.ts'
import { isLeftOnPurpose } from './open-rules.ts'
import { placeOf, type Quotation } from './quotation.ts'
import { type Sentence, sentencesOf } from './sentences.ts'
import { isOwnWording, type Statement } from './statements.ts'
import { threadTerms } from './threads.ts'
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
  const rules = statements.filter(({ kind }) => kind === 'standing').map(placeOf)
  const asked = askedFirst(turns, new Set(rules))
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
    const terms = statement.kind === 'open' ? threadTerms(statement.text) : contentTerms(statement.text)
    return [{ statement, turn, role: memory.role, terms }]
  })
}

const greeting =
  /^(?:hi|hello|hey|good (?:morning|afternoon|evening)|thanks|thank you|ok|okay|great|perfect)\b[^,:]{0,20}$/iu
/** About the talk, not the work. */
const pleasantry =
  /^(?:(?:oh |so )?(?:i hope|hope) (?:you|all|this)\b|how are you|nice to|i had such|you're (?:the best|welcome|great)|moin\b.{0,12}$|that(?:'s| is) (?:great|lovely|perfect|wonderful))/iu
const requestWords = new RegExp(
  `^(?:can|could|would|will) you\\b|^(?:i|we)(?:'d| would)? (?:want|need|like|have to|am trying|'m trying)\\b|^(?:let's|help|fix|find|investigate|look|implement|debug|refactor|why|how|what|where|which|${directiveVerbs.join('|')})\\b`,
  'iu',
)

/**
 * What the first turn that says anything asks for, else what it names; a rule to hold from now on (`rules`: places) is not
 * what a session was about.
 */
function askedFirst(turns: readonly Memory[], rules: ReadonlySet<string>): Quotation | null {
  let first: Quotation | null = null
  for (const turn of turns.filter((each) => each.role === 'user').slice(0, limits.digestAskedTurnsMax)) {
    const sentences = sentencesOf(turn.text).filter(
      (each) =>
        isOwnWording(turn.text, each) &&
        !saysNothing(each) &&
        !rules.has(placeOf({ ...each, memoryId: turn.id })),
    )
    const asked = sentences.find((each) => isRequest(each) && namesSomething(each))
    const quoted = asked ?? withWhatItIsAbout(turn.text, sentences) ?? sentences.find(namesSomething)
    if (quoted !== undefined) return bounded({ ...quoted, memoryId: turn.id })
    const [any] = sentences
    if (any !== undefined) first ??= bounded({ ...any, memoryId: turn.id })
  }
  return first
}

type Stretch = Pick<Sentence, 'start' | 'end' | 'text'>

function isRequest(sentence: Sentence): boolean {
  const clause = clauseOf(sentence)
  return clause.isQuestion || requestWords.test(clause.main)
}

/** Fewer do not tell somebody who was not there what was asked: "fix it", "can you do that?". */
const askedTermsMin = 2

/** "dead letter queue. jobs that fail 5 times": enough to be a request, even without a verb. */
function namesSomething(sentence: Sentence): boolean {
  return contentTerms(sentence.text).length >= askedTermsMin
}

/** "Ada sent the photos. Can you put them in?": a short request with the sentence before it. */
function withWhatItIsAbout(text: string, sentences: readonly Sentence[]): Stretch | undefined {
  const at = sentences.findIndex(isRequest)
  const [before, request] = [sentences[at - 1], sentences[at]]
  if (before === undefined || request === undefined || !namesSomething(before)) return undefined
  if (text.slice(before.end, request.start).trim() !== '') return undefined
  return { start: before.start, end: request.end, text: text.slice(before.start, request.end) }
}

function saysNothing({ plain, text }: Sentence): boolean {
  const said = plain.replace(/[\s.!]+$/u, '')
  return greeting.test(said) || pleasantry.test(said) || contentTerms(text).length === 0
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

/** Within one session; over sessions threads.ts asks for more. */
const closingPartMin = 0.5

/** Later finished work on the same thing closes it; a mere state is also closed when the talk goes on without it. */
function isClosedLater(open: Placed, placed: readonly Placed[], turns: readonly Memory[]): boolean {
  const laterDone = placed.filter(({ statement, turn }) => statement.kind === 'done' && turn > open.turn)
  if (laterDone.some((done) => shareOf(open.terms, done.terms) >= closingPartMin)) return true
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
  const request = sentencesOf(last.text).find(isRequest)
  if (request === undefined || !namesSomething(request)) return []
  return [bounded({ ...request, memoryId: last.id })]
}

/** Without those that say what an earlier one in the list says already. */
function distinct(placed: readonly Placed[]): Placed[] {
  const kept: Placed[] = []
  for (const each of placed) {
    if (!kept.some((other) => saysNoMore(each.terms, other.terms))) kept.push(each)
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
