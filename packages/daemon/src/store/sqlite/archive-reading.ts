// Everything a store holds, as records, from one snapshot: what a user said and decided, and nothing that is derived from
// it or that the daemon noted about itself.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { writeArchive } from '../archive-file.ts'
import type { ArchiveFormat, ArchiveRecord } from '../archive-records.ts'
import * as sql from './archive-sql.ts'
import { fromColumn, fromColumnOrNull, fromIdColumn, type StringColumn } from './columns.ts'
import { forgottenTexts } from './comparing.ts'
import { cipherOf, openCopy, type StoreFile } from './connection.ts'
import { storeIdOf } from './copying.ts'
import { type MemoryRow, memoryOf } from './memory-rows.ts'
import { toAppError } from './sqlite-errors.ts'

export interface ExportRequest {
  readonly store: Pick<StoreFile, 'file' | 'key'>
  readonly target: string
  readonly format: ArchiveFormat
  readonly madeAt: number
  readonly madeBy: string
}

export interface ExportFacts {
  readonly records: number
}

/** Writes the export whole or not at all. Raises AppError. */
export function exportStore({ store, target, format, madeAt, madeBy }: ExportRequest): ExportFacts {
  const db = openCopy({ ...store, cipher: cipherOf(store.file, store.key) }, { readonly: true })
  try {
    return { records: writeArchive(target, format, archiveOf(db, madeAt, madeBy)) }
  } catch (error) {
    throw toAppError(error, target)
  } finally {
    db.close()
  }
}

export type ArchivedRow = MemoryRow & { readonly reinforced_at: number | null }

export function recordOf(row: ArchivedRow): Extract<ArchiveRecord, { type: 'memory' }> {
  const { messageId, saidAt, storedAt, saidAgain, supersededBy, supersededAt, text, ...same } = memoryOf(row)
  return {
    type: 'memory',
    ...same,
    message_id: messageId,
    said_at: iso(saidAt),
    stored_at: iso(storedAt),
    said_again: saidAgain.map(iso),
    superseded_by: supersededBy,
    superseded_at: supersededAt === null ? null : iso(supersededAt),
    reinforced_at: row.reinforced_at === null ? null : iso(row.reinforced_at),
    text,
  }
}

function* archiveOf(db: Database, madeAt: number, madeBy: string): Generator<ArchiveRecord> {
  // One snapshot, whatever is written meanwhile.
  db.prepare('BEGIN').run()
  let count = 0
  for (const record of contentOf(db, madeAt, madeBy)) {
    count += 1
    yield record
  }
  yield { type: 'end', records: count }
}

function* contentOf(db: Database, madeAt: number, madeBy: string): Generator<ArchiveRecord> {
  yield { type: 'archive', version: 1, store: storeIdOf(db), made_at: iso(madeAt), made_by: madeBy }
  type ProjectRow = { key: StringColumn; name: StringColumn; reason: StringColumn } & {
    given_name: StringColumn | null
    merged_into: StringColumn | null
  }
  for (const row of db.prepare<[], ProjectRow>(sql.everyProject).iterate())
    yield {
      type: 'project',
      key: fromColumn(row.key),
      name: fromColumn(row.name),
      reason: fromColumn(row.reason),
      ...(row.given_name === null ? {} : { given_name: fromColumn(row.given_name) }),
      ...(row.merged_into === null ? {} : { merged_into: fromColumn(row.merged_into) }),
    }
  for (const row of db.prepare<[], ArchivedRow>(sql.everyMemoryInOrder).iterate()) yield recordOf(row)
  type SessionRow = {
    client: StringColumn
    session: StringColumn
    closed_at: number | null
    parent: StringColumn | null
  }
  for (const row of db.prepare<[], SessionRow>(sql.everySession).iterate())
    yield {
      type: 'session',
      client: fromColumn(row.client),
      session: fromColumn(row.session),
      closed_at: row.closed_at === null ? null : iso(row.closed_at),
      parent: fromColumnOrNull(row.parent),
    }
  const profile = db.prepare<[], { name: string; value: StringColumn }>(sql.everyProfileEntry)
  for (const { name, value } of profile.iterate()) yield { type: 'profile', name, value: fromColumn(value) }
  yield* forgottenRecords(db)
}

function* forgottenRecords(db: Database): Generator<ArchiveRecord> {
  const { secrets, entries } = forgottenTexts(db)
  if (entries.size === 0) return
  for (const secret of secrets) yield { type: 'forgotten key', value: secret.toString('hex') }
  for (const [digest, { id, at }] of entries)
    yield { type: 'forgotten', digest, id: fromIdColumn(id), at: iso(at) }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
