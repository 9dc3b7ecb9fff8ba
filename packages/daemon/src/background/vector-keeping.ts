// Keeps every memory's vectors: opens the embedder and has its cosines measured, loads the codes, embeds what has none yet
// and goes on as memories come and go, in small batches beside everything else. Answers recall by meaning once all vectors
// are there. Keeps: a failure is told, and tried again. The index as the store changes is for live-index.ts, when to wait
// for gathering.ts, the measuring for embedder-scale.ts.
import { codeOf, quantise } from '../embedding/codes.ts'
import { builtinScale, type CosineScale } from '../embedding/cosine-scale.ts'
import { type Embedder, isZeroRow } from '../embedding/embedder.ts'
import type { EmbeddingState } from '../embedding/embedding-state.ts'
import type { VectorIndex } from '../embedding/vector-index.ts'
import type { Clock } from '../kit/clock.ts'
import { AppError, isAppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import type { Log } from '../kit/log.ts'
import { createService, type Service } from '../kit/service.ts'
import { cueEmphasis } from '../recall/cue-emphasis.ts'
import type { Meaning, MeaningAnswer, MeaningQuestion } from '../recall/meaning.ts'
import type { Store } from '../store/store.ts'
import type { PassageVector, TextsOfMemory, VectorCodes, VectorsOfMemory } from '../store/vectors.ts'
import { scaleOfEmbedder } from './embedder-scale.ts'
import { createGathering } from './gathering.ts'
import { type CodedSeat, createLiveIndex } from './live-index.ts'

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

export function createVectorKeeping(options: VectorKeepingOptions): VectorKeeping {
  const { store, log, sendsTextTo } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const gathering = createGathering(options.elapsed, signal)
  const live = createLiveIndex(options.openIndex, log)
  let phase: EmbeddingState['state'] = 'opening'
  let failure: string | null = null
  let embedder: Embedder | null = null
  let scale: CosineScale = builtinScale
  let retryMs: number = limits.embedRetryMs
  let running: Promise<void> = Promise.resolve()

  store.watch({ grown: gathering.grown, vacated: live.vacated, rekeyed: live.rekeyed })

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        await keepUp()
      } catch (error) {
        if (signal.aborted) return
        tellFailure(error)
        await closeIndexUnlessSound(error)
        await gathering.pause(retryMs)
      }
    }
  }

  async function keepUp(): Promise<void> {
    embedder ??= await openedEmbedder()
    if (live.current()?.embedder !== embedder.id) await load(embedder)
    if (phase !== 'ready') phase = 'catching up'
    await gathering.untilQuiet()
    while (!signal.aborted && (await embedSome(embedder))) await gathering.untilQuiet()
    if (signal.aborted) return
    if (phase !== 'ready') log.info('vectors_ready', { embedder: embedder.id })
    phase = 'ready'
    failure = null
    await gathering.untilGrown()
  }

  /** In use, and its scale known. */
  async function openedEmbedder(): Promise<Embedder> {
    retryMs = limits.embedRetryMs
    const opened = await openedUnlessAborted(options.openEmbedder, signal)
    try {
      await store.useEmbedder(opened.id)
      const measured = await scaleOfEmbedder(opened, store, log, signal)
      if (measured === null) {
        retryMs = limits.embedMeasureAgainMs
        throw new AppError('unavailable', tellsNothingApart(opened))
      }
      scale = measured
      return opened
    } catch (error) {
      await opened.close()
      throw error
    }
  }

  async function load(by: Embedder): Promise<void> {
    phase = 'loading'
    await live.open(by)
    let after: number | null = -1
    while (after !== null && !signal.aborted) {
      after = await loadPage(after)
      if (after !== null) await gathering.pause(limits.vectorCodesPauseMs)
    }
  }

  /** Loads the codes beyond the seat `after`; the seat to go on from, or null behind the last. */
  function loadPage(after: number): Promise<number | null> {
    return live.bring(async (add) => {
      const page = await store.vectorCodes(after, limits.vectorCodesPerPage)
      if (page === null) return null
      await add(page.project, codesBySeat(page))
      return page.seats.at(-1) ?? Number.POSITIVE_INFINITY
    })
  }

  /** Embeds the next memories that wait; false when there are none. */
  function embedSome(by: Embedder): Promise<boolean> {
    return live.bring(async (add) => {
      const waiting = await store.textsToEmbed(limits.embedPassagesPerStep)
      if (waiting.length === 0) return false
      const made = vectorsOf(waiting, await embedded(by, waiting))
      const kept = await store.putVectors(by.id, made)
      if (kept === null) throw new AppError('internal', 'another embedder is in use')
      const there = new Set(kept)
      for (const [project, memories] of Map.groupBy(waiting, (memory) => memory.project)) {
        const named = new Set(memories.map(({ memory }) => memory))
        const vectors = made.filter(({ memory }) => named.has(memory)).flatMap((each) => each.vectors)
        await add(
          project,
          vectors.filter(({ seat }) => there.has(seat)),
        )
      }
      return true
    })
  }

  /** One row for each passage. */
  async function embedded(by: Embedder, waiting: readonly TextsOfMemory[]): Promise<readonly Float32Array[]> {
    const texts = waiting.flatMap(({ passages }) => passages.map(({ text }) => text))
    try {
      return await by.embed(texts, { signal })
    } catch (error) {
      // Opened anew the next time: it may be a thread that died, or an endpoint that was restarted.
      embedder = null
      await by.close()
      throw error
    }
  }

  function tellFailure(error: unknown): void {
    const why = isAppError(error) ? error.message : 'it failed unexpectedly; the log says more'
    if (failure !== why) log.warn('embedding_failing', { why, retry_ms: retryMs })
    if (!isAppError(error)) log.error('embedding_failed', error)
    failure = why
  }

  /** The embedder's failures leave the index as it is; any other may have left it incomplete. */
  async function closeIndexUnlessSound(error: unknown): Promise<void> {
    if (embedder === null && isAppError(error)) {
      phase = phase === 'ready' ? 'ready' : 'failing'
      return
    }
    phase = 'failing'
    await live.close()
  }

  async function search({ cue, projects, limit }: MeaningQuestion): Promise<MeaningAnswer> {
    const loaded = live.current()
    if (phase !== 'ready' || loaded === null) return { kind: 'none', why: `embedding is ${phase}` }
    if (embedder === null) return { kind: 'none', why: 'the embedder cannot be reached' }
    const found = { kind: 'found', scale, vector: await cueVector(embedder, cue) } as const
    if (isZeroRow(found.vector)) {
      return { kind: 'none', why: 'the cue has no word that the embedder knows' }
    }
    return { ...found, nearest: await loaded.index.search(found.vector, { limit, projects }) }
  }

  /** Of a question; what fails here is told as well: an endpoint may go when nothing is left to embed. */
  async function cueVector(by: Embedder, cue: string): Promise<Float32Array> {
    try {
      const [vector = new Float32Array(by.dimensions)] = await by.embed([cue], {
        signal,
        emphasis: cueEmphasis(cue),
      })
      if (phase === 'ready' && embedder === by) failure = null
      return vector
    } catch (error) {
      if (!signal.aborted) tellFailure(error)
      throw error
    }
  }

  const service = createService({
    async start() {
      running = run()
    },
    async stop() {
      stopping.abort(new AppError('unavailable', 'the daemon stops'))
      await running
      await embedder?.close()
      await live.close()
    },
  })

  return {
    ...service,
    nearest: (question) => withinTime(search(question)),
    async state() {
      const loaded = live.current()
      const [{ waiting }, size] = await Promise.all([
        store.vectorProgress(),
        loaded?.index.size().catch(() => null), // its failure is told by the loop that uses it
      ])
      const named = live.current()?.embedder ?? embedder?.id ?? null
      return { state: phase, embedder: named, vectors: size?.rows ?? 0, waiting, sendsTextTo, failure }
    },
  }
}

function tellsNothingApart({ id }: Embedder): string {
  return `${id} gives sentences that say the same no nearer vectors than any others; choose a model that is made to embed sentences, or the built-in one`
}

/** An endpoint may take long to say who it is; a stop does not wait for it. */
async function openedUnlessAborted(open: () => Promise<Embedder>, signal: AbortSignal): Promise<Embedder> {
  const aborted = Promise.withResolvers<null>()
  signal.addEventListener('abort', () => aborted.resolve(null), { once: true })
  const opening = open()
  const opened = await Promise.race([opening, aborted.promise])
  if (opened !== null) return opened
  opening.then(
    (late) => late.close(),
    () => {},
  )
  throw signal.reason
}

function codesBySeat({ seats, codes }: VectorCodes): readonly CodedSeat[] {
  const codeBytes = codes.length / Math.max(1, seats.length)
  return Array.from(seats, (seat, i) => ({ seat, code: codes.subarray(i * codeBytes, (i + 1) * codeBytes) }))
}

/** `rows`: one for each passage of all of them. */
function vectorsOf(
  waiting: readonly TextsOfMemory[],
  rows: readonly Float32Array[],
): readonly VectorsOfMemory[] {
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
