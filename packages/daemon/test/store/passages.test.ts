import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '../../src/kit/limits.ts'
import { indexTerm, indexTerms, splitPassages } from '../../src/store/passages.ts'

const anyUnits = (maxLength: number) =>
  fc
    .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0x20, 0x2e, 0x61, 0xd83d, 0xde00)), {
      maxLength,
    })
    .map((units) => String.fromCharCode(...units))

const longText = fc
  .tuple(anyUnits(40), fc.integer({ min: 1, max: 2_000 }), anyUnits(40))
  .map(([head, times, tail]) => head.repeat(times) + tail)

function cutsAPair(text: string, at: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1))
}

describe('splitting into passages', () => {
  it('covers the text, overlaps, stays within the limit and cuts no character', () => {
    fc.assert(
      fc.property(longText, (text) => {
        const stretches = splitPassages(text)
        expect(stretches[0]?.start ?? 0).toBe(0)
        expect(stretches.at(-1)?.end ?? 0).toBe(text.length)
        for (const [index, { start, end }] of stretches.entries()) {
          expect(end - start).toBeGreaterThan(0)
          expect(end - start).toBeLessThanOrEqual(limits.passageChars)
          expect(cutsAPair(text, start) || cutsAPair(text, end)).toBe(false)
          const previous = stretches[index - 1]
          if (previous === undefined) continue
          expect(start).toBeGreaterThan(previous.start)
          expect(start).toBeLessThanOrEqual(previous.end)
          expect(previous.end - start).toBeLessThanOrEqual(limits.passageOverlapChars + 1)
        }
      }),
    )
  })

  it('leaves a short text in one piece, and an empty one in none', () => {
    expect(splitPassages('short')).toEqual([{ start: 0, end: 5 }])
    expect(splitPassages('')).toEqual([])
  })

  it('cuts after a sentence where there is one, else at white space', () => {
    const sentences = 'This is one sentence of the tale. '.repeat(1_000)
    const [first] = splitPassages(sentences)
    expect(sentences.slice(0, first?.end)).toMatch(/tale\. $/)
    const words = 'word '.repeat(10_000)
    const [second] = splitPassages(words)
    expect(words.slice(0, second?.end)).toMatch(/word $/)
  })

  it('begins the next passage at a word', () => {
    const text = 'This is one sentence of the tale. '.repeat(1_000)
    const [, second] = splitPassages(text)
    expect(text.slice((second?.start ?? 0) - 1, second?.start)).toBe(' ')
  })
})

describe('index terms', () => {
  it('are tokens: no white space, no controls, no ASCII capitals, well-formed, short', () => {
    fc.assert(
      fc.property(anyUnits(200), (term) => {
        const indexed = indexTerm(term)
        expect(indexed).not.toMatch(/[\p{Cc}\p{Z}A-Z]/u)
        expect(indexed.isWellFormed()).toBe(true)
        expect(indexed.length).toBeLessThanOrEqual(limits.indexTermCharsMax)
        expect(indexTerm(indexed)).toBe(indexed)
      }),
    )
  })

  it('leave ordinary terms alone', () => {
    expect(indexTerms(['src/main.ts', "don't", 'é', '', '東京'])).toEqual([
      'src/main.ts',
      "don't",
      'é',
      '東京',
    ])
  })
})
