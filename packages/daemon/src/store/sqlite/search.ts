// Searching on one connection: how common words are, which seats hold some of them (probing.ts), what sits there. Finds
// only; recall/ decides.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { indexTerms } from '../passages.ts'
import type { ChapterEvidence, Occupant, PassageEvidence, Searching, TermStats } from '../search.ts'
import { chapterOf, type SeatRange } from '../seats.ts'
import { fromColumn, fromColumnOrNull, roleCodec, type StringColumn, toColumn } from './columns.ts'
import { type MemoryRow, memoryOf } from './memory-rows.ts'
import { createProbing } from './probing.ts'
import * as sql from './sql.ts'
import { createRowReading } from './vector-reading.ts'

export function createSearching(db: Database): Searching {
  return {
    termStats: createTermStats(db),
    probe: createProbing(db),
    evidence: createEvidence(db),
    occupants: createOccupants(db),
    vectorRows: createRowReading(db),
  }
}

function createTermStats(db: Database): Searching['termStats'] {
  type Totals = Omit<TermStats, 'holding'>
  const project = db.prepare<{ key: StringColumn }, { seq: number }>(sql.projectByKey)
  const wordsOfAll = db.prepare<[], Totals>(sql.wordsOfAll)
  const wordsOfProject = db.prepare<{ project: number }, Totals>(sql.wordsOfProject)
  const holdingInAll = db.prepare<{ term: string }, { passages: number | null }>(sql.passagesWithTerm)
  const holding = db.prepare<{ term: string; project: number }, { passages: number }>(
    sql.passagesWithTermInProject,
  )
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

  return function termStats(projects, terms) {
    const tokens = terms.map((term) => indexTerms([term])[0] ?? '')
    if (projects === null) {
      const totals = wordsOfAll.get() as Totals
      return { ...totals, holding: tokens.map((term) => holdingInAll.get({ term })?.passages ?? 0) }
    }
    const seqs = [...new Set(projects)].flatMap((key) => project.get({ key: toColumn(key) })?.seq ?? [])
    const totals = seqs.map((seq) => wordsOfProject.get({ project: seq }) as Totals)
    return {
      passages: sum(totals.map(({ passages }) => passages)),
      words: sum(totals.map(({ words }) => words)),
      chapters: sum(totals.map(({ chapters }) => chapters)),
      holding: tokens.map((term) =>
        sum(seqs.map((seq) => holding.get({ term, project: seq })?.passages ?? 0)),
      ),
    }
  }
}

function createEvidence(db: Database): Searching['evidence'] {
  interface PassageRow {
    readonly seat: number
    readonly role: number
    readonly speaker: StringColumn | null
    readonly said_at: number
    readonly surface: number
    readonly terms: string
  }
  interface ChapterRow {
    readonly words: number
    readonly session: StringColumn
    readonly opens: number
  }
  const passages = db.prepare<SeatRange, PassageRow>(sql.passageEvidence)
  const chapterRow = db.prepare<{ chapter: number }, ChapterRow>(sql.chapterEvidence)

  function chapterEvidence(chapter: number): ChapterEvidence[] {
    const row = chapterRow.get({ chapter })
    if (row === undefined) return []
    const { words, session, opens } = row
    return [{ chapter, words, session: fromColumn(session), opensSession: opens === 1 }]
  }

  return function evidence(ranges) {
    const found = ranges.flatMap((range) =>
      passages.all(range).map(
        (row): PassageEvidence => ({
          seat: row.seat,
          role: roleCodec.decode(row.role),
          speaker: fromColumnOrNull(row.speaker),
          saidAt: row.said_at,
          surface: row.surface,
          terms: row.terms,
        }),
      ),
    )
    const chapters = new Set(found.map(({ seat }) => chapterOf(seat)))
    return { passages: found, chapters: [...chapters].flatMap(chapterEvidence) }
  }
}

function createOccupants(db: Database): Searching['occupants'] {
  type Row = MemoryRow & { readonly start: number; readonly end: number }
  const occupant = db.prepare<{ seat: number }, Row>(sql.occupantOfSeat)
  return (seats) =>
    seats.flatMap((seat): Occupant[] => {
      const row = occupant.get({ seat })
      return row === undefined ? [] : [{ seat, start: row.start, end: row.end, memory: memoryOf(row) }]
    })
}
