// Embedders whose cosines lie elsewhere than the built-in model's answer alike; those that tell nothing apart are told
// of, and given no text of the user's.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { createVectorKeeping, type VectorKeeping } from '../../src/background/vector-keeping.ts'
import { startBuiltinEmbedder } from '../../src/embedding/builtin/builtin-embedder.ts'
import { codeBitsOf } from '../../src/embedding/codes.ts'
import type { Embedder } from '../../src/embedding/embedder.ts'
import { alikePairs, unrelatedTexts } from '../../src/embedding/sample-texts.ts'
import { createVectorIndex } from '../../src/embedding/vector-index.ts'
import { monotonicClock } from '../../src/kit/clock.ts'
import { AppError } from '../../src/kit/errors.ts'
import { limits } from '../../src/kit/limits.ts'
import { silentLog } from '../../src/kit/log.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import { localCodeSearch } from '../embedding/support/local-code-search.ts'
import { lettersOnly, squeezed } from '../embedding/support/made-embedders.ts'
import { type Fixture, fixture, shop } from '../operations/support.ts'

const sample = [...unrelatedTexts, ...alikePairs.flat()]

const running: VectorKeeping[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const keeping of running.splice(0)) await keeping.stop()
})

interface Daemon extends Fixture {
  readonly keeping: VectorKeeping
}

/** The daemon's own parts from the operations down to the store and the index, not yet started. */
function daemonWith(openEmbedder: () => Promise<Embedder>, store: Store = createMemoryStore()): Daemon {
  const keeping = createVectorKeeping({
    store,
    elapsed: monotonicClock,
    log: silentLog,
    sendsTextTo: null,
    openEmbedder,
    openIndex: (dimensions) => createVectorIndex(dimensions, localCodeSearch(codeBitsOf(dimensions))),
  })
  running.push(keeping)
  return { ...fixture(store, undefined, undefined, keeping), keeping }
}

async function remember({ call }: Daemon, texts: readonly string[]): Promise<void> {
  for (const [at, text] of texts.entries())
    await call('memory_capture', { text, cwd: shop, session_id: `session-${at}` })
}

async function settled({ keeping }: Daemon, as: string) {
  await eventually(async () => expect(await keeping.state()).toMatchObject({ state: as }))
  return keeping.state()
}

/** Remembers the texts it was given. */
function listening(embedder: Embedder): Embedder & { readonly heard: readonly string[] } {
  const heard: string[] = []
  return {
    ...embedder,
    heard,
    embed(texts, options) {
      heard.push(...texts)
      return embedder.embed(texts, options)
    },
  }
}

const said = [
  'Authentication goes through the OAuth flow of the provider.',
  'The kitchen gets new tiles after Easter.',
  'Snapshots of the database are taken every night and kept for a month.',
  'Our cat sleeps on the router because it is warm.',
  'Errors are reported to the tracker with a stack trace.',
  'My cardiologist appointment is on Thursday.',
  'The dashboard plots requests per second.',
  'Invoices are written in euros and rounded to cents.',
  'Grandmother grows roses behind the garage.',
  'Builds fail when the cache is older than the lockfile.',
  'The ferry to the island was cancelled by the storm.',
  'Passwords are hashed with argon2 before they are stored.',
]
const asked = [
  'How do we log people in?',
  'Which physician am I seeing?',
  'Where do the charts get drawn?',
  'How often is the data saved?',
  'What does the kitten like?',
  'database snapshots',
  'Where do flowers grow?',
  'Why did the boat not sail?',
  'Which trumpet did the museum lend to the marching band?',
  'Who won the chess tournament in Reykjavik?',
  'Which museum shows the bones of dinosaurs?',
  'How many goals did the striker score in autumn?',
]

