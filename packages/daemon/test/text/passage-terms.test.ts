import fc from 'fast-check'
import { expect, test } from 'vitest'
import { analyseText } from '../../src/text/analyser.ts'
import {
  decodeManyPassageTerms,
  encodePassageTerms,
  passageTermsOf,
  wordCountOf,
} from '../../src/text/passage-terms.ts'
import { hashTerm } from '../../src/text/term-hash.ts'

const termsOf = (text: string) => passageTermsOf(analyseText(text))

test('counts every word, keeps content words in order, then the extras', () => {
  const terms = termsOf('We set the maxTokens limit')
  expect(terms.wordCount).toBe(6)
  expect(terms.contentCount).toBe(4)
  expect([...terms.hashes]).toEqual(['set', 'max', 'token', 'limit', 'maxtoken'].map(hashTerm))
})

test('what is encoded is decoded', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
      const terms = termsOf(text)
      const encoded = encodePassageTerms(terms)
      expect(decodeManyPassageTerms([encoded])).toEqual([terms])
      expect(wordCountOf(encoded)).toBe(terms.wordCount)
    }),
  )
})

test('is plain ASCII, four characters a term', () => {
  expect(encodePassageTerms(termsOf('restart the daemon'))).toMatch(/^[0-o]{18}$/)
  const many = { wordCount: 40_000_000, contentCount: 0, hashes: Uint32Array.of(0, 0xffffff) }
  expect(decodeManyPassageTerms([encodePassageTerms(many)])).toEqual([many])
  expect(wordCountOf(encodePassageTerms(many))).toBe(40_000_000)
})
