// What ranking needs to know about one passage's words, small enough to keep beside it: its content words in order and
// its extras as 24-bit hashes, and how many words it has in all. Stop-words are counted, not kept.
import { assert } from '../kit/assert.ts'
import { type Analysis, isStopTerm } from './analyser.ts'
import { hashTerm, termHashBytes } from './term-hash.ts'

export interface PassageTerms {
  /** number of words, stop-words included, extras not */
  readonly wordCount: number
  /** how many of `hashes` are words in order; extras follow them */
  readonly contentCount: number
  readonly hashes: Uint32Array
}

export function passageTermsOf({ words, extras }: Analysis): PassageTerms {
  const content = words.filter((word) => !isStopTerm(word))
  const hashes = new Uint32Array(content.length + extras.length)
  content.forEach((word, index) => {
    hashes[index] = hashTerm(word)
  })
  extras.forEach((extra, index) => {
    hashes[content.length + index] = hashTerm(extra)
  })
  return { wordCount: words.length, contentCount: content.length, hashes }
}

// Text, not bytes: a database and a thread hand over a string faster than a buffer. Six bits a character, lowest first.
const firstCharCode = 0x30
const countChars = 5
const hashChars = (termHashBytes * 8) / 6
const headerChars = 2 * countChars

/** ASCII: word count (5 characters), content count (5), then 4 characters a hash. */
export function encodePassageTerms({ wordCount, contentCount, hashes }: PassageTerms): string {
  const codes = Buffer.allocUnsafe(headerChars + hashes.length * hashChars)
  let at = 0
  const put = (value: number, chars: number) => {
    for (let rest = value, end = at + chars; at < end; rest >>>= 6) codes[at++] = firstCharCode + (rest & 63)
  }
  put(wordCount, countChars)
  put(contentCount, countChars)
  for (const hash of hashes) put(hash, hashChars)
  return codes.toString('latin1')
}

export function decodePassageTerms(encoded: string): PassageTerms {
  assert(encoded.length >= headerChars, 'encoded passage terms have a header')
  const digit = (at: number) => encoded.charCodeAt(at) - firstCharCode
  const hashes = new Uint32Array((encoded.length - headerChars) / hashChars)
  for (let index = 0, at = headerChars; index < hashes.length; index++, at += hashChars) {
    hashes[index] = digit(at) | (digit(at + 1) << 6) | (digit(at + 2) << 12) | (digit(at + 3) << 18)
  }
  return { wordCount: countAt(0), contentCount: countAt(countChars), hashes }

  function countAt(at: number): number {
    let count = 0
    for (let index = countChars - 1; index >= 0; index--) count = count * 64 + digit(at + index)
    return count
  }
}
