import { afterEach, describe, expect, test } from 'vitest'
import { codeBitsOf, codeOf, quantise } from '../../src/embedding/codes.ts'
import { startCodeSearch } from '../../src/embedding/index/code-search.ts'
import { createVectorIndex, type VectorIndex } from '../../src/embedding/vector-index.ts'
import { localCodeSearch } from './support/local-code-search.ts'
import { cosine, unitOf, unitVector } from './vectors.ts'

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
  const put = async (id: number, project: string, vector: Float32Array) => {
    const row = quantise(vector)
    rows.set(id, row)
    await index.add({ project, ids: [id], codes: codeOf(row) })
  }
  const everything = { limit: 10, projects: null }

  afterEach(() => index.close())

  test('finds a row the moment it is added', async () => {
    open()
    const vector = unitVector(dimensions, 1)
    await put(7, 'alpha', vector)
    expect(await index.search(vector, everything)).toEqual([7])
  })

  test('a removed row is gone at once, and removing it again counts nothing', async () => {
    open()
    await put(7, 'alpha', unitVector(dimensions, 1))
    expect(await index.remove([7, 8])).toBe(1)
    expect(await index.search(unitVector(dimensions, 1), everything)).toEqual([])
    expect(await index.remove([7])).toBe(0)
  })

  test('adds and removes take effect in the order they are made, awaited or not', async () => {
    open()
    const vector = unitVector(dimensions, 1)
    const added = index.add({ project: 'alpha', ids: [7], codes: codeOf(quantise(vector)) })
    const before = index.search(vector, everything)
    const removed = index.remove([7])
    const after = index.search(vector, everything)
    expect(await Promise.all([added, before, removed, after])).toEqual([undefined, [7], 1, []])
  })

  test('sees the projects asked for and no others', async () => {
    open()
    for (let id = 1; id <= 30; id++)
      await put(id, id % 3 === 0 ? 'alpha' : 'beta', unitVector(dimensions, id))
    const hits = await index.search(unitVector(dimensions, 4), { limit: 30, projects: ['alpha'] })
    expect([...hits].sort((a, b) => a - b)).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27, 30])
    expect(await index.search(unitVector(dimensions, 4), { limit: 30, projects: [] })).toEqual([])
  })

  test('has what is nearest by cosine among the first, the very one first', async () => {
    open()
    for (let id = 1; id <= 50; id++) await put(id, 'alpha', unitVector(dimensions, id))
    const question = unitVector(dimensions, 99)
    const [nearest] = [...rows]
      .map(([id, row]) => ({ id, cosine: cosine(question, unitOf(row)) }))
      .sort((a, b) => b.cosine - a.cosine)
    expect(await index.search(question, everything)).toContain(nearest?.id)
    expect((await index.search(unitVector(dimensions, 31), everything))[0]).toBe(31)
  })

  test('takes codes of several rows and projects at once', async () => {
    open()
    const ids = [3, 4, 5]
    for (const id of ids) rows.set(id, quantise(unitVector(dimensions, id)))
    const codesOf = (...some: number[]) =>
      Uint8Array.from(some.flatMap((id) => [...codeOf(rows.get(id) as Int8Array)]))
    await index.add({ project: 'alpha', ids: [3, 4], codes: codesOf(3, 4) })
    await index.add({ project: 'beta', ids: [5], codes: codesOf(5) })
    expect((await index.search(unitVector(dimensions, 4), everything))[0]).toBe(4)
    expect((await index.size()).rows).toBe(3)
  })

  test('a zero vector and a limit of none find nothing', async () => {
    open()
    await put(7, 'alpha', unitVector(dimensions, 1))
    expect(await index.search(new Float32Array(dimensions), everything)).toEqual([])
    expect(await index.search(unitVector(dimensions, 1), { limit: 0, projects: null })).toEqual([])
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
