// Which seats answer a probe: by words through the text index, by time through the memories. A scope becomes ranges of
// seats where it can, and a filter over what was listed where it cannot.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { noSession } from '../../model/session.ts'
import { indexTerms } from '../passages.ts'
import type { Probe, SearchScope, TimeSpan } from '../search.ts'
import { everySeat, type SeatRange, seatsOfChapter, seatsOfProject } from '../seats.ts'
import { createFilterResolver, type FilterParams, type ResolvedFilter } from './memory-filter.ts'
import * as projectSql from './project-sql.ts'
import * as searchingSql from './searching-sql.ts'
import * as sql from './sql.ts'

export type Probing = (scope: SearchScope, probes: readonly Probe[]) => readonly Float64Array[]

type MatchParams = SeatRange & { readonly match: string; readonly limit: number }
type TimeParams = FilterParams &
  SeatRange & {
    readonly key: number | null
    readonly first: number
    readonly last: number
    readonly limit: number
  }

/** Where a probe has to look. */
interface Area {
  readonly ranges: readonly SeatRange[]
  /** null: everything in the ranges passes */
  readonly filter: FilterParams | null
  readonly resolved: ResolvedFilter
}

export function createProbing(db: Database): Probing {
  const areaOf = createAreas(db)
  const matching = db.prepare<MatchParams>(searchingSql.seatsThatMatch).pluck<number>()
  const matchingInScope = db
    .prepare<MatchParams & FilterParams>(searchingSql.seatsThatMatchInScope)
    .pluck<number>()
  const named = db
    .prepare<FilterParams & SeatRange & { seats: string; limit: number }>(searchingSql.seatsInScope)
    .pluck<number>()
  const saidWithin = createTimeProbing(db)

  function seatsThatMatch({ ranges, filter }: Area, match: string, limit: number): number[] {
    if (match === '') return []
    const within = (range: SeatRange) =>
      filter === null
        ? matching.all({ ...range, match, limit })
        : matchingInScope.all({ ...filter, ...range, match, limit })
    const [only, ...others] = ranges
    // Thousands of postings of the whole store are not copied for nothing.
    return only !== undefined && others.length === 0 ? within(only) : ranges.flatMap(within)
  }

  function seatsNamed({ ranges, resolved }: Area, asked: readonly number[], limit: number): number[] {
    const seats = JSON.stringify(asked)
    return ranges.flatMap((range) => named.all({ ...resolved.params, ...range, seats, limit }))
  }

  function seatsOf(scope: SearchScope, area: Area, probe: Probe): number[] {
    switch (probe.find) {
      case 'terms':
        return seatsThatMatch(area, termsExpression(probe.all, probe.any), probe.limit)
      case 'phrase':
        return seatsThatMatch(area, phraseExpression(probe.words), probe.limit)
      case 'seats':
        return seatsNamed(area, probe.seats, probe.limit)
      case 'time':
        return saidWithin(scope, area, probe.within, probe.limit)
    }
  }

  return function probe(scope, probes) {
    const area = areaOf(scope)
    return probes.map((each) => ascending(seatsOf(scope, area, each)))
  }
}

/** Postings mostly come descending, thousands of them; turning them round is all that is left to do then. */
function ascending(seats: readonly number[]): Float64Array {
  const sorted = new Float64Array(seats).reverse()
  for (let index = 1; index < sorted.length; index++) {
    if ((sorted[index] as number) < (sorted[index - 1] as number)) return sorted.sort()
  }
  return sorted
}

/** A session of more chapters than this is looked for by filter instead of by its seats. */
const rangesMax = 64

function createAreas(db: Database): (scope: SearchScope) => Area {
  const resolve = createFilterResolver(db)
  const chaptersOfSession = db.prepare<{ session: number; limit: number }, { chapter: number }>(
    sql.chaptersOfSession,
  )

  function sessionRanges(sessionSeqs: readonly number[]): SeatRange[] | null {
    const limit = rangesMax + 1
    const chapters = sessionSeqs.flatMap((session) => chaptersOfSession.all({ session, limit }))
    return chapters.length > rangesMax ? null : chapters.map(({ chapter }) => seatsOfChapter(chapter))
  }

  function rangesOf(scope: SearchScope, { seatedSeqs, sessionSeqs }: ResolvedFilter): SeatRange[] {
    const byProject = seatedSeqs === null ? [everySeat] : seatedSeqs.map(seatsOfProject)
    if (sessionSeqs === null || scope.session === noSession) return byProject
    const bySession = sessionRanges(sessionSeqs)
    if (bySession === null) return byProject
    return bySession.filter(({ from }) => byProject.some((range) => from >= range.from && from <= range.to))
  }

  return function areaOf(scope) {
    const resolved = resolve({ ...scope, currentOnly: false })
    const { projects: _, ...rest } = scope
    const isFiltered = Object.values(rest).some((value) => value !== undefined)
    const ranges = rangesOf(scope, resolved)
    return { ranges, filter: isFiltered ? resolved.params : null, resolved }
  }
}

function createTimeProbing(
  db: Database,
): (scope: SearchScope, area: Area, within: readonly TimeSpan[], limit: number) => number[] {
  const allProjectSeqs = db.prepare<[], { seq: number }>(projectSql.allProjectSeqs)
  const { ofSession, pinned, ofProject, all } = searchingSql.seatsSaidWithin
  const statements = {
    ofSession: db.prepare<TimeParams>(ofSession).pluck<number>(),
    pinned: db.prepare<TimeParams>(pinned).pluck<number>(),
    ofProject: db.prepare<TimeParams>(ofProject).pluck<number>(),
    all: db.prepare<TimeParams>(all).pluck<number>(),
  }

  function wayOf(
    scope: SearchScope,
    { projectSeqs, sessionSeqs }: ResolvedFilter,
  ): [keyof typeof statements, readonly (number | null)[]] {
    if (sessionSeqs !== null) return ['ofSession', sessionSeqs]
    if (scope.pin === undefined && projectSeqs === null) return ['all', [null]]
    const keys = projectSeqs ?? allProjectSeqs.all().map(({ seq }) => seq)
    return [scope.pin === undefined ? 'ofProject' : 'pinned', keys]
  }

  return function saidWithin(scope, { resolved }, within, limit) {
    const [way, keys] = wayOf(scope, resolved)
    const inProjects = resolved.seatedSeqs?.map(seatsOfProject) ?? [everySeat]
    const seats = within.flatMap(({ from: first, to: last }) =>
      keys.flatMap((key) =>
        (way === 'ofSession' ? inProjects : [everySeat]).flatMap((range) =>
          statements[way].all({ ...resolved.params, ...range, key, first, last, limit }),
        ),
      ),
    )
    // Spans may overlap.
    return [...new Set(seats)]
  }
}

/** In FTS5's query language, in which every term is quoted: nothing a user types is taken for syntax. '' when empty. */
function termsExpression(all: readonly string[], any: readonly string[]): string {
  const required = indexTerms(all).map(quoted)
  const alternatives = indexTerms(any).map(quoted)
  const either = alternatives.length === 0 ? [] : [`(${alternatives.join(' OR ')})`]
  return [...required, ...either].join(' AND ')
}

function phraseExpression(words: readonly string[]): string {
  return indexTerms(words).length === 0 ? '' : quoted(indexTerms(words).join(' '))
}

function quoted(terms: string): string {
  return `"${terms.replaceAll('"', '""')}"`
}
