// Which stems get a row of their own: the most frequent ones that are not some single project's private names.
import type { Corpus } from './corpus.ts'

export interface Vocabulary {
  readonly stems: readonly string[]
  readonly counts: Float64Array
  /** Per word id of the corpus: its stem id, or -1. */
  readonly stemOfWord: Int32Array
}

/** A stem met in fewer sources than this, and in no dictionary entry, is somebody's private name. */
const sourcesMin = 3

export function chooseVocabulary(corpus: Corpus, size: number): Vocabulary {
  const candidates = [...corpus.words.keys()].filter(
    (word) => (corpus.sourceCounts[word] as number) >= sourcesMin,
  )
  candidates.sort((i, j) => (corpus.counts[j] as number) - (corpus.counts[i] as number) || i - j)
  // The products work on blocks of eight rows.
  const chosen = candidates.slice(0, Math.min(size, candidates.length) & ~7)
  const stemOfWord = new Int32Array(corpus.words.length).fill(-1)
  chosen.forEach((word, stem) => {
    stemOfWord[word] = stem
  })
  return {
    stems: chosen.map((word) => corpus.words[word] as string),
    counts: Float64Array.from(chosen, (word) => corpus.counts[word] as number),
    stemOfWord,
  }
}

/** The corpus as stem ids, with one mark between paragraphs and words without a row left out. */
export function stemStream(corpus: Corpus, stemOfWord: Int32Array): Int32Array {
  const stream = new Int32Array(corpus.tokens.length)
  let length = 0
  for (const word of corpus.tokens) {
    if (word >= 0) {
      const stem = stemOfWord[word] as number
      if (stem >= 0) stream[length++] = stem
    } else if (word !== -1) stream[length++] = -1
  }
  return stream.subarray(0, length)
}
