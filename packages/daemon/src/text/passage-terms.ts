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

/** Of encoded terms, without decoding the others. */
export function wordCountOf(encoded: string): number {
  return countAt(encoded, 0)
}

/** Of many passages at once: their hashes are views of one array, because an array for each costs more than its decoding. */
export function decodeManyPassageTerms(encoded: readonly string[]): PassageTerms[] {
  const all = new Uint32Array(encoded.reduce((sum, each) => sum + hashesIn(each), 0))
  let next = 0
  return encoded.map((each) => {
    const from = next
    next += hashesIn(each)
    return decodeInto(all, from, each)
  })
}

function hashesIn(encoded: string): number {
  assert(encoded.length >= headerChars, 'encoded passage terms have a header')
  return (encoded.length - headerChars) / hashChars
}

/** Decodes to `all`, from `from` on. */
function decodeInto(all: Uint32Array, from: number, encoded: string): PassageTerms {
  const end = from + hashesIn(encoded)
  for (let index = from, at = headerChars; index < end; index++, at += hashChars) {
    all[index] =
      digitAt(encoded, at) |
      (digitAt(encoded, at + 1) << 6) |
      (digitAt(encoded, at + 2) << 12) |
      (digitAt(encoded, at + 3) << 18)
  }
  const hashes = all.subarray(from, end)
  return { wordCount: countAt(encoded, 0), contentCount: countAt(encoded, countChars), hashes }
}

const digitAt = (encoded: string, at: number) => encoded.charCodeAt(at) - firstCharCode

function countAt(encoded: string, at: number): number {
  let count = 0
  for (let index = countChars - 1; index >= 0; index--) count = count * 64 + digitAt(encoded, at + index)
  return count
}
