// Searching of the plain store: looks at every passage each time it is asked.
import type { Memory } from '../../model/memory.ts'
import { matches } from '../matching.ts'
import { type Analyse, indexTerms, type PassageContent, passageContent } from '../passages.ts'
import type { Evidence, Occupant, Probe, Searching, SearchScope, TermStats } from '../search.ts'
import { chapterOf, type SeatRange } from '../seats.ts'
import type { Seated } from './seating.ts'

interface Entry {
  readonly seated: Seated
  readonly memory: Memory
  readonly content: PassageContent
}

/** What the store holds at the moment of asking. */
export interface Holdings {
  readonly memories: readonly Memory[]
  readonly seats: readonly Seated[]
  readonly analyse: Analyse
  readonly vectorRows: Searching['vectorRows']
}

export function searchingOf(holdings: Holdings): Searching {
  return {
    termStats: (projects, terms) => termStatsOf(holdings, projects, terms),
    probe: (scope, probes) => probeAll(holdings, scope, probes),
    evidence: (ranges) => evidenceOf(holdings, ranges),
    occupants: (seats) => occupantsOf(holdings, seats),
    vectorRows: holdings.vectorRows,
  }
}

function termStatsOf(
  holdings: Holdings,
  projects: readonly string[] | null,
  terms: readonly string[],
): TermStats {
  const entries = entriesOf(holdings).filter(({ memory }) =>
    matches(memory, { projects, currentOnly: false }),
  )
  return {
    passages: entries.length,
    words: sum(entries.map(({ content }) => content.words)),
    chapters: new Set(entries.map(({ seated }) => chapterOf(seated.seat))).size,
    holding: terms.map((term) => entries.filter(({ content }) => holdsAll(content, [term])).length),
  }
}

function probeAll(holdings: Holdings, scope: SearchScope, probes: readonly Probe[]): readonly Float64Array[] {
  const entries = entriesOf(holdings).filter(({ memory }) =>
    matches(memory, { ...scope, currentOnly: false }),
  )
  return probes.map((probe) => {
    const named = entries.filter((entry) => answers(entry, probe))
    const latestFirst = named.toSorted((a, b) =>
      probe.find === 'time'
        ? b.memory.saidAt - a.memory.saidAt || b.seated.seat - a.seated.seat
        : b.seated.seat - a.seated.seat,
    )
    return Float64Array.from(
      latestFirst.slice(0, Math.max(0, probe.limit)),
      ({ seated }) => seated.seat,
    ).sort()
  })
}

function evidenceOf(holdings: Holdings, ranges: readonly SeatRange[]): Evidence {
  const entries = entriesOf(holdings).toSorted((a, b) => a.seated.seat - b.seated.seat)
  const asked = entries.filter(({ seated }) =>
    ranges.some(({ from, to }) => seated.seat >= from && seated.seat <= to),
  )
  const chapters = new Map(asked.map(({ seated, memory }) => [chapterOf(seated.seat), memory]))
  return {
    passages: asked.map(({ seated, memory, content }) => ({
      seat: seated.seat,
      role: memory.role,
      speaker: memory.speaker,
      saidAt: memory.saidAt,
      surface: content.surface,
      terms: content.evidence,
    })),
    chapters: [...chapters].map(([chapter, { client, session }]) => {
      const members = entries.filter(({ seated }) => chapterOf(seated.seat) === chapter)
      const words = sum(members.map(({ content }) => content.words))
      const opensSession = !entries.some(
        ({ seated }) =>
          seated.client === client && seated.session === session && chapterOf(seated.seat) < chapter,
      )
      return { chapter, session, words, opensSession }
    }),
  }
}

function occupantsOf({ memories, seats }: Holdings, asked: readonly number[]): readonly Occupant[] {
  return asked.flatMap((seat) => {
    const seated = seats.find((each) => each.seat === seat)
    const memory = memories.find(({ id }) => id === seated?.memory)
    if (seated === undefined || memory === undefined) return []
    return [{ seat, start: seated.start, end: seated.end, memory }]
  })
}

function entriesOf({ memories, seats, analyse }: Holdings): readonly Entry[] {
  const byId = new Map(memories.map((memory) => [memory.id, memory]))
  return seats.flatMap((seated) => {
    const memory = byId.get(seated.memory)
    if (memory === undefined) return []
    const text = memory.text.slice(seated.start, seated.end)
    return [{ seated, memory, content: passageContent(analyse, text, memory.speaker) }]
  })
}

function answers({ seated, memory, content }: Entry, probe: Probe): boolean {
  switch (probe.find) {
    case 'terms': {
      const all = indexTerms(probe.all)
      const any = indexTerms(probe.any)
      if (all.length + any.length === 0) return false
      return holdsAll(content, all) && (any.length === 0 || any.some((term) => holdsAll(content, [term])))
    }
    case 'phrase':
      return holdsPhrase(content, indexTerms(probe.words))
    case 'seats':
      return probe.seats.includes(seated.seat)
    case 'time':
      return probe.within.some(({ from, to }) => memory.saidAt >= from && memory.saidAt <= to)
  }
}

function holdsAll({ terms }: PassageContent, asked: readonly string[]): boolean {
  return asked.every((term) => terms.includes(indexTerms([term])[0] ?? ''))
}

function holdsPhrase({ terms }: PassageContent, phrase: readonly string[]): boolean {
  if (phrase.length === 0) return false
  return terms.some((_, at) => phrase.every((term, offset) => terms[at + offset] === term))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
