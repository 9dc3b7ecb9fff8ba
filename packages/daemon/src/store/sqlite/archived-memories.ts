// Takes the memories of an export into a store, and what superseded them. Keeps: what the store holds already stays as it
// is, what was forgotten in it stays out, and nothing is superseded by what is not there.
import { isDeepStrictEqual } from 'node:util'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { AppError } from '../../kit/errors.ts'
import type { NewMemory } from '../../model/memory.ts'
import { type MemoryRecord, msOrNull } from '../archive-records.ts'
import { statementDigest } from '../capture-rules.ts'
import { type ArchivedRow, recordOf } from './archive-reading.ts'
import * as sql from './archive-sql.ts'
import type { Barring } from './barring.ts'
import { type Change, count, touchStanding } from './change.ts'
import { fromIdColumn, type StringColumn, toColumn, toIdColumn } from './columns.ts'
import type { Inserting } from './inserting.ts'
import { createMessageForms } from './message-forms.ts'
import type { SessionRows } from './session-rows.ts'
import * as storeSql from './sql.ts'

/** `differing`: held under this id with something else in it. */
export type Outcome = 'added' | 'known' | 'differing' | 'refused'

export interface ArchivedMemories {
  take(change: Change, record: MemoryRecord): Outcome
  /** When all have been taken: what was superseded by one that did not come in is superseded by what is in its place. */
  settleSuccession(change: Change): void
}

export interface ArchivedMemoriesParts {
  readonly sessions: SessionRows
  readonly barring: Barring
  readonly insert: Inserting
}

export function createArchivedMemories(
  db: Database,
  { sessions, barring, insert }: ArchivedMemoriesParts,
): ArchivedMemories {
  const forms = createMessageForms(db)
  const withId = db.prepare<{ id: StringColumn }, ArchivedRow>(sql.memoryWithId)
  const currentStatement = db.prepare<{ digest: Buffer }, { id: StringColumn }>(storeSql.currentStatement)
  const addSaidAgain = db.prepare<{ memory: number; at: number }>(storeSql.addSaidAgain)
  const setExported = db.prepare<{
    seq: number
    reinforced: number
    reinforcedAt: number | null
    supersededBy: StringColumn | null
    supersededAt: number | null
  }>(sql.setWhatWasExported)
  const passOn = db.prepare<{ from: StringColumn; to: StringColumn }>(sql.passOnSuccession)
  const endSuccession = db.prepare<{ from: StringColumn }, { session: number }>(sql.endSuccession)
  /** Ids of the export that are not held here, and what stands in their place. */
  const instead = new Map<string, string | null>()
  /** Of this export: it may hold the same statement twice, said in two projects that are one now. */
  const statementsAdded = new Set<string>()

  /** What says the same here under another id: of two machines that took in the same history. */
  function twinOf(item: NewMemory, record: MemoryRecord): string | null {
    if (item.messageId !== null) {
      const session = sessions.find(item.client, item.session)
      const message = session === null ? null : { session, messageId: toColumn(item.messageId) }
      const same = message === null ? undefined : forms.withText(message, item.text)
      return same === undefined ? null : fromIdColumn(same.id)
    }
    if (record.superseded_by !== null) return null
    const same = currentStatement.get({ digest: statementDigest(item) })
    const id = same === undefined ? null : fromIdColumn(same.id)
    return id === null || statementsAdded.has(id) ? null : id
  }

  function add(change: Change, record: MemoryRecord, item: NewMemory): void {
    const digest = item.messageId === null ? statementDigest(item) : null
    const session = sessions.find(item.client, item.session)
    const isNewTurn =
      item.messageId === null ||
      session === null ||
      forms.newest({ session, messageId: toColumn(item.messageId) }) === undefined
    const seq = insert(change, item, { pin: record.pin, isNewTurn, digest })
    for (const at of record.said_again) addSaidAgain.run({ memory: seq, at: Date.parse(at) })
    setExported.run({
      seq,
      reinforced: record.reinforced,
      reinforcedAt: msOrNull(record.reinforced_at),
      supersededBy: record.superseded_by === null ? null : toIdColumn(record.superseded_by),
      supersededAt: msOrNull(record.superseded_at),
    })
    if (record.superseded_by !== null) count(change, 'superseded', 1)
    const grown = sessions.find(item.client, item.session)
    if (grown !== null) sessions.rederive(change, grown)
    touchStanding(change)
  }

  return {
    take(change, record) {
      const held = withId.get({ id: toIdColumn(record.id) })
      if (held !== undefined) return isDeepStrictEqual(recordOf(held), record) ? 'known' : 'differing'
      const item = itemOf(record)
      if (barring.barredBy(item) !== null) {
        instead.set(record.id, record.superseded_by)
        return 'refused'
      }
      const twin = twinOf(item, record)
      if (twin !== null) {
        instead.set(record.id, twin)
        return 'known'
      }
      add(change, record, item)
      if (item.messageId === null) statementsAdded.add(record.id)
      return 'added'
    },
    settleSuccession(change) {
      for (const id of instead.keys()) {
        const successor = placeOf(id, instead)
        const from = toIdColumn(id)
        if (successor !== null) passOn.run({ from, to: toIdColumn(successor) })
        for (const { session } of endSuccession.all({ from })) {
          count(change, 'superseded', -1)
          sessions.rederive(change, session)
        }
      }
      touchStanding(change)
    },
  }
}

/** What holds in the place of something that did not come in, and of what did not come in after it. */
function placeOf(id: string, instead: ReadonlyMap<string, string | null>): string | null {
  let found: string | null = id
  for (let steps = 0; found !== null && instead.has(found) && steps <= instead.size; steps++)
    found = instead.get(found) ?? null
  return found
}

function itemOf(record: MemoryRecord): NewMemory {
  const { id, text, role, kind, trust, project, session, client, speaker, pin } = record
  const times = { saidAt: Date.parse(record.said_at), storedAt: Date.parse(record.stored_at) }
  if (Number.isNaN(times.saidAt) || Number.isNaN(times.storedAt))
    throw new AppError(
      'invalid_params',
      `the export has no real time for ${id}; it was changed after it was made`,
    )
  const { message_id: messageId } = record
  return { id, text, role, kind, trust, project, session, client, speaker, pin, messageId, ...times }
}
