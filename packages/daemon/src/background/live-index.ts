// The index over the vectors of one embedder while the store changes under it. Keeps: what is forgotten is out of the
// index before the call that forgot it returns, and rows that were under way to it meanwhile neither bring it back nor
// come in under a project that is another by then. What goes in, and when, is for vector-keeping.ts.
import type { Embedder } from '../embedding/embedder.ts'
import type { VectorIndex } from '../embedding/vector-index.ts'
import { assert } from '../kit/assert.ts'
import type { Log } from '../kit/log.ts'
import type { Rekeying, StoreWatcher } from '../store/store.ts'

export interface CodedSeat {
  readonly seat: number
  readonly code: Uint8Array
}

/** Adds vectors of one project, by the key under which the store had it when they were read. */
export type Adding = (project: string, vectors: readonly CodedSeat[]) => Promise<void>

export interface LiveIndex extends Pick<StoreWatcher, 'vacated' | 'rekeyed'> {
  /** Null while there is none. */
  current(): LoadedIndex | null
  /** An empty one for this embedder, in the place of the one before. */
  open(embedder: Pick<Embedder, 'id' | 'dimensions'>): Promise<void>
  close(): Promise<void>
  /** For `work` that reads the store and adds what it read; one at a time. */
  bring<T>(work: (add: Adding) => Promise<T>): Promise<T>
}

export interface LoadedIndex {
  /** The embedder's id. */
  readonly embedder: string
  readonly index: VectorIndex
}

/** What the store has told while rows were under way. */
interface Meanwhile {
  readonly vacated: Set<number>
  readonly rekeyed: Rekeying[]
}

export function createLiveIndex(openIndex: (dimensions: number) => VectorIndex, log: Log): LiveIndex {
  let loaded: LoadedIndex | null = null
  let meanwhile: Meanwhile | null = null

  return {
    current: () => loaded,
    async open({ id, dimensions }) {
      await loaded?.index.close()
      loaded = { embedder: id, index: openIndex(dimensions) }
    },
    async close() {
      await loaded?.index.close()
      loaded = null
    },
    async bring(work) {
      assert(meanwhile === null, 'rows are brought to the index by one piece of work at a time')
      const since: Meanwhile = { vacated: new Set(), rekeyed: [] }
      meanwhile = since
      try {
        return await work(async (project, vectors) => {
          const there = vectors.filter(({ seat }) => !since.vacated.has(seat))
          if (there.length === 0 || loaded === null) return
          const codes = new Uint8Array(Buffer.concat(there.map(({ code }) => code)))
          const ids = there.map(({ seat }) => seat)
          await loaded.index.add({ project: presentKey(project, since.rekeyed), ids, codes })
        })
      } finally {
        meanwhile = null
      }
    },
    vacated(seats) {
      for (const seat of seats) meanwhile?.vacated.add(seat)
      loaded?.index.remove(seats).catch((error: unknown) => log.error('vectors_not_removed', error))
    },
    rekeyed(change) {
      meanwhile?.rekeyed.push(change)
      loaded?.index
        .rekey(change.from, change.into)
        .catch((error: unknown) => log.error('vectors_not_rekeyed', error))
    },
  }
}

/** What a project that was read goes by now. */
function presentKey(project: string, rekeyed: readonly Rekeying[]): string {
  return rekeyed.reduce((key, { from, into }) => (key === from ? into : key), project)
}
