// Everything one closed session contributes, as a pure function of its turns.
import { createHash } from 'node:crypto'
import type { Memory } from '../model/memory.ts'
import { assertionsOf } from './assertions.ts'
import { type SessionExtract, sessionKey } from './derived.ts'
import { type ClosedSession, digestOf } from './digest.ts'
import { type FactStatement, factKey } from './facts.ts'
import { quotedText } from './quotation.ts'
import { type Statement, statementsOf } from './statements.ts'
import { type ThreadStatement, threadTerms } from './threads.ts'

/** Raise it when the rules change: every session is then looked at again. */
export const rulesVersion = 1

export function extractSession(closed: ClosedSession): SessionExtract {
  const key = sessionKey(closed.session)
  const read = closed.turns.flatMap((turn) =>
    statementsOf(turn)
      // In a sub-agent's session the "user" is another agent: it has no preferences to keep.
      .filter(({ kind }) => kind !== 'standing' || closed.session.parent === null)
      .map((statement) => ({ statement, turn })),
  )
  const digest = digestOf(
    closed,
    read.map(({ statement }) => statement),
  )
  const threads = read.flatMap(({ statement, turn }) => threadStatement(statement, turn, key))
  const open = new Set(digest.open.map(({ memoryId, start }) => `${memoryId}:${start}`))
  return {
    key,
    project: closed.session.project,
    fingerprint: fingerprintOf(closed),
    digest,
    facts: read.flatMap(({ statement, turn }) => factStatement(statement, turn, key)),
    assertions: closed.turns.flatMap(assertionsOf),
    left: threads.filter(({ kind, memoryId, start }) => kind === 'open' && open.has(`${memoryId}:${start}`)),
    finished: threads.filter(({ kind }) => kind !== 'open'),
  }
}

/** Turns are never rewritten, so their ids in order say it all. */
export function fingerprintOf({ session, turns }: ClosedSession): string {
  const hash = createHash('sha256').update(`${rulesVersion}\n${session.project}\n${session.parent ?? ''}`)
  for (const turn of turns) hash.update(`\n${turn.id}`)
  return hash.digest('hex').slice(0, 32)
}

function factStatement(statement: Statement, turn: Memory, session: string): FactStatement[] {
  const { kind, weak, memoryId, start, end } = statement
  if (kind !== 'standing' && kind !== 'decision') return []
  const key = factKey(kind, quotedText(turn.text, statement))
  return [{ kind, weak, memoryId, start, end, session, saidAt: turn.saidAt, key }]
}

function threadStatement(statement: Statement, turn: Memory, session: string): ThreadStatement[] {
  const { kind, memoryId, start, end } = statement
  if (kind === 'standing') return []
  return [
    {
      kind,
      memoryId,
      start,
      end,
      session,
      saidAt: turn.saidAt,
      terms: threadTerms(quotedText(turn.text, statement)),
    },
  ]
}
