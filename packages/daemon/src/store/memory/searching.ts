// Searching of the plain store: looks at every passage. BM25 as FTS5 computes it for one list of alternatives.
import type { Memory } from '../../model/memory.ts'
import { type Analyse, indexTerms, type Passage, passagesOf } from '../passages.ts'
import type { Candidate, SearchPool, SearchRequest, TermStats } from '../search.ts'
import { matches } from './matching.ts'

interface Entry {
  readonly memory: Memory
  readonly passage: Passage
}

const k1 = 1.2
const b = 0.75

export function searchMemories(
  memories: readonly Memory[],
  analyse: Analyse,
  { filter, groups, phrases, limit }: SearchRequest,
): SearchPool {
  const entries = entriesOf(memories, analyse)
  const conjunctions = groups.map(indexTerms).filter((group) => group.length > 0)
  const sequences = phrases.map(indexTerms).filter((phrase) => phrase.length > 0)
  const score = createScore(entries, [
    ...conjunctions.flat().map((term) => [term] as readonly string[]),
    ...sequences,
  ])
  const candidates = entries
    .filter(({ memory }) => matches(memory, filter))
    .filter(
      ({ passage: { terms } }) =>
        conjunctions.some((group) => group.every((term) => terms.includes(term))) ||
        sequences.some((phrase) => occurrences(terms, phrase) > 0),
    )
    .map(({ memory, passage }): Candidate => ({ memory, ...passage, bm25: score(passage) }))
    .sort((x, y) => y.bm25 - x.bm25)
  return { candidates: candidates.slice(0, Math.max(0, limit)) }
}

export function termStatsOf(
  memories: readonly Memory[],
  analyse: Analyse,
  terms: readonly string[],
): TermStats {
  const entries = entriesOf(memories, analyse)
  const frequencyOf = (term: string): number =>
    entries.filter(({ passage }) => passage.terms.includes(indexTerms([term])[0] ?? '')).length
  return {
    passages: entries.length,
    averageTerms: averageTerms(entries),
    frequency: new Map(terms.map((term) => [term, frequencyOf(term)])),
  }
}

function entriesOf(memories: readonly Memory[], analyse: Analyse): readonly Entry[] {
  return memories.flatMap((memory) =>
    passagesOf(memory.text, analyse).map((passage) => ({ memory, passage })),
  )
}

function averageTerms(entries: readonly Entry[]): number {
  const total = entries.reduce((sum, { passage }) => sum + passage.terms.length, 0)
  return entries.length === 0 ? 0 : total / entries.length
}

function occurrences(terms: readonly string[], phrase: readonly string[]): number {
  return terms.filter((_, at) => phrase.every((term, offset) => terms[at + offset] === term)).length
}

function createScore(
  entries: readonly Entry[],
  phrases: readonly (readonly string[])[],
): (p: Passage) => number {
  const average = averageTerms(entries)
  const weights = phrases.map((phrase) => {
    const holding = entries.filter(({ passage }) => occurrences(passage.terms, phrase) > 0).length
    return Math.max(1e-6, Math.log((entries.length - holding + 0.5) / (holding + 0.5)))
  })
  return ({ terms }) => {
    const length = k1 * (1 - b + (b * terms.length) / average)
    return phrases.reduce((sum, phrase, index) => {
      const times = occurrences(terms, phrase)
      return sum + ((weights[index] ?? 0) * times * (k1 + 1)) / (times + length)
    }, 0)
  }
}
