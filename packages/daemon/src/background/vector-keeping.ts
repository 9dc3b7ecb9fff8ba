// Keeps every memory's vectors: opens the embedder, loads the codes, embeds what has none yet and goes on as memories come
// and go, in small batches beside everything else. Answers recall by meaning once all vectors are there. Keeps: what is
// forgotten is out of the index before the call that forgot it returns; a failure is told, and tried again.
import { codeOf, quantise } from '../embedding/codes.ts'
import { type Embedder, isZeroRow } from '../embedding/embedder.ts'
import type { EmbeddingState } from '../embedding/embedding-state.ts'
import type { VectorIndex } from '../embedding/vector-index.ts'
import type { Clock } from '../kit/clock.ts'
import { AppError, isAppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import type { Log } from '../kit/log.ts'
import { createService, type Service } from '../kit/service.ts'
import type { Meaning, MeaningAnswer, MeaningQuestion } from '../recall/meaning.ts'
import type { Rekeying, Store } from '../store/store.ts'
import type { PassageVector, TextsOfMemory, VectorsOfMemory } from '../store/vectors.ts'

export interface VectorKeepingOptions {
  readonly store: Store
  readonly log: Log
  /** Milliseconds, never backwards. */
  readonly elapsed: Clock
  /** Host that texts are sent to; null when they stay in this process. */
  readonly sendsTextTo: string | null
  openEmbedder(): Promise<Embedder>
  openIndex(dimensions: number): VectorIndex
}

export interface VectorKeeping extends Service, Meaning {
  state(): Promise<EmbeddingState>
}

/** An index with the vectors of one embedder. */
interface Loaded {
  readonly embedder: string
  readonly index: VectorIndex
}

export function createVectorKeeping(options: VectorKeepingOptions): VectorKeeping {
  const { store, log, elapsed, sendsTextTo } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const stopped = Promise.withResolvers<null>()
  let phase: EmbeddingState['state'] = 'opening'
  let failure: string | null = null
  let embedder: Embedder | null = null
  let loaded: Loaded | null = null
  /** Seats vacated while rows for the index are under way to it. */
  let vacatedMeanwhile: Set<number> | null = null
  /** Projects that became another since rows for the index were last read. */
  let rekeyedMeanwhile: Rekeying[] = []
  let wake: () => void = () => {}
  let hasGrown = false
  let lastGrownAt = Number.NEGATIVE_INFINITY
  let running: Promise<void> = Promise.resolve()

  store.watch({
    grown() {
      hasGrown = true
      lastGrownAt = elapsed()
      wake()
    },
    vacated(seats) {
      for (const seat of seats) vacatedMeanwhile?.add(seat)
      loaded?.index.remove(seats).catch((error: unknown) => log.error('vectors_not_removed', error))
    },
    rekeyed(change) {
      rekeyedMeanwhile.push(change)
      loaded?.index
        .rekey(change.from, change.into)
        .catch((error: unknown) => log.error('vectors_not_rekeyed', error))
    },
  })

  /** Resolves after `ms` (null: never by itself), at once when stopping, and when `forGrowth` there is something new. */
  async function pause(ms: number | null, forGrowth: boolean): Promise<void> {
    if (signal.aborted || (forGrowth && hasGrown)) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = ms === null ? undefined : setTimeout(resolve, ms)
    timer?.unref()
    if (forGrowth) wake = resolve
    await Promise.race([promise, stopped.promise])
    clearTimeout(timer)
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        await keepUp()
      } catch (error) {
        if (signal.aborted) return
        tellFailure(error)
        await closeIndexUnlessSound(error)
        await pause(limits.embedRetryMs, false)
      }
    }
  }

  async function keepUp(): Promise<void> {
    embedder ??= await openedEmbedder()
    if (loaded?.embedder !== embedder.id) await load(embedder)
    if (phase !== 'ready') phase = 'catching up'
    hasGrown = false
    await untilQuiet()
    while (!signal.aborted && (await embedSome(embedder))) {
      hasGrown = false
      await untilQuiet()
    }
    if (signal.aborted) return
    if (phase !== 'ready') log.info('vectors_ready', { embedder: embedder.id })
    phase = 'ready'
    failure = null
    await pause(null, true)
  }

  /** Capturing goes first: vectors are made when nothing new arrives, or has arrived for long. */
  async function untilQuiet(): Promise<void> {
    const deadline = elapsed() + limits.embedGatherMsMax
    for (;;) {
      const now = elapsed()
      const ms = Math.min(lastGrownAt + limits.embedGatherMs, deadline) - now
      if (ms <= 0 || signal.aborted) return
      await pause(ms, false)
    }
  }

  async function openedEmbedder(): Promise<Embedder> {
    const opening = options.openEmbedder()
    const opened = await Promise.race([opening, stopped.promise])
    if (opened === null) {
      // An endpoint may take long to say who it is; a stop does not wait for it.
      opening.then(
        (late) => late.close(),
        () => {},
      )
      throw signal.reason
    }
    await store.useEmbedder(opened.id)
    return opened
  }

  async function load({ id, dimensions }: Embedder): Promise<void> {
    phase = 'loading'
    await loaded?.index.close()
    const index = options.openIndex(dimensions)
    loaded = { embedder: id, index }
    let after = -1
    while (!signal.aborted) {
      const gone = beginAdding()
      rekeyedMeanwhile = []
      const page = await store.vectorCodes(after, limits.vectorCodesPerPage)
      if (page === null) break
      after = page.seats.at(-1) ?? Number.POSITIVE_INFINITY
      const { project, seats, codes } = page
      const codeBytes = codes.length / Math.max(1, seats.length)
      const vectors = Array.from(seats, (seat, i) => ({
        seat,
        code: codes.subarray(i * codeBytes, (i + 1) * codeBytes),
      }))
      await addToIndex(index, presentKey(project), vectors, gone)
      await pause(limits.vectorCodesPauseMs, false)
    }
    vacatedMeanwhile = null
  }

  /** Embeds the next memories that wait; false when there are none. */
  async function embedSome(by: Embedder): Promise<boolean> {
    rekeyedMeanwhile = []
    const waiting = await store.textsToEmbed(limits.embedPassagesPerStep)
    if (waiting.length === 0) return false
    const made = await vectorsOf(by, waiting)
    const gone = beginAdding()
    const kept = await store.putVectors(by.id, made)
    if (kept === null) throw new AppError('internal', 'another embedder is in use')
    const there = new Set(kept)
    for (const [project, memories] of Map.groupBy(waiting, (memory) => memory.project)) {
      const named = new Set(memories.map(({ memory }) => memory))
      const vectors = made.filter(({ memory }) => named.has(memory)).flatMap((each) => each.vectors)
      const own = vectors.filter(({ seat }) => there.has(seat))
      if (loaded !== null) await addToIndex(loaded.index, presentKey(project), own, gone)
    }
    vacatedMeanwhile = null
    return true
  }

  /** What a project that was just read goes by now. */
  function presentKey(project: string): string {
    return rekeyedMeanwhile.reduce((key, { from, into }) => (key === from ? into : key), project)
  }

  /** From here on, seats that are vacated are noted, so that what is on its way does not bring them back. */
  function beginAdding(): Set<number> {
    vacatedMeanwhile = new Set()
    return vacatedMeanwhile
  }

  async function vectorsOf(by: Embedder, waiting: readonly TextsOfMemory[]): Promise<VectorsOfMemory[]> {
    const texts = waiting.flatMap(({ passages }) => passages.map(({ text }) => text))
    const rows = await by.embed(texts, { signal }).catch(async (error: unknown) => {
      // Opened anew the next time: it may be a thread that died, or an endpoint that was restarted.
      embedder = null
      await by.close()
      throw error
    })
    let next = 0
    return waiting.map(({ memory, passages }) => ({
      memory,
      vectors: passages.flatMap(({ seat }): PassageVector[] => {
        const vector = rows[next++]
        if (vector === undefined || isZeroRow(vector)) return []
        const row = quantise(vector)
        return [{ seat, row, code: codeOf(row) }]
      }),
    }))
  }

  function tellFailure(error: unknown): void {
    const why = isAppError(error) ? error.message : 'it failed unexpectedly; the log says more'
    if (failure !== why) log.warn('embedding_failing', { why, retry_ms: limits.embedRetryMs })
    if (!isAppError(error)) log.error('embedding_failed', error)
    failure = why
  }

  /** The embedder's failures leave the index as it is; any other may have left it incomplete. */
  async function closeIndexUnlessSound(error: unknown): Promise<void> {
    vacatedMeanwhile = null
    if (embedder === null && isAppError(error)) {
      phase = phase === 'ready' ? 'ready' : 'failing'
      return
    }
    phase = 'failing'
    await loaded?.index.close()
    loaded = null
  }

  async function search({ cue, projects, limit }: MeaningQuestion): Promise<MeaningAnswer> {
    if (phase !== 'ready' || loaded === null) return { kind: 'none', why: `embedding is ${phase}` }
    if (embedder === null) return { kind: 'none', why: 'the embedder cannot be reached' }
    const { index } = loaded
    const [vector] = await embedder.embed([cue], { signal })
    if (vector === undefined || isZeroRow(vector)) {
      return { kind: 'none', why: 'the cue has no word that the embedder knows' }
    }
    return { kind: 'found', vector, nearest: await index.search(vector, { limit, projects }) }
  }

  const service = createService({
    async start() {
      running = run()
    },
    async stop() {
      stopping.abort(new AppError('unavailable', 'the daemon stops'))
      stopped.resolve(null)
      await running
      await embedder?.close()
      await loaded?.index.close()
    },
  })

  return {
    ...service,
    nearest: (question) => withinTime(search(question)),
    async state() {
      const [{ waiting }, size] = await Promise.all([
        store.vectorProgress(),
        loaded?.index.size().catch(() => null), // its failure is told by the loop that uses it
      ])
      const named = loaded?.embedder ?? embedder?.id ?? null
      return { state: phase, embedder: named, vectors: size?.rows ?? 0, waiting, sendsTextTo, failure }
    },
  }
}

interface CodedSeat {
  readonly seat: number
  readonly code: Uint8Array
}

async function addToIndex(
  index: VectorIndex,
  project: string,
  vectors: readonly CodedSeat[],
  gone: ReadonlySet<number>,
): Promise<void> {
  const there = vectors.filter(({ seat }) => !gone.has(seat))
  if (there.length === 0) return
  const codes = Buffer.concat(there.map(({ code }) => code))
  await index.add({ project, ids: there.map(({ seat }) => seat), codes: new Uint8Array(codes) })
}

/** The answer, or why there is none by now; recall does not wait longer, and no failure here fails it. */
async function withinTime(work: Promise<MeaningAnswer>): Promise<MeaningAnswer> {
  const { promise, resolve } = Promise.withResolvers<MeaningAnswer>()
  const timer = setTimeout(
    () => resolve({ kind: 'none', why: `embedding took longer than ${limits.recallMeaningMsMax} ms` }),
    limits.recallMeaningMsMax,
  )
  work.then(resolve, (error: unknown) =>
    resolve({ kind: 'none', why: `embedding failed (${isAppError(error) ? error.code : 'internal'})` }),
  )
  try {
    return await promise
  } finally {
    clearTimeout(timer)
  }
}
