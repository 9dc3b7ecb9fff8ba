import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { createVectorKeeping, type VectorKeeping } from '../../src/background/vector-keeping.ts'
import { codeBitsOf } from '../../src/embedding/codes.ts'
import type { Embedder, EmbedOptions } from '../../src/embedding/embedder.ts'
import { dotOfRows, dotWithRow } from '../../src/embedding/rescoring.ts'
import { createVectorIndex } from '../../src/embedding/vector-index.ts'
import { type Clock, monotonicClock } from '../../src/kit/clock.ts'
import { AppError } from '../../src/kit/errors.ts'
import { limits } from '../../src/kit/limits.ts'
import { silentLog } from '../../src/kit/log.ts'
import { cueEmphasis } from '../../src/recall/cue-emphasis.ts'
import { rowsBySeat } from '../../src/recall/stored-vectors.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import { localCodeSearch } from '../embedding/support/local-code-search.ts'
import { turn } from '../store/support/invented.ts'
import { lookInto } from '../store/support/looking.ts'

const topics = ['walrus', 'carpenter', 'ship', 'wax']

/** One direction per topic; a text without a topic says nothing. Counts the texts it was given. */
function topicEmbedder(id = 'topics:4'): Embedder & { embedded: number; isClosed: boolean } {
  const embedder = {
    id,
    dimensions: topics.length,
    isReference: true as const,
    batchTextsMax: limits.embedBatchTextsMax,
    embedded: 0,
    isClosed: false,
    async embed(texts: readonly string[]) {
      embedder.embedded += texts.length
      return texts.map((text) => {
        const counts = topics.map((topic) => text.split(topic).length - 1)
        const length = Math.hypot(...counts)
        return Float32Array.from(counts, (count) => (length === 0 ? 0 : count / length))
      })
    },
    async close() {
      embedder.isClosed = true
    },
  }
  return embedder
}

let store: Store
let keeping: VectorKeeping
let warnings: string[]

function keep(openEmbedder: () => Promise<Embedder>, elapsed: Clock = monotonicClock): VectorKeeping {
  warnings = []
  keeping = createVectorKeeping({
    store,
    elapsed,
    log: { ...silentLog, warn: (event, fields) => void warnings.push(`${event} ${fields?.why}`) },
    sendsTextTo: null,
    openEmbedder,
    openIndex: (dimensions) => createVectorIndex(dimensions, localCodeSearch(codeBitsOf(dimensions))),
  })
  return keeping
}

/** Ids of the memories nearest to `cue`, or why there are none. */
async function nearest(cue: string, projects: readonly string[] | null = null) {
  const answer = await keeping.nearest({ cue, projects, limit: 10 })
  if (answer.kind === 'none') return answer.why
  const ids = answer.nearest
  const rows = rowsBySeat(await lookInto(store).vectorRows(ids.map((seat) => ({ from: seat, to: seat }))))
  const near = [...rows]
    .map(([seat, row]) => ({ seat, cosine: dotWithRow(answer.vector, row) / Math.sqrt(dotOfRows(row, row)) }))
    .filter(({ cosine }) => cosine > 0.5)
    .sort((a, b) => b.cosine - a.cosine || b.seat - a.seat)
  return (await lookInto(store).occupants(near.map(({ seat }) => seat))).map(({ memory }) => memory.id)
}

const isReady = () => expect.poll(async () => (await keeping.state()).state).toBe('ready')

beforeEach(() => {
  store = createMemoryStore()
})
afterEach(async () => {
  vi.useRealTimers()
  await keeping.stop()
})

