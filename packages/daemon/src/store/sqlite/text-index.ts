// The text index of the writer: passages in their seats, their FTS5 entries, and how common words are, always changed
// together; but for the entries of what is erased, which index-erasing.ts takes out all at once.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { wordCountOf } from '../../text/passage-terms.ts'
import { type Analyse, type PassageContent, passageContent, splitPassages } from '../passages.ts'
import { chapterOf, projectOfChapter } from '../seats.ts'
import { type Change, wordsIn } from './change.ts'
import { type StringColumn, toColumnOrNull } from './columns.ts'
import { createSeating, type SeatedIn } from './seating.ts'
import * as sql from './sql.ts'

export interface IndexedMemory extends SeatedIn {
  readonly seq: number
  readonly text: string
  readonly speaker: string | null
  readonly role: number
  readonly kind: number
  readonly saidAt: number
}

export interface TextIndex {
  add(change: Change, memory: IndexedMemory): void
  /** Analyses the passages of a memory anew; they keep their seats. */
  renew(change: Change, memory: Pick<IndexedMemory, 'seq' | 'text' | 'speaker'>): void
  /** Vacates the seats of a memory, whichever analyser it was indexed by; index-erasing.ts takes its entries out. */
  remove(change: Change, memory: number): void
}

interface PassageColumns {
  readonly seat: number
  readonly memory: number
  readonly start: number
  readonly end: number
  readonly role: number
  readonly kind: number
  readonly saidAt: number
  readonly surface: number
  readonly speaker: StringColumn | null
  readonly terms: string
}

interface PassageRow {
  readonly seat: number
  readonly start: number
  readonly end: number
  readonly terms: string
}

export function createTextIndex(db: Database, analyse: Analyse): TextIndex {
  const seating = createSeating(db)
  const insertPassage = db.prepare<PassageColumns>(sql.insertPassage)
  const updatePassage = db.prepare<{ seat: number; surface: number; terms: string }>(sql.updatePassage)
  const passagesOfMemory = db.prepare<{ memory: number }, PassageRow>(sql.passagesOfMemory)
  const deletePassage = db.prepare<{ seat: number }>(sql.deletePassage)
  const indexPassage = db.prepare<{ seat: number; terms: string }>(sql.indexPassage)
  const indexedTerms = db.prepare<{ seat: number }, { terms: string }>(sql.indexedTerms)
  const unindexPassage = db.prepare<{ seat: number }>(sql.unindexPassage)

  function index(change: Change, seat: number, { terms, words }: PassageContent): void {
    indexPassage.run({ seat, terms: terms.join(' ') })
    tally(change, seat, terms, words, 1)
  }

  /** Returns how many entries the passage has in the index. */
  function discount(change: Change, { seat, terms }: PassageRow): number {
    const held = indexedTerms.get({ seat })?.terms ?? ''
    return tally(change, seat, held === '' ? [] : held.split(' '), wordCountOf(terms), -1)
  }

  return {
    add(change, memory) {
      const nextSeat = seating.seats(change, memory)
      for (const { start, end } of splitPassages(memory.text)) {
        const seat = nextSeat()
        const content = passageContent(analyse, memory.text.slice(start, end), memory.speaker)
        const { seq, role, kind, saidAt } = memory
        const { surface, evidence: terms } = content
        const speaker = toColumnOrNull(memory.speaker)
        insertPassage.run({ seat, memory: seq, start, end, role, kind, saidAt, surface, speaker, terms })
        index(change, seat, content)
      }
    },
    renew(change, { seq, text, speaker }) {
      for (const passage of passagesOfMemory.all({ memory: seq })) {
        const content = passageContent(analyse, text.slice(passage.start, passage.end), speaker)
        discount(change, passage)
        unindexPassage.run({ seat: passage.seat })
        updatePassage.run({ seat: passage.seat, surface: content.surface, terms: content.evidence })
        index(change, passage.seat, content)
      }
    },
    remove(change, memory) {
      for (const passage of passagesOfMemory.all({ memory })) {
        change.vacatedEntries += discount(change, passage)
        deletePassage.run({ seat: passage.seat })
        change.vacated.push(passage.seat)
        seating.vacated(change, passage.seat)
      }
    },
  }
}

/** Returns how many different terms there are. */
function tally(change: Change, seat: number, terms: readonly string[], words: number, sign: 1 | -1): number {
  const chapter = chapterOf(seat)
  change.chapters.set(chapter, (change.chapters.get(chapter) ?? 0) + sign * words)
  const held = wordsIn(change, projectOfChapter(chapter))
  held.passages += sign
  held.words += sign * words
  const different = new Set(terms)
  for (const term of different) held.terms.set(term, (held.terms.get(term) ?? 0) + sign)
  return different.size
}
