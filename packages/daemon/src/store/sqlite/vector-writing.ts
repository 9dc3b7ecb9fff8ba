// Writes vectors, and keeps the mark up to which memories have been embedded, in order of arrival.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { PassageVector, VectorsOfMemory } from '../vectors.ts'
import { type StringColumn, toIdColumn } from './columns.ts'
import { createCounterReading, createCounterSetting } from './counters.ts'
import * as sql from './vectors-sql.ts'

export interface VectorWriting {
  useEmbedder(id: string): void
  keepMeasured(embedder: string, measured: string): void
  put(embedder: string, memories: readonly VectorsOfMemory[]): readonly number[] | null
  /** To be called when memories were deleted: the numbers of the last ones are given again, to others. */
  memoriesWereDeleted(): void
}

export interface EmbedderRow {
  readonly seq: number
  readonly id: string
}

export function createVectorWriting(db: Database): VectorWriting {
  const inUse = db.prepare<[], EmbedderRow>(sql.embedderInUse)
  const insertEmbedder = db.prepare<EmbedderRow>(sql.insertEmbedder)
  const setMeasured = db.prepare<{ id: string; measured: string }>(sql.setMeasured)
  const deleteEmbedder = db.prepare<{ seq: number }>(sql.deleteEmbedder)
  const memorySeq = db.prepare<{ id: StringColumn }, { seq: number }>(sql.memorySeq)
  const lastMemory = db.prepare<[], { seq: number }>(sql.lastMemorySeq)
  const isSeatOf = db.prepare<{ seat: number; memory: number }>(sql.isSeatOf)
  const deleteCodes = db.prepare<{ memory: number; embedder: number }>(sql.deleteCodes)
  const deleteRows = db.prepare<{ memory: number; embedder: number }>(sql.deleteRows)
  const putCode = db.prepare<{ seat: number; embedder: number; code: Buffer }>(sql.putCode)
  const putRow = db.prepare<{ seat: number; embedder: number; row: Buffer }>(sql.putRow)
  const counter = createCounterReading(db)
  const setCounter = createCounterSetting(db)

  function putOne(embedder: number, memory: number, { seat, row, code }: PassageVector): number[] {
    if (isSeatOf.get({ seat, memory }) === undefined) return []
    putCode.run({ seat, embedder, code: bytesOf(code) })
    putRow.run({ seat, embedder, row: bytesOf(row) })
    return [seat]
  }

  function putMemory(embedder: number, { memory: id, vectors }: VectorsOfMemory): number[] {
    const memory = memorySeq.get({ id: toIdColumn(id) })?.seq
    if (memory === undefined) return []
    deleteCodes.run({ memory, embedder })
    deleteRows.run({ memory, embedder })
    setCounter('embedded_through', Math.max(memory, counter('embedded_through')))
    return vectors.flatMap((vector) => putOne(embedder, memory, vector))
  }

  return {
    useEmbedder(id) {
      const before = inUse.get()
      if (before?.id === id) return
      if (before !== undefined) deleteEmbedder.run({ seq: before.seq })
      insertEmbedder.run({ seq: (before?.seq ?? 0) + 1, id })
      setCounter('embedded_through', 0)
    },
    keepMeasured(id, measured) {
      setMeasured.run({ id, measured })
    },
    put(embedder, memories) {
      const current = inUse.get()
      if (current?.id !== embedder) return null
      return memories.flatMap((memory) => putMemory(current.seq, memory))
    },
    memoriesWereDeleted() {
      const last = lastMemory.get()?.seq ?? 0
      if (counter('embedded_through') > last) setCounter('embedded_through', last)
    },
  }
}

function bytesOf(view: Int8Array | Uint8Array): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength)
}