describe('keeping vectors', () => {
  test('embeds what is there, then what comes, and finds it', async () => {
    await store.capture([turn({ id: 'a', text: 'a walrus' }), turn({ id: 'b', text: 'a ship' })])
    await keep(async () => topicEmbedder()).start()
    await isReady()
    expect(await nearest('walrus')).toEqual(['a'])
    await store.capture([turn({ id: 'c', text: 'another walrus' }), turn({ id: 'd', text: 'nothing' })])
    await expect.poll(() => nearest('walrus')).toEqual(['c', 'a'])
    expect(await keeping.state()).toMatchObject({
      state: 'ready',
      embedder: 'topics:4',
      vectors: 3,
      waiting: 0,
    })
  })

  test('embeds nothing twice, also after a restart', async () => {
    await store.capture([turn({ id: 'a', text: 'a walrus' })])
    await keep(async () => topicEmbedder()).start()
    await isReady()
    await keeping.stop()
    const again = topicEmbedder()
    await keep(async () => again).start()
    await isReady()
    expect(again.embedded).toBe(0)
    expect(await nearest('walrus')).toEqual(['a'])
  })

  test('finds nothing forgotten from the moment it is forgotten', async () => {
    await store.capture([turn({ id: 'a', text: 'a walrus' }), turn({ id: 'b', text: 'a walrus too' })])
    await keep(async () => topicEmbedder()).start()
    await isReady()
    await store.forget(['a'], 9)
    expect(await nearest('walrus')).toEqual(['b'])
    expect(await keeping.state()).toMatchObject({ vectors: 1 })
  })

  test('what is forgotten while its vector is on the way never arrives', async () => {
    await store.capture([turn({ id: 'a', text: 'a walrus' }), turn({ id: 'b', text: 'a walrus too' })])
    const real = store.putVectors
    store = {
      ...store,
      async putVectors(embedder, memories) {
        const kept = await real(embedder, memories)
        await store.forget(['a'], 9)
        return kept
      },
    }
    await keep(async () => topicEmbedder()).start()
    await isReady()
    expect(await nearest('walrus')).toEqual(['b'])
    expect(await keeping.state()).toMatchObject({ vectors: 1 })
  })

  test('what is of another project now is found there at once', async () => {
    await store.capture([
      turn({ id: 'a', text: 'a walrus', project: 'path:/old', session: 's1' }),
      turn({ id: 'b', text: 'a walrus too', project: 'git:new', session: 's2' }),
    ])
    await keep(async () => topicEmbedder()).start()
    await isReady()
    expect(await nearest('walrus', ['git:new'])).toEqual(['b'])
    await store.mergeProjects('path:/old', 'git:new')
    expect(await nearest('walrus', ['git:new'])).toEqual(['b', 'a'])
    expect(await nearest('walrus', ['path:/old'])).toEqual([])
  })

  test('what becomes of another project while its vector is on the way arrives there', async () => {
    await store.capture([
      turn({ id: 'a', text: 'a walrus', project: 'path:/old', session: 's1' }),
      turn({ id: 'b', text: 'a ship', project: 'git:new', session: 's2' }),
    ])
    const real = store.putVectors
    store = {
      ...store,
      async putVectors(embedder, memories) {
        const kept = await real(embedder, memories)
        await store.mergeProjects('path:/old', 'git:new')
        return kept
      },
    }
    await keep(async () => topicEmbedder()).start()
    await isReady()
    expect(await nearest('walrus', ['git:new'])).toEqual(['a'])
  })

  test('another embedder means everything anew; until then there is no answer by meaning', async () => {
    await store.capture([turn({ id: 'a', text: 'a walrus' })])
    await keep(async () => topicEmbedder('topics:former')).start()
    await isReady()
    await keeping.stop()
    const gate = Promise.withResolvers<void>()
    const other = topicEmbedder('topics:other')
    const { embed } = other
    other.embed = async (texts, options) => {
      await gate.promise
      return embed(texts, options)
    }
    await keep(async () => other).start()
    await expect.poll(async () => (await keeping.state()).state).toBe('catching up')
    expect(await keeping.state()).toMatchObject({ embedder: 'topics:other', vectors: 0, waiting: 1 })
    expect(await nearest('walrus')).toBe('embedding is catching up')
    gate.resolve()
    await isReady()
    expect(await nearest('walrus')).toEqual(['a'])
  })

  test('a question emphasises what it means, a memory nothing', async () => {
    await store.capture([turn({ id: 'a', text: 'we log the walrus in' })])
    const embedder = topicEmbedder()
    const emphases: EmbedOptions['emphasis'][] = []
    const { embed } = embedder
    embedder.embed = (texts, options) => {
      emphases.push(options?.emphasis)
      return embed(texts, options)
    }
    await keep(async () => embedder).start()
    await isReady()
    expect(new Set(emphases)).toEqual(new Set([undefined]))
    await nearest('how do we log the walrus in')
    expect(emphases.at(-1)).toEqual(cueEmphasis('how do we log the walrus in'))
    expect(emphases.at(-1)).toBeDefined()
  })

  test('looks only in the projects asked about', async () => {
    await store.capture([
      turn({ id: 'a', text: 'a walrus', project: 'git:a', session: 'a' }),
      turn({ id: 'b', text: 'a walrus', project: 'git:b', session: 'b' }),
    ])
    await keep(async () => topicEmbedder()).start()
    await isReady()
    expect(await nearest('walrus', ['git:b'])).toEqual(['b'])
  })
})

