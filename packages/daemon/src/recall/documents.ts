// Counts a cue's terms in a turn, and BM25 over such counts. Turns, rounds (a turn with its partner) and chapters of a
// session are all documents to it.
import type { PassageTerms } from '../text/passage-terms.ts'
import type { CueTerm } from './cue.ts'

export interface Document {
  /** Occurrences of each cue term, by its place in cue.terms. */
  readonly counts: ArrayLike<number>
  readonly words: number
}

export interface TurnDocument extends Document {
  /** Where cue terms stand among the content words, ascending, and which stands there. */
  readonly positions: readonly number[]
  readonly places: readonly number[]
}

const filterBits = 12
const filterMask = (1 << filterBits) - 1

/** Counts one turn after another for the same cue terms. */
export function createTermCounter(terms: readonly CueTerm[]): (turn: PassageTerms) => TurnDocument {
  const placeOfHash = new Map(terms.map(({ hash }, place) => [hash, place]))
  // Nearly every word of a turn is not in the cue: one array look-up says so.
  const maybe = new Uint8Array(1 << filterBits)
  for (const { hash } of terms) maybe[hash & filterMask] = 1
  return ({ hashes, contentCount, wordCount }) => {
    // A plain array: one of numbers of a fixed width is an object of its own around them, several times their size.
    const counts = new Array<number>(terms.length).fill(0)
    const positions: number[] = []
    const places: number[] = []
    for (let position = 0; position < hashes.length; position++) {
      const hash = hashes[position] as number
      if (maybe[hash & filterMask] === 0) continue
      const place = placeOfHash.get(hash)
      if (place === undefined) continue
      counts[place] = (counts[place] as number) + 1
      if (position < contentCount) {
        positions.push(position)
        places.push(place)
      }
    }
    return { counts, words: wordCount, positions, places }
  }
}

/** Joins two documents of `terms` terms; what it gave before is overwritten by the next. */
export function createJoining(terms: number): (a: Document, b: Document) => Document {
  const counts = new Array<number>(terms).fill(0)
  return (a, b) => {
    for (let place = 0; place < terms; place++) {
      counts[place] = (a.counts[place] as number) + (b.counts[place] as number)
    }
    return { counts, words: a.words + b.words }
  }
}

/** Okapi's inverse document frequency, never negative. */
export function idfOf(frequency: number, documents: number): number {
  return Math.log(1 + (Math.max(0, documents - frequency) + 0.5) / (frequency + 0.5))
}

export interface Bm25Settings {
  /** Where repetitions saturate. */
  readonly k1: number
  /** How far length is held against a document, 0 to 1. */
  readonly b: number
}

/** Okapi BM25 of `document`; `idf` is by place in cue.terms, `averageWords` over all documents of its kind. */
export function bm25(
  document: Document,
  idf: readonly number[],
  settings: Bm25Settings,
  averageWords: number,
): number {
  const { k1, b } = settings
  const norm = k1 * (1 - b + (b * document.words) / Math.max(averageWords, 1e-6))
  let sum = 0
  for (let place = 0; place < idf.length; place++) {
    const count = document.counts[place] as number
    if (count > 0) sum += ((idf[place] as number) * count * (k1 + 1)) / (count + norm)
  }
  return sum
}
