// Everything one session contributes, as a pure function of its turns. Bounded: of each kind the latest are kept.
import { limits } from '../kit/limits.ts'
import { isUsersPin, type Memory, vouched } from '../model/memory.ts'
import { sessionKey } from '../model/session.ts'
import { assertionsOf } from './assertions.ts'
import type { SessionExtract } from './derived.ts'
import { type ClosedSession, digestOf } from './digest.ts'
import { type FactStatement, factKey } from './facts.ts'
import { placeOf, type Saying } from './quotation.ts'
import { type Statement, statementsOf } from './statements.ts'
import { type ThreadStatement, threadTerms } from './threads.ts'

/** Raise it when a rule or a row changes: everything derived is then thrown away and derived again. */
export const rulesVersion = 4

export function extractSession(given: ClosedSession): SessionExtract {
  const closed = inVouchedRoles(given)
  const { session, turns } = closed
  const read = readStatements(closed)
  const { digest, threads, left } = outcomeOf(closed, read)
  const key = sessionKey(session)
  return {
    key,
    project: session.project,
    lastAt: session.lastAt,
    turnCount: session.turnCount,
    digest,
    facts: latest(read.flatMap(({ statement, turn }) => factStatement(statement, turn, key))),
    assertions: latest(turns.flatMap(assertionsOf)),
    left,
    finished: latest(threads.filter(({ kind }) => kind !== 'open')),
  }
}

/** Only what the session came to, at half the cost; the same as in its extract. */
export function digestSession(given: ClosedSession): Pick<SessionExtract, 'digest' | 'left'> {
  const closed = inVouchedRoles(given)
  const { digest, left } = outcomeOf(closed, readStatements(closed))
  return { digest, left }
}

/** What only claims to be the user's word counts as the assistant's, whatever it was kept as. */
function inVouchedRoles({ session, turns }: ClosedSession): ClosedSession {
  return { session, turns: turns.map(vouched) }
}

interface ReadStatement {
  readonly statement: Statement
  readonly turn: Memory
}

function readStatements({ session, turns }: ClosedSession): ReadStatement[] {
  return turns.flatMap((turn) =>
    statementsOf(turn)
      // In a sub-agent's session the "user" is another agent: it has no preferences to keep.
      .filter(({ kind }) => kind !== 'standing' || session.parent === null)
      .map((statement) => ({ statement, turn })),
  )
}

interface Outcome extends Pick<SessionExtract, 'digest' | 'left'> {
  readonly threads: readonly ThreadStatement[]
}

function outcomeOf(closed: ClosedSession, read: readonly ReadStatement[]): Outcome {
  const statements = read.map(({ statement }) => statement)
  const digest = digestOf(closed, statements)
  const key = sessionKey(closed.session)
  const threads = read.flatMap(({ statement, turn }) => threadStatement(statement, turn, key))
  const open = new Set(digest.open.map(placeOf))
  return { digest, threads, left: threads.filter((each) => each.kind === 'open' && open.has(placeOf(each))) }
}

function latest<Item>(items: readonly Item[]): readonly Item[] {
  return items.slice(-limits.extractStatementsMax)
}

function factStatement(statement: Statement, turn: Memory, session: string): FactStatement[] {
  const { kind, weak, personal, text } = statement
  if (kind !== 'standing' && kind !== 'decision') return []
  const relied = isUsersPin(turn.pin) ? 'pin' : turn.reinforced > 0 ? 'use' : null
  return [{ ...sayingOf(statement, turn), kind, weak, personal, session, relied, key: factKey(kind, text) }]
}

function threadStatement(statement: Statement, turn: Memory, session: string): ThreadStatement[] {
  const { kind, text } = statement
  if (kind === 'standing') return []
  return [{ ...sayingOf(statement, turn), kind, session, terms: threadTerms(text) }]
}

function sayingOf({ memoryId, start, end, text }: Statement, { role, saidAt }: Memory): Saying {
  return { memoryId, start, end, text, role, saidAt }
}
