// What one write call has done so far beyond its rows: totals, how common words have become, sessions touched. Gathered
// while the call runs and written once at its end; it lives no longer than the call, so a rolled-back call leaves
// nothing behind.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { CounterName } from './counters.ts'
import * as sql from './sql.ts'

/** How much more (or less) of something a project holds. */
export interface WordsChange {
  passages: number
  words: number
  chapters: number
  /** how many more (or fewer) passages hold each term */
  readonly terms: Map<string, number>
}

/** What one call adds to one session. */
export interface SessionGrowth {
  first: number
  last: number
  turns: number
  /** row number of the first real project in the call, else of 'global' */
  project: number
  inGlobal: boolean
  title: string
  titleAt: number
}

export interface Change {
  readonly counters: Map<CounterName, number>
  /** by project */
  readonly words: Map<number, WordsChange>
  /** how many more (or fewer) words each chapter has */
  readonly chapters: Map<number, number>
  readonly grownSessions: Map<number, SessionGrowth>
  /** sessions whose row must be derived anew from their memories */
  readonly rederivedSessions: Set<number>
  /** sessions in which something else changed that is derived from (a pin, reliance, the parent) */
  readonly touchedSessions: Set<number>
  /** projects of which what was derived is incomplete now */
  readonly touchedProjects: Set<number>
  /** seats in which nobody sits any more */
  readonly vacated: number[]
  /** what the text index still holds of those seats: one entry for each different term of each passage */
  vacatedEntries: number
}

export function emptyChange(): Change {
  return {
    counters: new Map(),
    words: new Map(),
    chapters: new Map(),
    grownSessions: new Map(),
    rederivedSessions: new Set(),
    touchedSessions: new Set(),
    touchedProjects: new Set(),
    vacated: [],
    vacatedEntries: 0,
  }
}

export function count(change: Change, name: CounterName, by: number): void {
  change.counters.set(name, (change.counters.get(name) ?? 0) + by)
}

export function wordsIn(change: Change, project: number): WordsChange {
  const known = change.words.get(project)
  if (known !== undefined) return known
  const fresh = { passages: 0, words: 0, chapters: 0, terms: new Map() }
  change.words.set(project, fresh)
  return fresh
}

/** Something that stands in front of sessions has changed (Store.standingRevision). */
export function touchStanding(change: Change): void {
  change.counters.set('standing_revision', 1)
}

/** Writes the totals and term frequencies of a change. */
export function createChangeWriting(db: Database): (change: Change) => void {
  const addToCounter = db.prepare<{ name: CounterName; by: number }>(sql.addToCounter)
  const addToChapter = db.prepare<{ chapter: number; words: number }>(sql.addToChapter)
  const writeWords = createWordsWriting(db)

  return function write({ counters, words, chapters }) {
    for (const [name, by] of counters) if (by !== 0) addToCounter.run({ name, by })
    for (const [chapter, more] of chapters) if (more !== 0) addToChapter.run({ chapter, words: more })
    for (const [project, more] of words) writeWords(project, more)
  }
}

function createWordsWriting(db: Database): (project: number, change: WordsChange) => void {
  const addToProject = db.prepare<{ project: number; passages: number; words: number; chapters: number }>(
    sql.addToProjectWords,
  )
  const addToTerm = db.prepare<{ term: string; project: number; passages: number }>(sql.addToTerm)
  const deleteUnusedTerm = db.prepare<{ term: string; project: number; passages: number }>(
    sql.deleteUnusedTerm,
  )

  return function write(project, { terms, ...totals }) {
    addToProject.run({ project, ...totals })
    for (const [term, passages] of terms) {
      if (passages === 0) continue
      const isUnused = passages < 0 && deleteUnusedTerm.run({ term, project, passages }).changes > 0
      if (!isUnused) addToTerm.run({ term, project, passages })
    }
  }
}
