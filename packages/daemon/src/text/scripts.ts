// Words of scripts written without blanks, found by the platform's own word breaker (Intl.Segmenter). Han and Hangul
// words also give their character pairs: a breaker cuts the same text differently beside other text, and Korean
// particles hang on to their word.

const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const pairedScript = /^[\p{Script=Han}\p{Script=Hangul}]{3,}$/u

export function needsSegmenter(text: string): boolean {
  return unspaced.test(text)
}

let segmenter: Intl.Segmenter | undefined

/** Words of `text`, lower-cased, punctuation left out. */
export function segmentWords(text: string): string[] {
  // One for all: building it loads dictionaries, and the locale only matters to scripts that are not sent here.
  segmenter ??= new Intl.Segmenter('en', { granularity: 'word' })
  const words: string[] = []
  for (const part of segmenter.segment(text)) {
    if (part.isWordLike === true) words.push(part.segment.toLowerCase())
  }
  return words
}

/** Overlapping character pairs of a Han or Hangul word of three characters or more; else none. */
export function characterPairs(word: string): string[] {
  if (!pairedScript.test(word)) return []
  const characters = [...word]
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`)
}
