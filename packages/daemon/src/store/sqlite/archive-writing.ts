// Takes the records of an export into a store: rows come back as they were, with their ids and times, and what the store
// knows itself goes before what it is told. Which memories come in is for archived-memories.ts.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { limits } from '../../kit/limits.ts'
import { analyseText } from '../../text/analyser.ts'
import { type ArchiveRecord, type MemoryRecord, msOrNull } from '../archive-records.ts'
import type { DerivedRow } from '../derived.ts'
import * as sql from './archive-sql.ts'
import { createArchivedMemories, type Outcome } from './archived-memories.ts'
import { createBarring } from './barring.ts'
import { type Change, createChangeWriting, emptyChange } from './change.ts'
import { type StringColumn, toColumn, toColumnOrNull, toIdColumn } from './columns.ts'
import type { ForgottenTexts } from './comparing.ts'
import { createDerivedWriting, createMarkWriting } from './derived-writing.ts'
import { createInserting } from './inserting.ts'
import { createProjectMerging } from './project-merging.ts'
import { createProjectRows } from './project-rows.ts'
import { isOfItself } from './project-sql.ts'
import { createSessionRows } from './session-rows.ts'
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
  const memories = createArchivedMemories(db, { sessions, barring, insert })
  const writeMarks = createMarkWriting(db)
  const writeChange = createChangeWriting(db)
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
  const secrets: Buffer[] = []
  const entries = new Map<string, { id: StringColumn; at: number }>()

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
        if (record.type === 'memory') outcomes.push(memories.take(change, record))
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
      memories.settleSuccession(change)
      apply(change)
      const forgotten: ForgottenTexts = { secrets, entries }
      return barring.adopt(forgotten)
    },
  }
}
