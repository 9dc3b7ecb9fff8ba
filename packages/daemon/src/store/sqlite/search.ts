// Candidates for ranking: which passages match, best BM25 first. Finds only; recall/ scores and packs.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { indexTerms } from '../passages.ts'
import type { SearchPool, SearchRequest, TermStats } from '../search.ts'
import { createCounterReading } from './counters.ts'
import { createFilterResolver, type FilterParams } from './memory-filter.ts'
import { type MemoryRow, memoryOf } from './memory-rows.ts'
import * as sql from './sql.ts'

interface HitRow extends MemoryRow {
  readonly start: number
  readonly end: number
  readonly terms: string
  readonly score: number
}

export function createSearch(db: Database): (request: SearchRequest) => SearchPool {
  const resolve = createFilterResolver(db)
  const search = db.prepare<FilterParams & { match: string; limit: number }, HitRow>(sql.searchPassages)

  return function find({ filter, groups, phrases, limit }) {
    const match = matchExpression(groups, phrases)
    if (match === '' || limit <= 0) return { candidates: [] }
    const rows = search.all({ ...resolve(filter).params, match, limit })
    return {
      candidates: rows.map((row) => ({
        memory: memoryOf(row),
        start: row.start,
        end: row.end,
        terms: row.terms.split(' '),
        bm25: row.score,
      })),
    }
  }
}

export function createTermStats(db: Database): (terms: readonly string[]) => TermStats {
  const counter = createCounterReading(db)
  const passagesWith = db.prepare<{ term: string }, { passages: number }>(sql.passagesWithTerm)
  return (terms) => {
    const passages = counter('passages')
    return {
      passages,
      averageTerms: passages === 0 ? 0 : counter('terms') / passages,
      frequency: new Map(
        terms.map((term) => [term, passagesWith.get({ term: indexTerms([term])[0] ?? '' })?.passages ?? 0]),
      ),
    }
  }
}

/** FTS5's query language; every term is quoted, so nothing a user types is taken for syntax. '' when nothing is asked. */
export function matchExpression(
  groups: readonly (readonly string[])[],
  phrases: readonly (readonly string[])[],
): string {
  const conjunctions = groups
    .map((group) => indexTerms(group).map((term) => quoted(term)))
    .filter((terms) => terms.length > 0)
    .map((terms) => `(${terms.join(' AND ')})`)
  const sequences = phrases
    .map((phrase) => indexTerms(phrase).join(' '))
    .filter((phrase) => phrase !== '')
    .map(quoted)
  return [...conjunctions, ...sequences].join(' OR ')
}

function quoted(terms: string): string {
  return `"${terms.replaceAll('"', '""')}"`
}
