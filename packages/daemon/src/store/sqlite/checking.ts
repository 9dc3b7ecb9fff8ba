// Looks whether a store is whole: pages, references, and the index against the texts it was made from. Reads only, on a
// connection of its own, beside a daemon that goes on writing: each memory is looked at within one snapshot.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { analyserVersion, analyseText } from '../../text/analyser.ts'
import { passageContent, splitPassages } from '../passages.ts'
import * as sql from './checking-sql.ts'
import { fromColumn, fromColumnOrNull, fromIdColumn, type StringColumn } from './columns.ts'
import { createCounterReading } from './counters.ts'
import { isOlder } from './migrations.ts'
import { indexedTerms, lastMemorySeq } from './sql.ts'

export interface StoreCheckOptions {
  /** Everything, however long it takes. */
  readonly deep: boolean
  /** Memories that are looked at unless `deep`. */
  readonly sampleRows: number
  /** Larger files are not read through unless `deep`. */
  readonly quickCheckBytesMax: number
  /** Memories said or stored after this time, ms, are from the future. */
  readonly futureFrom: number
  readonly problemsMax: number
  /** 0 … 1, for the sample. */
  random(): number
}

export interface StoreCheck {
  readonly memories: number
  /** What SQLite finds wrong with the file; null when it was too large to be read through unasked. */
  readonly damage: readonly string[] | null
  readonly indexed: {
    readonly checked: number
    /** Re-indexing for another analyser is under way: not looked at. */
    readonly underWay: boolean
    /** Of those looked at, whose index entries do not follow from their text; ids up to `problemsMax`. */
    readonly wrong: number
    readonly ids: readonly string[]
  }
  /** Memories that the running totals have and the table has not, or the other way round; null unless deep. */
  readonly miscounted: number | null
  readonly fromTheFuture: number
}

interface MemoryRow {
  readonly seq: number
  readonly id: StringColumn
  readonly speaker: StringColumn | null
  readonly text: StringColumn
}

interface PassageRow {
  readonly seat: number
  readonly start: number
  readonly end: number
  readonly surface: number
  readonly terms: string
}

/** Null for a store of an older program, which the next start migrates. Raises what SQLite raises for an unreadable file. */
export function checkStore(db: Database, bytes: number, options: StoreCheckOptions): StoreCheck | null {
  if (isOlder(db, db.name)) return null
  const counter = createCounterReading(db)
  const { total } = db.prepare<[], { total: number }>(sql.countMemories).get() ?? { total: 0 }
  const { future } = db
    .prepare<{ from: number }, { future: number }>(sql.countFromTheFuture)
    .get({ from: options.futureFrom }) ?? { future: 0 }
  return {
    memories: total,
    damage: findDamage(db, bytes, options),
    indexed: checkIndex(db, counter('analyser_version') !== analyserVersion, options),
    miscounted: options.deep ? Math.abs(total - counter('memories')) : null,
    fromTheFuture: future,
  }
}

function findDamage(db: Database, bytes: number, options: StoreCheckOptions): readonly string[] | null {
  if (!options.deep && bytes > options.quickCheckBytesMax) return null
  const pragma = options.deep ? 'integrity_check' : 'quick_check'
  const found = (db.pragma(`${pragma}(${options.problemsMax})`) as Record<string, string>[]).map(
    (row) => Object.values(row)[0] ?? '',
  )
  const broken = db.pragma('foreign_key_check') as { table: string; parent: string }[]
  return [
    ...found.filter((line) => line !== 'ok'),
    ...broken.slice(0, options.problemsMax).map(({ table, parent }) => `${table} names a missing ${parent}`),
  ]
}

function checkIndex(db: Database, underWay: boolean, options: StoreCheckOptions): StoreCheck['indexed'] {
  if (underWay) return { checked: 0, underWay, wrong: 0, ids: [] }
  const next = db.prepare<{ after: number }, MemoryRow>(sql.nextMemory)
  const isIndexed = createIndexLook(db)
  const ids: string[] = []
  let checked = 0
  let wrong = 0
  const look = db.transaction((after: number): number | null => {
    const row = next.get({ after })
    if (row === undefined) return null
    checked += 1
    if (!isIndexed(row)) {
      wrong += 1
      if (ids.length < options.problemsMax) ids.push(fromIdColumn(row.id))
    }
    return row.seq
  })
  if (options.deep) for (let after: number | null = 0; after !== null; ) after = look(after)
  else for (const after of sampleOf(db, options)) look(after)
  return { checked, underWay, wrong, ids }
}

/** Numbers after which to take the next memory; each memory at most once when there are few. */
function sampleOf(db: Database, { sampleRows, random }: StoreCheckOptions): Iterable<number> {
  const last = db.prepare<[], { seq: number }>(lastMemorySeq).get()?.seq ?? 0
  if (last <= sampleRows) return Array.from({ length: last }, (_, index) => index)
  return new Set(Array.from({ length: sampleRows }, () => Math.floor(random() * last)))
}

/** Whether what the index holds of a memory is what its text gives. */
function createIndexLook(db: Database): (memory: MemoryRow) => boolean {
  const passagesOf = db.prepare<{ memory: number }, PassageRow>(sql.passagesOf)
  const indexed = db.prepare<{ seat: number }, { terms: string }>(indexedTerms)
  return ({ seq, text: column, speaker }) => {
    const text = fromColumn(column)
    const passages = passagesOf.all({ memory: seq })
    const stretches = splitPassages(text)
    return (
      passages.length === stretches.length &&
      passages.every(({ seat, start, end, surface, terms }, index) => {
        if (start !== stretches[index]?.start || end !== stretches[index]?.end) return false
        const content = passageContent(analyseText, text.slice(start, end), fromColumnOrNull(speaker))
        return (
          content.surface === surface &&
          content.evidence === terms &&
          content.terms.join(' ') === indexed.get({ seat })?.terms
        )
      })
    )
  }
}
