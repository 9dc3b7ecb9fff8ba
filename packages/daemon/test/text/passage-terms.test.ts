import fc from 'fast-check'
import { expect, test } from 'vitest'
import { analyseText } from '../../src/text/analyser.ts'
import { decodePassageTerms, encodePassageTerms, passageTermsOf } from '../../src/text/passage-terms.ts'
import { hashTerm } from '../../src/text/term-hash.ts'

const termsOf = (text: string) => passageTermsOf(analyseText(text))

test('counts every word, keeps content words in order, then the extras', () => {
  const terms = termsOf('We set the maxTokens limit')
  expect(terms.wordCount).toBe(6)
  expect(terms.contentCount).toBe(4)
  expect([...terms.hashes]).toEqual(['set', 'max', 'token', 'limit', 'maxtokens'].map(hashTerm))
})

test('what is encoded is decoded', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
      const terms = termsOf(text)
      expect(decodePassageTerms(encodePassageTerms(terms))).toEqual(terms)
    }),
  )
})

test('reads from a view into a larger buffer', () => {
  const bytes = encodePassageTerms(termsOf('restart the daemon'))
  const padded = new Uint8Array(bytes.length + 7)
  padded.set(bytes, 5)
  expect(decodePassageTerms(padded.subarray(5, 5 + bytes.length))).toEqual(termsOf('restart the daemon'))
})
