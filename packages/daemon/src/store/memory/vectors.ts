// Vectors of the plain store: a map from seats, and the memories that the embedder in use has seen.
import { limits } from '../../kit/limits.ts'
import type { Memory } from '../../model/memory.ts'
import type { Searching } from '../search.ts'
import { chapterOf, projectOfChapter } from '../seats.ts'
import type { PassageVector, VectorStore } from '../vectors.ts'
import type { Seated } from './seating.ts'

export interface VectorHoldings {
  readonly memories: readonly Memory[]
  readonly seats: readonly Seated[]
}

type VectorCalls = {
  readonly [Name in keyof VectorStore]: (
    ...args: Parameters<VectorStore[Name]>
  ) => Awaited<ReturnType<VectorStore[Name]>>
}

export interface MemoryVectors {
  readonly calls: VectorCalls
  readonly rows: Searching['vectorRows']
  /** Drops the vectors of seats in which nobody sits any more. */
  dropVacated(): void
}

export function createMemoryVectors(holdings: () => VectorHoldings): MemoryVectors {
  let inUse: string | null = null
  let measured: string | null = null
  let vectors: ReadonlyMap<number, PassageVector> = new Map()
  let seen: ReadonlySet<string> = new Set()

  const projectOf = (seat: number) => projectOfChapter(chapterOf(seat))
  const ascending = () => [...vectors.values()].sort((a, b) => a.seat - b.seat)
  const waiting = () => holdings().memories.filter(({ id }) => !seen.has(id))

  function passagesOf({ id, text }: Memory) {
    const own = holdings().seats.filter(({ memory }) => memory === id)
    return own
      .slice(0, limits.vectorPassagesPerMemoryMax)
      .map(({ seat, start, end }) => ({ seat, text: text.slice(start, end) }))
  }

  return {
    calls: {
      useEmbedder(id) {
        if (id === inUse) return
        inUse = id
        measured = null
        vectors = new Map()
        seen = new Set()
      },
      keepMeasured(embedder, of) {
        if (embedder === inUse) measured = of
      },
      measured: (embedder) => (embedder === inUse ? measured : null),
      textsToEmbed(passagesMax) {
        let passages = 0
        const fits = waiting().filter((memory) => {
          const isIn = passages < passagesMax
          passages += Math.max(1, passagesOf(memory).length)
          return isIn
        })
        return fits.map((memory) => ({
          memory: memory.id,
          project: memory.project,
          passages: passagesOf(memory),
        }))
      },
      putVectors(embedder, memories) {
        if (embedder !== inUse) return null
        const kept = memories.flatMap(({ memory, vectors: own }) => {
          const seats = holdings().seats.filter((each) => each.memory === memory)
          return own.filter(({ seat }) => seats.some((each) => each.seat === seat))
        })
        vectors = new Map([...vectors, ...kept.map((vector) => [vector.seat, vector] as const)])
        const there = new Set(holdings().memories.map(({ id }) => id))
        seen = new Set([...seen, ...memories.map(({ memory }) => memory).filter((id) => there.has(id))])
        return kept.map(({ seat }) => seat)
      },
      vectorCodes(after, limit) {
        const beyond = ascending().filter(({ seat }) => seat > after)
        const [first] = beyond
        if (first === undefined) return null
        const page = beyond.filter(({ seat }) => projectOf(seat) === projectOf(first.seat)).slice(0, limit)
        const owner = holdings().seats.find(({ seat }) => seat === first.seat)?.memory
        return {
          project: holdings().memories.find(({ id }) => id === owner)?.project ?? '',
          seats: Float64Array.from(page, ({ seat }) => seat),
          codes: Uint8Array.from(page.flatMap(({ code }) => [...code])),
        }
      },
      vectorProgress: () => ({ embedder: inUse, waiting: waiting().length }),
    },
    rows(ranges) {
      const found = ranges.flatMap(({ from, to }) =>
        ascending().filter(({ seat }) => seat >= from && seat <= to),
      )
      return {
        seats: Float64Array.from(found, ({ seat }) => seat),
        rows: Int8Array.from(found.flatMap(({ row }) => [...row])),
      }
    },
    dropVacated() {
      const taken = new Set(holdings().seats.map(({ seat }) => seat))
      vectors = new Map([...vectors].filter(([seat]) => taken.has(seat)))
      const there = new Set(holdings().memories.map(({ id }) => id))
      seen = new Set([...seen].filter((id) => there.has(id)))
    },
  }
}