describe('another scale of cosines', () => {
  async function answersOf(embedder: Embedder) {
    const daemon = daemonWith(async () => embedder)
    await remember(daemon, said)
    await daemon.keeping.start()
    await settled(daemon, 'ready')
    const answers = []
    for (const cue of asked) {
      const { hits, left_out } = await daemon.call('memory_recall', { cue, cwd: shop })
      const surfaces = hits.map((hit: { literal_surface: string }) => hit.literal_surface)
      answers.push({ cue, surfaces, leftOut: left_out.count })
    }
    await daemon.keeping.stop()
    return answers
  }

  test('gives the same hits, and leaves the same questions without an answer', async () => {
    const plain = await answersOf(await startBuiltinEmbedder())
    const unanswered = plain.filter(({ surfaces }) => surfaces.length === 0)
    expect(unanswered.length).toBeGreaterThanOrEqual(3)
    expect(unanswered.length).toBeLessThan(asked.length - 4)
    expect(await answersOf(squeezed(await startBuiltinEmbedder(), 0.7))).toEqual(plain)
    // Taken as they are, cosines from .7 on are near to everything.
    const unmeasured = { ...squeezed(await startBuiltinEmbedder(), 0.7), isReference: true as const }
    expect((await answersOf(unmeasured)).every(({ surfaces }) => surfaces.length > 0)).toBe(true)
  })
})

describe('measuring', () => {
  test('is done once for each embedder, before any text of the user is sent, and never of the built-in model', async () => {
    const store = createMemoryStore()
    const runWith = async (embedder: Embedder) => {
      const heard = listening(embedder)
      const daemon = daemonWith(async () => heard, store)
      await daemon.keeping.start()
      await settled(daemon, 'ready')
      await daemon.keeping.stop()
      return heard.heard
    }
    await remember(daemonWith(startBuiltinEmbedder, store), ['A walrus slept on the pier.'])
    const first = await runWith(squeezed(await startBuiltinEmbedder(), 0.7))
    expect(first).toEqual([...sample, 'A walrus slept on the pier.'])
    expect(await runWith(squeezed(await startBuiltinEmbedder(), 0.7))).toEqual([])
    expect(await runWith(squeezed(await startBuiltinEmbedder(), 0.6))).toEqual(first)
    expect(await runWith(await startBuiltinEmbedder())).toEqual(['A walrus slept on the pier.'])
  })

  test('an embedder that tells nothing apart is told of, given nothing, and looked at again later', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const useless = listening(lettersOnly())
    let present: Embedder = useless
    const daemon = daemonWith(async () => present)
    await remember(daemon, said)
    await daemon.keeping.start()
    const { failure, vectors } = await settled(daemon, 'failing')
    expect(failure).toMatch(/letters:16 gives sentences that say the same no nearer vectors.*choose a model/)
    expect(vectors).toBe(0)
    const { hits, activation_trace } = await daemon.call('memory_recall', {
      cue: 'snapshots of the database',
      cwd: shop,
    })
    expect(hits[0].literal_surface).toBe(said[2])
    expect(activation_trace).toContain('by words alone: embedding is failing')
    expect(useless.heard).toEqual(sample)

    present = squeezed(await startBuiltinEmbedder(), 0.7)
    await vi.advanceTimersByTimeAsync(limits.embedRetryMs + 100)
    expect(await daemon.keeping.state()).toMatchObject({ state: 'failing' })
    await vi.advanceTimersByTimeAsync(limits.embedMeasureAgainMs - limits.embedRetryMs)
    expect(await settled(daemon, 'ready')).toMatchObject({ failure: null, vectors: said.length })
  })

  test.each([
    ['is not there', async () => Promise.reject(new AppError('unavailable', 'nobody answers'))],
    [
      'gives what is no number',
      async (texts: readonly string[]) => texts.map(() => new Float32Array(16).fill(Number.NaN)),
    ],
    [
      'gives vectors of another width',
      async (texts: readonly string[]) => texts.map(() => new Float32Array(3).fill(1)),
    ],
    ['gives too few', async () => []],
  ] satisfies [string, Embedder['embed']][])(
    'an embedder that %s meanwhile is tried again, and recall goes by words',
    async (_, embed) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      let isClosed = false
      const bad: Embedder = {
        ...lettersOnly(),
        embed,
        async close() {
          isClosed = true
        },
      }
      const good = squeezed(await startBuiltinEmbedder(), 0.7)
      const opened = [bad, good]
      const daemon = daemonWith(async () => opened.shift() as Embedder)
      await remember(daemon, said)
      await daemon.keeping.start()
      expect((await settled(daemon, 'failing')).failure).toMatch(/\w/)
      expect(isClosed).toBe(true)
      const { hits } = await daemon.call('memory_recall', { cue: 'snapshots of the database', cwd: shop })
      expect(hits[0].literal_surface).toBe(said[2])
      await vi.advanceTimersByTimeAsync(limits.embedRetryMs + 100)
      expect(await settled(daemon, 'ready')).toMatchObject({ failure: null, vectors: said.length })
    },
  )
})
