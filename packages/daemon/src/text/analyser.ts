// Turns text into index terms. The same analyser serves storing and asking; a changed analyser gets a new version
// and the index is rebuilt. First form: lower-cased words without stop-words; see recall for what replaces it.

export const analyserVersion = 1

const wordPattern = /[\p{L}\p{N}]+/gu

/** Index terms of `text`, in order, with repetitions. Pure. */
export function analyse(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(wordPattern) ?? []
}
