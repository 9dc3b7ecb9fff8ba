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

const headerBytes = 8

/** Little-endian: word count (4 bytes), content count (4), then 3 bytes a hash. */
export function encodePassageTerms(terms: PassageTerms): Uint8Array {
  const bytes = new Uint8Array(headerBytes + terms.hashes.length * termHashBytes)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, terms.wordCount, true)
  view.setUint32(4, terms.contentCount, true)
  let at = headerBytes
  for (const hash of terms.hashes) {
    bytes[at++] = hash & 0xff
    bytes[at++] = (hash >>> 8) & 0xff
    bytes[at++] = hash >>> 16
  }
  return bytes
}

export function decodePassageTerms(bytes: Uint8Array): PassageTerms {
  assert(bytes.length >= headerBytes, 'encoded passage terms have a header')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = (bytes.length - headerBytes) / termHashBytes
  const hashes = new Uint32Array(count)
  for (let index = 0, at = headerBytes; index < count; index++, at += termHashBytes) {
    hashes[index] =
      (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16)
  }
  return { wordCount: view.getUint32(0, true), contentCount: view.getUint32(4, true), hashes }
}
