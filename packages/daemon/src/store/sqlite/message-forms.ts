// The forms of one message: rows with the same client, session and message id. The newest is how the message reads: the one
// that holds, which is the one said last, unless its date was found to be wrong (isSaidLater); of several that do not hold
// any more, the one said last.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { type StringColumn, toColumn } from './columns.ts'
import * as sql from './sql.ts'

export interface MessageKey {
  readonly session: number
  readonly messageId: StringColumn
}

export interface MessageForm {
  readonly seq: number
  readonly id: StringColumn
  readonly pin: number | null
  readonly superseded_at: number | null
  readonly last_said: number
}

export interface MessageForms {
  newest(message: MessageKey): MessageForm | undefined
  /** The first that was last said after `time`. */
  firstAfter(message: MessageKey, time: number): MessageForm | undefined
  withText(message: MessageKey, text: string): MessageForm | undefined
}

interface AnyMemory {
  readonly id: StringColumn
  readonly session_seq: number
  /** null for a statement, which is no form of anything */
  readonly message_id: StringColumn | null
}

/** A memory's own id and those of its message's other forms, in the order in which they came. */
export function createWithItsForms(db: Database): (memory: AnyMemory) => readonly StringColumn[] {
  const forms = db.prepare<MessageKey, { id: StringColumn }>(sql.formsToForget)
  return ({ id, session_seq: session, message_id: messageId }) =>
    messageId === null ? [id] : forms.all({ session, messageId }).map((form) => form.id)
}

export function createMessageForms(db: Database): MessageForms {
  const newest = db.prepare<MessageKey, MessageForm>(sql.newestForm)
  const firstAfter = db.prepare<MessageKey & { time: number }, MessageForm>(sql.firstFormAfter)
  const withText = db.prepare<MessageKey & { text: StringColumn }, MessageForm>(sql.formWithText)
  return {
    newest: (message) => newest.get(message),
    firstAfter: (message, time) => firstAfter.get({ ...message, time }),
    withText: (message, text) => withText.get({ ...message, text: toColumn(text) }),
  }
}
