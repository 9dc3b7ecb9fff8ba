// Cutting bytes into lines and JSON elements: the same however the bytes arrive, and never more than the limit held.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonElements } from '../../src/history/json-elements.ts'
import { linesOf } from '../../src/history/lines.ts'
import { gather } from './support.ts'

async function* inPieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0
  for (let piece = 0; at < bytes.length; piece += 1) {
    const size = sizes[piece % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

const pieceSizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })

describe('lines', () => {
  it('are those of split, whatever the pieces', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '\n', '{', '"'), maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(text, pieceSizes, async (content, sizes) => {
        const cut = await gather(
          linesOf(inPieces(Buffer.from(content), sizes), { from: 0, lineBytesMax: 1_000 }),
        )
        const expected = content.split('\n')
        if (expected.at(-1) === '') expected.pop()
        expect(cut.map(({ bytes }) => bytes?.toString())).toEqual(expected)
        expect(cut.map(({ start }) => start)).toEqual([0, ...cut.map(({ end }) => end)].slice(0, -1))
        expect(cut.at(-1)?.isEnded ?? true).toBe(content === '' || content.endsWith('\n'))
      }),
    )
  })

  it('over the limit are passed over, their neighbours kept', async () => {
    const content = Buffer.from(`short\n${'x'.repeat(50)}\nnext\n${'y'.repeat(10)}\n`)
    const cut = await gather(linesOf(inPieces(content, [7]), { from: 100, lineBytesMax: 10 }))
    expect(cut.map(({ bytes, start, end }) => [bytes?.toString() ?? null, start, end])).toEqual([
      ['short', 100, 106],
      [null, 106, 157],
      ['next', 157, 162],
      ['yyyyyyyyyy', 162, 173],
    ])
  })
})

describe('JSON elements', () => {
  it('are those that JSON.parse sees, whatever the pieces', async () => {
    const element = fc.oneof(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
      fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 3 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(element, { maxLength: 4 }), pieceSizes, async (list, sizes) => {
        const json = Buffer.from(JSON.stringify(list, null, 1))
        const cut = await gather(jsonElements(inPieces(json, sizes), { elementBytesMax: 10_000 }))
        expect(cut.map(({ bytes }) => JSON.parse(String(bytes)))).toEqual(JSON.parse(json.toString()))
        for (const { bytes, start, end } of cut) expect(json.subarray(start, end)).toEqual(bytes)
      }),
    )
  })

  it('over the limit, or cut off, come without their bytes', async () => {
    const json = Buffer.from(`[{"a":"${'x'.repeat(40)}"},{"b":1},{"c":`)
    const cut = await gather(jsonElements(inPieces(json, [6]), { elementBytesMax: 12 }))
    expect(cut.map(({ bytes, isEnded }) => [bytes?.toString() ?? null, isEnded])).toEqual([
      [null, true],
      ['{"b":1}', true],
      [null, false],
    ])
  })
})
