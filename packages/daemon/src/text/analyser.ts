// Turns text into index terms. The same analyser serves storing and asking; any change to what it emits gets a new
// version, and the index is rebuilt. Words come in order and can be matched as phrases; identifiers follow them.
import { limits } from '../kit/limits.ts'
import { ownString, RecentMap } from '../kit/recent-map.ts'
import { splitIdentifier } from './identifiers.ts'
import { characterPairs, needsSegmenter, segmentWords } from './scripts.ts'
import { stemWord } from './stemming.ts'
import { stopTerms } from './stop-words.ts'

export const analyserVersion = 3

export interface Analysis {
  /** Stemmed words in the order of the text, stop-words and the parts of identifiers included. */
  readonly words: readonly string[]
  /** Identifiers as wholes and character pairs: extra ways in, without a place in the order. */
  readonly extras: readonly string[]
}

/** Index terms of `text`: its words in order, then its extras. Pure. */
export function analyse(text: string): string[] {
  const { words, extras } = analyseText(text)
  return [...words, ...extras]
}

export function isStopTerm(term: string): boolean {
  return stopTerms.has(term)
}

/** Words and extras of `text`, apart. Pure. */
export function analyseText(text: string): Analysis {
  const words: string[] = []
  const extras: string[] = []
  for (const chunk of chunksOf(text)) {
    const found = analyseChunk(chunk)
    if (typeof found === 'string') {
      words.push(found)
      continue
    }
    for (const word of found.words) words.push(word)
    for (const extra of found.extras) extras.push(extra)
  }
  return { words, extras }
}

const asciiText = /^[\0-\x7f]*$/
const asciiChunk = /[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[A-Za-z0-9]+(?:[_'.\-/\\:@]+[A-Za-z0-9]+)*[+#]{0,2}/g
const anyChunk =
  /[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[\p{L}\p{N}\p{M}]+(?:[_'.\-/\\:@]+[\p{L}\p{N}\p{M}]+)*[+#]{0,2}/gu

function chunksOf(text: string): readonly string[] {
  if (asciiText.test(text)) return text.match(asciiChunk) ?? []
  return foldMarks(text).match(anyChunk) ?? []
}

const apostrophes = /[\u2018\u2019\u02bc\uff07]/g
/** Accents (Latin, Greek, Cyrillic), Hebrew points, Arabic vowel signs and the Arabic stretching sign. */
const foldedMarks =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]/g

/** Compatibility forms would break up Thai and Lao vowels and with them the word breaker's dictionary. */
const exceptThaiAndLao = /[^\u0e00-\u0eff]+/g

/** Letters that Unicode does not take apart, but that are typed without their stroke. */
const strokes: Readonly<Record<string, string>> = {
  ł: 'l',
  Ł: 'L',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ß: 'ss',
  æ: 'ae',
  Æ: 'Ae',
  œ: 'oe',
  Œ: 'Oe',
  ı: 'i',
}
const strokedLetters = /[łŁøØđĐßæÆœŒı]/g

/** Folds away how a letter is decorated, not which letter it is: other scripts' marks are part of their words. */
function foldMarks(text: string): string {
  return (
    text
      .replace(apostrophes, "'")
      .replace(exceptThaiAndLao, (part) => part.normalize('NFKD').replace(foldedMarks, '').normalize('NFC'))
      // Behind the accents: a letter may carry both.
      .replace(strokedLetters, (letter) => strokes[letter] ?? letter)
  )
}

/** Most chunks are one word, which is kept as that alone: thousands are remembered in every thread that analyses. */
type ChunkAnalysis = Analysis | string

/** Chunks repeat, so what they give is remembered. */
const chunkMemory = new RecentMap<ChunkAnalysis>(limits.analysedChunksHeldMax)

function analyseChunk(chunk: string): ChunkAnalysis {
  const known = chunkMemory.get(chunk)
  if (known !== undefined) return known
  if (chunk.length > limits.analysedChunkCharsMax) return analyseNewChunk(chunk)
  const own = ownString(chunk)
  const found = analyseNewChunk(own)
  chunkMemory.set(own, found)
  return found
}

const plainChunk = /^[A-Z]?[a-z]{1,40}$/
const signedNames: ReadonlyMap<string, string> = new Map([
  ['c++', 'cpp'],
  ['c#', 'csharp'],
  ['f#', 'fsharp'],
])
const possessive = /'s(?![\p{L}\p{N}])/giu

function analyseNewChunk(chunk: string): ChunkAnalysis {
  if (plainChunk.test(chunk)) {
    const stem = stemWord(chunk.toLowerCase())
    // The one string that is held already, where stemming left the word as it was.
    return stem === chunk ? chunk : stem
  }
  const signed = signedNames.get(chunk.toLowerCase())
  if (signed !== undefined) return signed
  if (needsSegmenter(chunk)) return analyseUnspaced(chunk)
  const bare = chunk.replace(possessive, '').replace(/[',]/g, '')
  const { words, wholes } = splitIdentifier(bare)
  // Stemmed as well: written in lower case alone, `getusername` is a word like any other.
  return { words: words.map(stemWord), extras: [...wholes.map(stemWord), ...words.flatMap(characterPairs)] }
}

function analyseUnspaced(chunk: string): Analysis {
  const words = segmentWords(chunk)
  return { words: words.map(stemWord), extras: words.flatMap(characterPairs) }
}
