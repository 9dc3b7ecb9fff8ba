// What a host took back of a session (a turn undone, a message removed), and what it gave back. Kept by message ids, so
// that it is true of what arrives later as well; the marks follow from it: a memory superseded by itself was taken back.
// Keeps: of a message's forms at most the newest stands, and none does while the message is taken back.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { NewMemory, SaidIn } from '../../model/memory.ts'
import { messageOfPart } from '../capture-rules.ts'
import type { TakenBack, TakingBack } from '../store.ts'
import type { Barring } from './barring.ts'
import { type Change, count, touchStanding } from './change.ts'
import { fromColumn, type StringColumn, toColumn } from './columns.ts'
import { createMessageForms } from './message-forms.ts'
import type { Retiring } from './retiring.ts'
import type { SessionRows } from './session-rows.ts'
import * as sql from './sql.ts'

export interface BackTaking {
  take(change: Change, session: SaidIn, what: TakingBack, at: number): TakenBack
  /** Call when a form of a message came in: it may be one of a message that was taken back. */
  settleMessage(change: Change, item: NewMemory): void
  /** What was kept of a session's messages goes. */
  drop(session: SaidIn): void
}

export interface BackTakingParts {
  readonly sessions: SessionRows
  readonly barring: Barring
  readonly retire: Retiring
}

type Name = { readonly client: StringColumn; readonly session: StringColumn }

interface Form {
  readonly seq: number
  readonly id: StringColumn
  readonly message_id: StringColumn
  readonly superseded_at: number | null
  readonly said_at: number
}

export function createBackTaking(db: Database, { sessions, barring, retire }: BackTakingParts): BackTaking {
  const keep = db.prepare<Name & { onwards: number; messageId: StringColumn }>(sql.keepTakenBack)
  const dropOne = db.prepare<Name & { messageId: StringColumn }>(sql.dropTakenBack)
  const dropOnwards = db.prepare<Name>(sql.dropTakenOnwards)
  const dropAll = db.prepare<Name>(sql.dropAllTakenBack)
  const taken = db.prepare<Name & { messageId: StringColumn; message: StringColumn }>(sql.isTakenBack)
  const formsOf = db.prepare<{ session: number }, Form>(sql.standingOrTakenBack)
  const markSuperseded = db.prepare<{ seq: number; by: StringColumn; at: number }>(sql.markSuperseded)
  const holdAgain = db.prepare<{ seq: number }>(sql.holdAgain)
  const forms = createMessageForms(db)

  function isTakenBack(name: Name, messageId: string): boolean {
    const ids = { messageId: toColumn(messageId), message: toColumn(messageOfPart(messageId)) }
    return taken.get({ ...name, ...ids }) !== undefined
  }

  function keepAll(name: Name, { messages = [], restored = [], from }: TakingBack): void {
    for (const id of restored) dropOne.run({ ...name, messageId: toColumn(id) })
    for (const id of messages) keep.run({ ...name, onwards: 0, messageId: toColumn(id) })
    if (from !== undefined) dropOnwards.run(name)
    if (from !== undefined && from !== null) keep.run({ ...name, onwards: 1, messageId: toColumn(from) })
  }

  function standAgain(change: Change, session: number, form: Form): void {
    const newest = forms.newest({ session, messageId: form.message_id })
    if (newest !== undefined && newest.seq !== form.seq) {
      markSuperseded.run({ seq: form.seq, by: newest.id, at: newest.last_said })
      return
    }
    holdAgain.run({ seq: form.seq })
    count(change, 'superseded', -1)
  }

  return {
    take(change, said, what, at) {
      if (barring.isSessionBarred(said)) return { taken: 0, standing: 0 }
      const name = nameOf(said)
      keepAll(name, what)
      const session = sessions.find(said.client, said.session)
      const changed = { taken: 0, standing: 0 }
      for (const form of session === null ? [] : formsOf.all({ session })) {
        const isTaken = isTakenBack(name, fromColumn(form.message_id))
        if (session === null || isTaken === (form.superseded_at !== null)) continue
        if (isTaken) retire(change, form.seq, form.id, Math.max(at, form.said_at))
        else standAgain(change, session, form)
        changed[isTaken ? 'taken' : 'standing'] += 1
      }
      if (session !== null && changed.taken + changed.standing > 0) {
        sessions.rederive(change, session)
        touchStanding(change)
      }
      return changed
    },
    settleMessage(change, item) {
      if (item.messageId === null || !isTakenBack(nameOf(item), item.messageId)) return
      const session = sessions.find(item.client, item.session)
      const newest =
        session === null ? undefined : forms.newest({ session, messageId: toColumn(item.messageId) })
      if (session === null || newest === undefined || newest.superseded_at !== null) return
      retire(change, newest.seq, newest.id, newest.last_said)
      sessions.rederive(change, session)
    },
    drop: (said) => void dropAll.run(nameOf(said)),
  }
}

function nameOf({ client, session }: SaidIn): Name {
  return { client: toColumn(client), session: toColumn(session) }
}