describe('while turns keep coming', () => {
  const everyMs = limits.embedGatherMs - 50

  /** A clock that only `pass` moves, timers with it. */
  async function setUp() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let now = 1_000
    const pass = async (ms: number) => {
      now += ms
      await vi.advanceTimersByTimeAsync(ms)
    }
    const embedder = topicEmbedder()
    await keep(
      async () => embedder,
      () => now,
    ).start()
    await eventually(async () => expect((await keeping.state()).state).toBe('ready'))
    let captured = 0
    const captureFor = async (ms: number) => {
      for (let left = ms; left > 0; left -= everyMs) {
        captured += 1
        await store.capture([turn({ id: `w${captured}`, text: `walrus ${captured}` })])
        await pass(everyMs)
      }
    }
    return { embedder, pass, captureFor, captured: () => captured }
  }

  test('capturing goes first: nothing is embedded until they pause', async () => {
    const { embedder, pass, captureFor, captured } = await setUp()
    await captureFor(limits.embedGatherMsMax / 2)
    expect(captured()).toBeGreaterThan(20)
    expect(embedder.embedded).toBe(0)
    await pass(limits.embedGatherMs)
    await eventually(() => expect(embedder.embedded).toBe(captured()))
  })

  test('embedding does not wait for ever: one portion each time that the longest wait is over', async () => {
    const { embedder, captureFor, captured } = await setUp()
    await captureFor(limits.embedGatherMsMax + 4 * everyMs)
    expect(embedder.embedded).toBeGreaterThan(0)
    expect(embedder.embedded).toBeLessThanOrEqual(limits.embedPassagesPerStep)
    expect(captured()).toBeGreaterThan(embedder.embedded)
  })
})

describe('an embedder that does not answer', () => {
  test('is told once, tried again, and keeps nothing else from working', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await store.capture([turn({ id: 'a', text: 'a walrus' })])
    let tries = 0
    await keep(async () => {
      tries += 1
      if (tries < 3) throw new AppError('unavailable', 'the embedding endpoint is not there')
      return topicEmbedder()
    }).start()
    await eventually(async () => expect((await keeping.state()).state).toBe('failing'))
    expect(await keeping.state()).toMatchObject({ failure: 'the embedding endpoint is not there' })
    expect(await nearest('walrus')).toBe('embedding is failing')
    await vi.advanceTimersByTimeAsync(2 * limits.embedRetryMs + 100)
    await eventually(async () => expect((await keeping.state()).state).toBe('ready'))
    expect(await keeping.state()).toMatchObject({ failure: null })
    expect(warnings).toEqual(['embedding_failing the embedding endpoint is not there'])
  })

  test('is opened anew when it fails, and the vectors kept stay', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await store.capture([turn({ id: 'a', text: 'a walrus' })])
    const broken = topicEmbedder()
    const opened: Embedder[] = [broken, topicEmbedder()]
    await keep(async () => opened.shift() as Embedder).start()
    await eventually(async () => expect((await keeping.state()).state).toBe('ready'))
    broken.embed = async () => {
      throw new AppError('unavailable', 'the embedding thread is not running')
    }
    await store.capture([turn({ id: 'b', text: 'a walrus too' })])
    await vi.advanceTimersByTimeAsync(limits.embedGatherMs + 100)
    await eventually(() => expect(broken.isClosed).toBe(true))
    expect(await nearest('walrus')).toBe('the embedder cannot be reached')
    expect(await keeping.state()).toMatchObject({ vectors: 1, waiting: 1 })
    await vi.advanceTimersByTimeAsync(limits.embedRetryMs + 100)
    await eventually(async () => expect(await nearest('walrus')).toEqual(['b', 'a']))
  })

  test('is not waited for by recall', async () => {
    await store.capture([turn({ id: 'a', text: 'a walrus' })])
    const slow = topicEmbedder()
    await keep(async () => slow).start()
    await isReady()
    slow.embed = () => new Promise(() => {})
    expect(await nearest('walrus')).toBe(`embedding took longer than ${limits.recallMeaningMsMax} ms`)
    slow.embed = async () => {
      throw new AppError('unavailable', 'gone')
    }
    expect(await nearest('walrus')).toBe('embedding failed (unavailable)')
  })

  test('of which a question alone finds out is told of too, until it answers again', async () => {
    await store.capture([turn({ id: 'a', text: 'a walrus' })])
    const gone = topicEmbedder()
    await keep(async () => gone).start()
    await isReady()
    const { embed } = gone
    gone.embed = async () => {
      throw new AppError('unavailable', 'the embedding endpoint is not there')
    }
    await nearest('walrus')
    expect(await keeping.state()).toMatchObject({
      state: 'ready',
      failure: 'the embedding endpoint is not there',
    })
    expect(warnings).toEqual(['embedding_failing the embedding endpoint is not there'])
    gone.embed = embed
    expect(await nearest('walrus')).toEqual(['a'])
    expect(await keeping.state()).toMatchObject({ state: 'ready', failure: null })
  })

  test('does not hold up a stop, and is closed when it opens after all', async () => {
    const opening = Promise.withResolvers<Embedder>()
    await keep(() => opening.promise).start()
    await keeping.stop()
    const late = topicEmbedder()
    opening.resolve(late)
    await expect.poll(() => late.isClosed).toBe(true)
  })
})
