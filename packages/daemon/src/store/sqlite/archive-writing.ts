// Takes the records of an export into a store: rows come back as they were, with their ids and times. What the store
// holds already stays as it is, what was forgotten in it stays out, and nothing is superseded by what is not there.
import { isDeepStrictEqual } from 'node:util'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { AppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import type { NewMemory } from '../../model/memory.ts'
import { analyseText } from '../../text/analyser.ts'
import type { ArchiveRecord, MemoryRecord } from '../archive-records.ts'
import { statementDigest } from '../capture-rules.ts'
import type { DerivedRow } from '../derived.ts'
import { type ArchivedRow, recordOf } from './archive-reading.ts'
import * as sql from './archive-sql.ts'
import { createBarring } from './barring.ts'
import { type Change, count, createChangeWriting, emptyChange, touchStanding } from './change.ts'
import { fromIdColumn, type StringColumn, toColumn, toColumnOrNull, toIdColumn } from './columns.ts'
import type { ForgottenTexts } from './comparing.ts'
import { createDerivedWriting, createMarkWriting } from './derived-writing.ts'
import { createInserting } from './inserting.ts'
import { createMessageForms } from './message-forms.ts'
import { createProjectMerging } from './project-merging.ts'
import { createProjectRows } from './project-rows.ts'
import { isOfItself } from './project-sql.ts'
import { createSessionRows } from './session-rows.ts'
import * as storeSql from './sql.ts'
import { createTextIndex } from './text-index.ts'

export interface TakenIn {
  /** new memories */
  readonly added: number
  /** held already, word for word or under another id */
  readonly known: number
  /** held under this id with something else in it: ours stays */
  readonly differing: number
  /** forgotten here, or by the export in an earlier import */
  readonly refused: number
  /** hashes of texts that are barred now and were not before */
  readonly forgotten: number
}

type ProjectRecord = Extract<ArchiveRecord, { type: 'project' }>
type DismissalRecord = Extract<ArchiveRecord, { type: 'dismissal' }>

type Outcome = 'added' | 'known' | 'differing' | 'refused'

export interface TakeInOptions {
  /** Keys of projects that stay what they are here, although the export has them merged into another. */
  readonly apart?: ReadonlySet<string>
}

/** Commits every so many records: an import that was cut short is begun again, and finds what is there. */
export function takeIn(
  db: Database,
  records: Iterable<ArchiveRecord>,
  { apart = new Set() }: TakeInOptions = {},
): TakenIn {
  const taking = createTaking(db, apart)
  const tally = { added: 0, known: 0, differing: 0, refused: 0 }
  for (const batch of batches(records)) {
    db.transaction(() => {
      for (const outcome of taking.take(batch)) tally[outcome] += 1
    }).immediate()
  }
  const forgotten = db.transaction(() => taking.finish()).immediate()
  return { ...tally, forgotten }
}

function* batches(records: Iterable<ArchiveRecord>): Generator<readonly ArchiveRecord[]> {
  let batch: ArchiveRecord[] = []
  let chars = 0
  for (const record of records) {
    batch.push(record)
    chars += record.type === 'memory' ? record.text.length : 0
    if (batch.length < limits.archiveBatchRows && chars < limits.archiveChunkBytes) continue
    yield batch
    batch = []
    chars = 0
  }
  if (batch.length > 0) yield batch
}

function createTaking(db: Database, apart: ReadonlySet<string>) {
  const projects = createProjectRows(db)
  const sessions = createSessionRows(db)
  const index = createTextIndex(db, analyseText)
  const insert = createInserting(db, { projects, sessions, index })
  const barring = createBarring(db)
  const forms = createMessageForms(db)
  const writeMarks = createMarkWriting(db)
  const writeChange = createChangeWriting(db)
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
  const fillSession = db.prepare<{
    client: StringColumn
    session: StringColumn
    closedAt: number | null
    parent: StringColumn | null
  }>(sql.fillSession)
  const merging = createProjectMerging(db)
  const derived = createDerivedWriting(db)
  const isUnmerged = db.prepare<{ key: StringColumn }>(isOfItself)
  const fillGivenName = db.prepare<{ key: StringColumn; name: StringColumn }>(sql.fillGivenName)
  const fillProfile = db.prepare<{ name: string; value: StringColumn }>(sql.fillProfile)
  const passOn = db.prepare<{ from: StringColumn; to: StringColumn }>(sql.passOnSuccession)
  const endSuccession = db.prepare<{ from: StringColumn }, { session: number }>(sql.endSuccession)
  /** Ids of the export that are not held here, and what stands in their place. */
  const instead = new Map<string, string | null>()
  /** Of this export: it may hold the same statement twice, said in two projects that are one now. */
  const statementsAdded = new Set<string>()
  const secrets: Buffer[] = []
  const entries = new Map<string, { id: StringColumn; at: number }>()

  function takeMemory(change: Change, record: MemoryRecord): Outcome {
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
  }

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
    if (grown !== null && !sessions.isNone(grown)) change.rederivedSessions.add(grown)
    touchStanding(change)
  }

  function takeProject(change: Change, record: ProjectRecord): void {
    const { key, name, reason, given_name, merged_into } = record
    projects.put({ key, name, reason })
    if (given_name !== null) fillGivenName.run({ key: toColumn(key), name: toColumn(given_name) })
    // What was merged with another project here stays where it is.
    if (merged_into === null || apart.has(key) || isUnmerged.get({ key: toColumn(key) }) === undefined) return
    projects.ensure(merged_into)
    merging.merge(change, key, merged_into)
  }

  function takeOther(record: Exclude<ArchiveRecord, MemoryRecord>): void {
    if (record.type === 'session')
      fillSession.run({
        client: toColumn(record.client),
        session: toColumn(record.session),
        closedAt: msOrNull(record.closed_at),
        parent: toColumnOrNull(record.parent),
      })
    else if (record.type === 'profile') fillProfile.run({ name: record.name, value: toColumn(record.value) })
    else if (record.type === 'forgotten key') secrets.push(Buffer.from(record.value, 'hex'))
    else if (record.type === 'forgotten')
      entries.set(record.digest, { id: toIdColumn(record.id), at: Date.parse(record.at) })
  }

  /** Of memories that did not come in there is nothing to say. */
  function takeDismissal(change: Change, { id, project, memories }: DismissalRecord): void {
    const row: DerivedRow = { kind: 'dismissal', id, project, rank: null, sources: memories, body: 'null' }
    derived.apply(change, { put: [row], remove: [], standing: false }, null)
  }

  function apply(change: Change): void {
    sessions.apply(change)
    writeMarks(change)
    writeChange(change)
  }

  return {
    take(batch: readonly ArchiveRecord[]): readonly Outcome[] {
      const change = emptyChange()
      const outcomes: Outcome[] = []
      const dismissals: DismissalRecord[] = []
      const others: Exclude<ArchiveRecord, MemoryRecord>[] = []
      for (const record of batch) {
        if (record.type === 'memory') outcomes.push(takeMemory(change, record))
        else if (record.type === 'project') takeProject(change, record)
        else if (record.type === 'dismissal') dismissals.push(record)
        else others.push(record)
      }
      for (const record of dismissals) takeDismissal(change, record)
      apply(change)
      // Sessions are as they were only after what they hold has come.
      others.forEach(takeOther)
      return outcomes
    },
    /** Last, because an export may hold in one place what was forgotten in another. */
    finish(): number {
      const change = emptyChange()
      for (const id of instead.keys()) {
        const successor = placeOf(id, instead)
        const from = toIdColumn(id)
        if (successor !== null) passOn.run({ from, to: toIdColumn(successor) })
        for (const { session } of endSuccession.all({ from })) {
          count(change, 'superseded', -1)
          if (!sessions.isNone(session)) change.rederivedSessions.add(session)
        }
      }
      touchStanding(change)
      apply(change)
      const forgotten: ForgottenTexts = { secrets, entries }
      return barring.adopt(forgotten)
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

function msOrNull(time: string | null): number | null {
  return time === null ? null : Date.parse(time)
}
