import { afterEach, describe, expect, test } from 'vitest'
import { codeBitsOf, codeOf, quantise } from '../../src/embedding/codes.ts'
import { localCodeSearch, startCodeSearch } from '../../src/embedding/index/code-search.ts'
import { bestHits, type VectorHit } from '../../src/embedding/rescoring.ts'
import { createVectorIndex, type VectorIndex, type VectorQuestion } from '../../src/embedding/vector-index.ts'
import { cosine, lengthOf, unitOf, unitVector } from './vectors.ts'

const dimensions = 128
const searches = { 'in a thread': (bits: number) => startCodeSearch(bits), 'in place': localCodeSearch }

describe.each(Object.entries(searches))('vector index, codes %s', (_, openSearch) => {
  const rows = new Map<number, Int8Array>()
  let index: VectorIndex

  const open = () => {
    rows.clear()
    index = createVectorIndex(dimensions, openSearch(codeBitsOf(dimensions)))
    return index
  }
  /** As recall does: many by their codes, and of those the best by their rows. */
  const find = async (vector: Float32Array, { limit, projects }: VectorQuestion) => {
    const ids = await index.search(vector, { limit: limit * 20, projects })
    const held = ids.map((id) => rows.get(id))
    return bestHits(vector, ids, held, limit)
  }
  const put = async (id: number, project: string, vector: Float32Array) => {
    const row = quantise(vector)
    rows.set(id, row)
    await index.add([{ id, project, row }])
  }
  const everything = { limit: 10, projects: null }

  afterEach(() => index.close())

  test('finds a row the moment it is added, with its cosine', async () => {
    open()
    const vector = unitVector(dimensions, 1)
    await put(7, 'alpha', vector)
    const [hit] = await find(vector, everything)
    expect(hit?.id).toBe(7)
    expect(hit?.cosine).toBeCloseTo(1, 3)
  })

  test('a removed row is gone at once, and removing it again counts nothing', async () => {
    open()
    await put(7, 'alpha', unitVector(dimensions, 1))
    expect(await index.remove([7, 8])).toBe(1)
    expect(await find(unitVector(dimensions, 1), everything)).toEqual([])
    expect(await index.remove([7])).toBe(0)
  })

  test('adds and removes take effect in the order they are made, awaited or not', async () => {
    open()
    const row = quantise(unitVector(dimensions, 1))
    rows.set(7, row)
    const added = index.add([{ id: 7, project: 'alpha', row }])
    const removed = index.remove([7])
    const found = find(unitVector(dimensions, 1), everything)
    expect(await found).toEqual([])
    expect(await removed).toBe(1)
    await added
  })

  test('a row the store no longer has is not a hit', async () => {
    open()
    await put(7, 'alpha', unitVector(dimensions, 1))
    rows.delete(7)
    expect(await find(unitVector(dimensions, 1), everything)).toEqual([])
  })

  test('sees the projects asked for and no others', async () => {
    open()
    for (let id = 1; id <= 30; id++)
      await put(id, id % 3 === 0 ? 'alpha' : 'beta', unitVector(dimensions, id))
    const hits = await find(unitVector(dimensions, 4), { limit: 30, projects: ['alpha'] })
    expect(hits.map(({ id }) => id).sort((a, b) => a - b)).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27, 30])
    expect(await find(unitVector(dimensions, 4), { limit: 30, projects: [] })).toEqual([])
  })

  test('ranks candidates by exact cosine', async () => {
    open()
    for (let id = 1; id <= 50; id++) await put(id, 'alpha', unitVector(dimensions, id))
    const question = unitVector(dimensions, 99)
    const exact = [...rows]
      .map(([id, row]) => ({ id, cosine: cosine(question, unitOf(row)) }))
      .sort((a, b) => b.cosine - a.cosine)
    const hits = await find(question, { limit: 5, projects: null })
    expect(hits.map(({ id }) => id)).toEqual(exact.slice(0, 5).map(({ id }) => id))
    hits.forEach((hit, i) => {
      expect(hit.cosine).toBeCloseTo(exact[i]?.cosine as number, 5)
    })
  })

  test('contrast tells apart rows that share a topic', async () => {
    open()
    const topic = unitVector(dimensions, 1)
    const about = (detail: number) => mixed(topic, unitVector(dimensions, detail), 0.3)
    for (let id = 1; id <= 20; id++) await put(id, 'alpha', about(100 + id))
    const [first, second] = await find(about(105), { limit: 2, projects: null })
    expect(first?.id).toBe(5)
    const gap = (of: (hit: VectorHit) => number) => of(first as VectorHit) - of(second as VectorHit)
    expect(gap((hit) => hit.contrast)).toBeGreaterThan(gap((hit) => hit.cosine) * 1.5)
  })

  test('loaded codes are found like added ones', async () => {
    open()
    const ids = [3, 4, 5]
    for (const id of ids) rows.set(id, quantise(unitVector(dimensions, id)))
    const codesOf = (...some: number[]) =>
      Uint8Array.from(some.flatMap((id) => [...codeOf(rows.get(id) as Int8Array)]))
    await index.load([
      { project: 'alpha', ids: [3, 4], codes: codesOf(3, 4) },
      { project: 'beta', ids: [5], codes: codesOf(5) },
    ])
    const [hit] = await find(unitVector(dimensions, 4), everything)
    expect(hit?.id).toBe(4)
    expect((await index.size()).rows).toBe(3)
  })

  test('contrast is the cosine of what is left without half the mean', async () => {
    open()
    for (let id = 1; id <= 12; id++) await put(id, 'alpha', unitVector(dimensions, id))
    const question = unitVector(dimensions, 99)
    const units = [...rows.values()].map(unitOf)
    const without = (vector: Float32Array) =>
      vector.map((value, d) => value - units.reduce((sum, unit) => sum + (unit[d] as number), 0) / 24)
    for (const hit of await find(question, everything)) {
      const [a, b] = [without(question), without(unitOf(rows.get(hit.id) as Int8Array))]
      expect(hit.contrast).toBeCloseTo(cosine(a, b) / (lengthOf(a) * lengthOf(b)), 4)
    }
  })

  test('a zero vector and a limit of none find nothing', async () => {
    open()
    await put(7, 'alpha', unitVector(dimensions, 1))
    expect(await find(new Float32Array(dimensions), everything)).toEqual([])
    expect(await find(unitVector(dimensions, 1), { limit: 0, projects: null })).toEqual([])
  })
})

test('a closed thread answers unavailable, also to calls under way', async () => {
  const search = startCodeSearch(codeBitsOf(dimensions))
  const under = search.size()
  const settled = expect(under).rejects.toMatchObject({ code: 'unavailable' })
  await search.close()
  await settled
  await expect(search.size()).rejects.toMatchObject({ code: 'unavailable' })
})

function mixed(a: Float32Array, b: Float32Array, share: number): Float32Array {
  const sum = a.map((value, d) => value + share * (b[d] as number))
  const length = Math.sqrt(sum.reduce((total, value) => total + value * value, 0))
  return sum.map((value) => value / length)
}
