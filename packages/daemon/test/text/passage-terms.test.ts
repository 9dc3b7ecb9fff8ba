import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodePassageTerms, encodePassageTerms, passageTermsOf } from '../../src/text/passage-terms.ts'
import { hashTerm } from '../../src/text/term-hash.ts'

test('counts every word, keeps content words in order, then the extras', () => {
  const terms = passageTermsOf('We set the maxTokens limit')
  expect(terms.wordCount).toBe(6)
  expect(terms.contentCount).toBe(4)
  expect([...terms.hashes]).toEqual(['set', 'max', 'token', 'limit', 'maxtokens'].map(hashTerm))
})

test('what is encoded is decoded', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
      const terms = passageTermsOf(text)
      expect(decodePassageTerms(encodePassageTerms(terms))).toEqual(terms)
    }),
  )
})

test('reads from a view into a larger buffer', () => {
  const bytes = encodePassageTerms(passageTermsOf('restart the daemon'))
  const padded = new Uint8Array(bytes.length + 7)
  padded.set(bytes, 5)
  expect(decodePassageTerms(padded.subarray(5, 5 + bytes.length))).toEqual(
    passageTermsOf('restart the daemon'),
  )
})
