// Reads vectors, and what is yet to be embedded.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { limits } from '../../kit/limits.ts'
import type { Searching } from '../search.ts'
import { chapterOf, projectOfChapter, type SeatRange, seatsOfProject } from '../seats.ts'
import type { TextsOfMemory, VectorCodes, VectorRows, VectorStore } from '../vectors.ts'
import { fromColumn, fromIdColumn, type StringColumn } from './columns.ts'
import { createCounterReading } from './counters.ts'
import type { Sync } from './protocol.ts'
import type { EmbedderRow } from './vector-writing.ts'
import * as sql from './vectors-sql.ts'

export type VectorReading = Sync<
  Pick<VectorStore, 'measured' | 'textsToEmbed' | 'vectorCodes' | 'vectorProgress'>
>

export function createVectorReading(db: Database): VectorReading {
  const inUse = db.prepare<[], EmbedderRow>(sql.embedderInUse)
  const lastMemory = db.prepare<[], { seq: number }>(sql.lastMemorySeq)
  const measuredOf = db.prepare<{ id: string }, { measured: string | null }>(sql.measuredOf)
  const counter = createCounterReading(db)
  return {
    measured: (id) => measuredOf.get({ id })?.measured ?? null,
    textsToEmbed: createTextReading(db),
    vectorCodes: createCodeReading(db),
    vectorProgress: () => ({
      embedder: inUse.get()?.id ?? null,
      waiting: Math.max(0, (lastMemory.get()?.seq ?? 0) - counter('embedded_through')),
    }),
  }
}

function createTextReading(db: Database): VectorReading['textsToEmbed'] {
  interface MemoryRow {
    readonly seq: number
    readonly id: StringColumn
    readonly project: StringColumn
    readonly text: StringColumn
  }
  const memoryAfter = db.prepare<{ after: number }, MemoryRow>(sql.memoryAfter)
  const firstPassages = db.prepare<
    { memory: number; limit: number },
    { seat: number; start: number; end: number }
  >(sql.firstPassages)
  const counter = createCounterReading(db)

  return function textsToEmbed(passagesMax) {
    const found: TextsOfMemory[] = []
    let after = counter('embedded_through')
    for (let passages = 0; passages < passagesMax; ) {
      const row = memoryAfter.get({ after })
      if (row === undefined) break
      const text = fromColumn(row.text)
      const own = firstPassages.all({ memory: row.seq, limit: limits.vectorPassagesPerMemoryMax })
      found.push({
        memory: fromIdColumn(row.id),
        project: fromColumn(row.project),
        passages: own.map(({ seat, start, end }) => ({ seat, text: text.slice(start, end) })),
      })
      after = row.seq
      // Counts a memory without passages too, so that the loop is bounded.
      passages += Math.max(1, own.length)
    }
    return found
  }
}

function createCodeReading(db: Database): VectorReading['vectorCodes'] {
  const inUse = db.prepare<[], EmbedderRow>(sql.embedderInUse)
  const firstAfter = db.prepare<{ after: number; embedder: number }, { seat: number }>(sql.firstCodeAfter)
  const within = db.prepare<SeatRange & { embedder: number; limit: number }, { seat: number; code: Buffer }>(
    sql.codesWithin,
  )
  const projectKey = db.prepare<{ seq: number }, { key: StringColumn }>(sql.projectKey)

  return function vectorCodes(after, limit): VectorCodes | null {
    const embedder = inUse.get()?.seq ?? 0
    const first = firstAfter.get({ after, embedder })?.seat
    if (first === undefined) return null
    const project = projectOfChapter(chapterOf(first))
    const rows = within.all({ from: first, to: seatsOfProject(project).to, embedder, limit })
    const key = projectKey.get({ seq: project })?.key ?? ''
    return {
      project: fromColumn(key),
      seats: Float64Array.from(rows, ({ seat }) => seat),
      codes: endToEnd(rows.map(({ code }) => code)),
    }
  }
}

export function createRowReading(db: Database): Searching['vectorRows'] {
  const inUse = db.prepare<[], EmbedderRow>(sql.embedderInUse)
  const within = db.prepare<
    { ranges: string; embedder: number },
    { seats: string | null; rows: Buffer | null }
  >(sql.rowsWithin)

  return function vectorRows(ranges): VectorRows {
    const found = within.get({ ranges: seatPairs(ranges), embedder: inUse.get()?.seq ?? 0 })
    const bytes = found?.rows ?? Buffer.alloc(0)
    return {
      seats: Float64Array.from(JSON.parse(`[${found?.seats ?? ''}]`) as number[]),
      rows: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length),
    }
  }
}

/** Ranges as a statement takes them all at once. */
export function seatPairs(ranges: readonly SeatRange[]): string {
  return JSON.stringify(ranges.map(({ from, to }) => [from, to]))
}

function endToEnd(parts: readonly Buffer[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts))
}
