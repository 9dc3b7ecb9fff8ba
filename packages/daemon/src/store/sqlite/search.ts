// Searching on one connection: how common words are, which seats hold some of them (probing.ts), what sits there. Finds
// only; recall/ decides.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { limits } from '../../kit/limits.ts'
import { ownString } from '../../kit/recent-map.ts'
import { betweenCharacters, indexTerms, type Stretch } from '../passages.ts'
import type {
  ChapterEvidence,
  FoundMemory,
  Occupant,
  PassageEvidence,
  Searching,
  TermStats,
} from '../search.ts'
import { chapterOf } from '../seats.ts'
import { fromColumn, fromColumnOrNull, roleCodec, type StringColumn, toColumn } from './columns.ts'
import { createProjectsWithin } from './memory-filter.ts'
import { type MemoryRow, memoryOf } from './memory-rows.ts'
import { createProbing } from './probing.ts'
import * as projectSql from './project-sql.ts'
import * as sql from './searching-sql.ts'
import { createRowReading, seatPairs } from './vector-reading.ts'

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
  const project = db.prepare<{ key: StringColumn }, { seq: number }>(projectSql.projectByKey)
  const wordsOfAll = db.prepare<[], Totals>(sql.wordsOfAll)
  const wordsOfProject = db.prepare<{ project: number }, Totals>(sql.wordsOfProject)
  const holdingInAll = db.prepare<{ term: string }, { passages: number | null }>(sql.passagesWithTerm)
  const holding = db.prepare<{ term: string; project: number }, { passages: number }>(
    sql.passagesWithTermInProject,
  )
  const within = createProjectsWithin(db)
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

  return function termStats(projects, terms) {
    const tokens = terms.map((term) => indexTerms([term])[0] ?? '')
    if (projects === null) {
      const totals = wordsOfAll.get() as Totals
      return { ...totals, holding: tokens.map((term) => holdingInAll.get({ term })?.passages ?? 0) }
    }
    const meant = projects.flatMap((key) => project.get({ key: toColumn(key) })?.seq ?? [])
    const seqs = [...new Set(meant)].flatMap(within)
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
    readonly chapter: number
    readonly words: number
    readonly session: StringColumn
    readonly opens: number
  }
  const passages = db.prepare<{ ranges: string }, PassageRow>(sql.passageEvidence)
  const chapterRows = db.prepare<{ chapters: string }, ChapterRow>(sql.chapterEvidence)

  return function evidence(ranges) {
    const found = passages.all({ ranges: seatPairs(ranges) }).map(
      (row): PassageEvidence => ({
        seat: row.seat,
        role: roleCodec.decode(row.role),
        speaker: fromColumnOrNull(row.speaker),
        saidAt: row.said_at,
        surface: row.surface,
        terms: row.terms,
      }),
    )
    const chapters = JSON.stringify([...new Set(found.map(({ seat }) => chapterOf(seat)))])
    return { passages: found, chapters: chapterRows.all({ chapters }).map(chapterEvidence) }
  }

  function chapterEvidence({ chapter, words, session, opens }: ChapterRow): ChapterEvidence {
    return { chapter, words, session: fromColumn(session), opensSession: opens === 1 }
  }
}

function createOccupants(db: Database): Searching['occupants'] {
  interface Row extends MemoryRow {
    readonly start: number
    readonly end: number
    readonly is_long: number
    readonly is_utf8: number
    readonly is_head: number
  }
  const occupant = db.prepare<{ seat: number; textBytes: number }, Row>(sql.occupantOfSeat)

  return (seats) =>
    seats.flatMap((seat): Occupant[] => {
      const row = occupant.get({ seat, textBytes: limits.searchTextBytesMax })
      return row === undefined ? [] : [{ seat, start: row.start, end: row.end, memory: found(row) }]
    })

  function found(row: Row): FoundMemory {
    if (row.is_long === 0) return memoryOf(row)
    if (row.is_head === 0) return { ...memoryOf(row), ...around(row, fromColumn(row.text)) }
    const text = row.is_utf8 === 1 ? headOf(row.text as Buffer) : row.text
    return { ...memoryOf({ ...row, text }), cut: { charsBefore: 0, hasMoreBehind: true } }
  }
}

/** Without the character that the cut went through. */
function headOf(utf8: Buffer): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(utf8, { stream: true })
}

/** The passage with as much before it as behind it, not all: an answer may hold hundreds of texts of megabytes. */
function around({ start, end }: Stretch, text: string): Required<Pick<FoundMemory, 'text' | 'cut'>> {
  const chars = limits.searchTextPartChars
  const middle = Math.floor((start + end) / 2)
  const from = betweenCharacters(text, Math.max(0, Math.min(middle - chars / 2, text.length - chars)))
  const to = betweenCharacters(text, Math.min(text.length, from + chars))
  const cut = { charsBefore: from, hasMoreBehind: to < text.length }
  return { text: ownString(text.slice(from, to)), cut }
}
