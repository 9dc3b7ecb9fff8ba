// A term as a number: 24 bits of FNV-1a. Ranking compares terms of a question with terms of a passage, and a false match
// (one in 16 million per pair) only shifts a score by a hair, so no dictionary has to be kept or cleaned up.

export const termHashBytes = 3

/** 24-bit hash of a term's UTF-16 units. Pure. */
export function hashTerm(term: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < term.length; index++) {
    hash = Math.imul(hash ^ term.charCodeAt(index), 0x01000193)
  }
  return ((hash >>> 24) ^ hash) & 0xffffff
}
