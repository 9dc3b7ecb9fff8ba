import fc from 'fast-check'
import { estimateTokenCount } from 'tokenx'
import { describe, expect, test } from 'vitest'
import { asciiTokens } from '../../src/text/ascii-tokens.ts'
import { countTokens, cutToTokens } from '../../src/text/tokens.ts'

describe('counting the tokens of ASCII', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ' ',
      '\n',
      '\n\n',
      '\n  ',
      ' \n',
      '\t',
      '\r\n',
      '. ',
      '...',
      '------------',
      '.\n',
      "don't",
    ),
    fc.stringMatching(/^[a-z]{1,12}$/),
    fc.stringMatching(/^[0-9]{1,9}$/),
    fc.string({ unit: 'binary-ascii', maxLength: 12 }),
  )

  test('gives what the library gives', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('')
        expect(asciiTokens(text)).toBe(estimateTokenCount(text))
      }),
      { numRuns: 2_000 },
    )
  })

  test('leaves any other text to it', () => {
    for (const text of ['é', 'caf\u00e9', 'ok – fine', '数据', 'end of 東']) {
      expect(asciiTokens(text)).toBe(null)
      expect(countTokens(text)).toBeGreaterThanOrEqual(estimateTokenCount(text))
    }
  })
})

describe('cutting to a token budget', () => {
  test('a text that fits is left alone', () => {
    expect(cutToTokens('short enough', 10)).toBe('short enough')
  })

  test('a cut is at a word and marked', () => {
    const cut = cutToTokens('word '.repeat(100), 20)
    expect(cut).toMatch(/^(word )*word \[…\]$/)
  })

  test('nothing is returned when not even the mark fits', () => {
    expect(cutToTokens('abcdef '.repeat(50), 0)).toBe('')
  })

  test('the result never costs more than the budget and never ends in half a character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 600 }),
        fc.integer({ min: 0, max: 80 }),
        (text, budget) => {
          const cut = cutToTokens(text, budget)
          expect(countTokens(cut)).toBeLessThanOrEqual(budget)
          expect(cut.isWellFormed()).toBe(true)
        },
      ),
    )
  })

  test('a megabyte line is cut without being read to its end', () => {
    expect(countTokens(cutToTokens('x'.repeat(5_000_000), 100))).toBeLessThanOrEqual(100)
  })
})
