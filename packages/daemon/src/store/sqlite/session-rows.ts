// Keeps session rows true: each is a function of the session's memories, plus whether it was closed and who started
// it. Captures add to the row; what takes away (forgetting, superseding) has it derived anew.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { NewMemory } from '../../model/memory.ts'
import { noSession } from '../../model/session.ts'
import { titleOf } from '../capture-rules.ts'
import type { Change, SessionGrowth } from './change.ts'
import { fromColumn, type StringColumn, toColumn } from './columns.ts'
import { createIsGlobal } from './project-rows.ts'
import * as sql from './sql.ts'

type SessionName = { readonly client: StringColumn; readonly session: StringColumn }

type SaidIn = Pick<NewMemory, 'client' | 'session'>

export interface SessionRows {
  /** Row number of a session, null when it is unknown. */
  find(client: string, session: string): number | null
  /** Row number of a session, made when it is unknown. */
  ensure(client: string, session: string, project: number): number
  /** Notes which session started the ones that `said` belongs to. */
  setParent(change: Change, said: readonly SaidIn[], parent: string): void
  /** Notes a stored memory; `isNewTurn` unless it is another form of a message already counted. */
  grow(change: Change, session: number, item: NewMemory, project: number, isNewTurn: boolean): void
  /** Has a session's row derived anew from its memories; false for the memories of no session, which have none. */
  rederive(change: Change, session: number): boolean
  /** Writes what `change` did to sessions. */
  apply(change: Change): void
}

export function createSessionRows(db: Database): SessionRows {
  const seqOf = db.prepare<SessionName, { seq: number }>(sql.sessionSeq)
  const nameOf = db.prepare<{ seq: number }, { session: StringColumn }>(sql.sessionName)
  const insert = db.prepare<SessionName & { project: number }>(sql.insertSession)
  const updateParent = db.prepare<SessionName & { parent: StringColumn }, { seq: number }>(
    sql.setSessionParent,
  )
  const growRow = db.prepare<
    Omit<SessionGrowth, 'title' | 'inGlobal'> & { seq: number; title: StringColumn }
  >(sql.growSession)
  const isGlobal = createIsGlobal(db)
  const deriveRow = createRowDeriving(db)

  function find(client: string, session: string): number | null {
    return seqOf.get({ client: toColumn(client), session: toColumn(session) })?.seq ?? null
  }

  return {
    find,
    ensure(client, session, project) {
      const known = find(client, session)
      if (known !== null) return known
      const made = insert.run({ client: toColumn(client), session: toColumn(session), project })
      return Number(made.lastInsertRowid)
    },
    setParent(change, said, parent) {
      for (const { client, session } of said) {
        if (session === noSession) continue
        const name = { client: toColumn(client), session: toColumn(session) }
        const changed = updateParent.get({ ...name, parent: toColumn(parent) })
        if (changed !== undefined) change.touchedSessions.add(changed.seq)
      }
    },
    grow(change, session, item, project, isNewTurn) {
      if (item.session === noSession) return
      const grown = change.grownSessions.get(session)
      const addition = growthBy(item, project, isGlobal(project), isNewTurn)
      if (grown === undefined) change.grownSessions.set(session, addition)
      else addGrowth(grown, addition)
    },
    rederive(change, session) {
      if (nameOf.get({ seq: session })?.session === noSession) return false
      change.rederivedSessions.add(session)
      return true
    },
    apply({ grownSessions, rederivedSessions }) {
      for (const [seq, { inGlobal: _, ...growth }] of grownSessions) {
        growRow.run({ seq, ...growth, title: toColumn(growth.title) })
      }
      for (const seq of rederivedSessions) deriveRow(seq)
    },
  }
}

function growthBy(item: NewMemory, project: number, inGlobal: boolean, isNewTurn: boolean): SessionGrowth {
  const isTurn = item.kind === 'turn'
  return {
    first: item.saidAt,
    last: item.saidAt,
    turns: isTurn && isNewTurn ? 1 : 0,
    project,
    inGlobal,
    title: isTurn && item.role === 'user' ? titleOf(item.text) : '',
    titleAt: item.saidAt,
  }
}

function addGrowth(grown: SessionGrowth, more: SessionGrowth): void {
  grown.first = Math.min(grown.first, more.first)
  grown.last = Math.max(grown.last, more.last)
  grown.turns += more.turns
  if (grown.inGlobal && !more.inGlobal) {
    grown.project = more.project
    grown.inGlobal = false
  }
  if (more.title !== '' && (grown.title === '' || more.titleAt < grown.titleAt)) {
    grown.title = more.title
    grown.titleAt = more.titleAt
  }
}

interface DerivedColumns {
  readonly seq: number
  readonly first: number
  readonly last: number
  readonly turns: number
  readonly project: number
  readonly title: StringColumn
  readonly titleAt: number | null
}

function createRowDeriving(db: Database): (seq: number) => void {
  type Seq = { seq: number }
  const facts = db.prepare<Seq, { first: number | null; last: number | null; turns: number }>(
    sql.sessionFacts,
  )
  const projectOf = db.prepare<Seq, { project: number }>(sql.projectOfSession)
  const userTurns = db.prepare<Seq, { text: StringColumn; said_at: number }>(sql.userTurnsOfSession)
  const rewrite = db.prepare<DerivedColumns>(sql.rewriteSession)
  const remove = db.prepare<Seq>(sql.deleteSession)

  function titleIn(seq: number): { title: string; titleAt: number | null } {
    for (const turn of userTurns.iterate({ seq })) {
      const title = titleOf(fromColumn(turn.text))
      if (title !== '') return { title, titleAt: turn.said_at }
    }
    return { title: '', titleAt: null }
  }

  return function deriveRow(seq) {
    const derived = facts.get({ seq })
    const project = projectOf.get({ seq })?.project
    if (derived === undefined || derived.first === null || derived.last === null || project === undefined) {
      remove.run({ seq })
      return
    }
    const { first, last, turns } = derived
    const { title, titleAt } = titleIn(seq)
    rewrite.run({ seq, first, last, turns, project, title: toColumn(title), titleAt })
  }
}
