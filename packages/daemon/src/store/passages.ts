// Cuts a text into the stretches that are indexed, and says what the index holds of each. Shared by every store, so that
// all of them find the same passages. Pure.
import { limits } from '../kit/limits.ts'
import type { Analysis } from '../text/analyser.ts'
import { encodePassageTerms, passageTermsOf } from '../text/passage-terms.ts'
import { surfaceOf } from '../text/surface.ts'

/** UTF-16 offsets within a text. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

export type Analyse = (text: string) => Analysis

export interface PassageContent {
  /** tokens of the index: words in their order, then extras */
  readonly terms: readonly string[]
  readonly words: number
  /** encoded for ranking (text/passage-terms.ts) */
  readonly evidence: string
  /** bits of text/surface.ts */
  readonly surface: number
}

/** What is kept of one passage. Its speaker's name belongs to its words: people ask "what did Ada say". */
export function passageContent(analyse: Analyse, text: string, speaker: string | null): PassageContent {
  const analysis = analyse(speaker === null ? text : `${speaker} ${text}`)
  const evidence = passageTermsOf(analysis)
  return {
    terms: indexTerms([...analysis.words, ...analysis.extras]),
    words: evidence.wordCount,
    evidence: encodePassageTerms(evidence),
    surface: surfaceOf(text),
  }
}

/**
 * Stretches of at most limits.passageChars that together cover `text`, each beginning up to
 * limits.passageOverlapChars before the last one ended. Cut after a sentence, else at white space, never between
 * surrogates.
 */
export function splitPassages(text: string): readonly Stretch[] {
  if (text.length === 0) return []
  const stretches: Stretch[] = []
  let start = 0
  while (text.length - start > limits.passageChars) {
    const end = cutBefore(text, start + limits.passageChars)
    stretches.push({ start, end })
    start = resumeBefore(text, end)
  }
  stretches.push({ start, end: text.length })
  return stretches
}

const sentenceEnd = /[.!?…。！？]["'”’)\]]?\s|\n/gu

/** The best place to end a stretch in the quarter before `limit`. */
function cutBefore(text: string, limit: number): number {
  const from = limit - Math.floor(limits.passageChars / 4)
  const window = text.slice(from, limit)
  let cut = -1
  for (const match of window.matchAll(sentenceEnd)) cut = match.index + match[0].length
  if (cut < 0) cut = lastWhiteSpace(window)
  return cut > 0 ? from + cut : betweenCharacters(text, limit)
}

function lastWhiteSpace(window: string): number {
  const at = window.search(/\s\S*$/u)
  return at < 0 ? at : at + 1
}

/** Where the next stretch begins: at a word, within the overlap. */
function resumeBefore(text: string, end: number): number {
  const from = end - limits.passageOverlapChars
  const space = text.slice(from, end).search(/\s\S/u)
  return space < 0 ? betweenCharacters(text, from) : from + space + 1
}

/** `at`, or one before it where that would cut a character in two. */
export function betweenCharacters(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  const previous = text.charCodeAt(at - 1)
  const splitsPair = unit >= 0xdc00 && unit <= 0xdfff && previous >= 0xd800 && previous <= 0xdbff
  return splitsPair ? at - 1 : at
}

const unindexable = /[\p{Cc}\p{Z}A-Z]/u

/** Terms as an index holds them; asking must pass its terms through here too. */
export function indexTerms(terms: readonly string[]): readonly string[] {
  return terms.map(indexTerm).filter((term) => term !== '')
}

/**
 * One token of the index: no white space or controls, ASCII in lower case, well-formed, and short: a megabyte of
 * base64 is one "word" that nobody will type.
 */
export function indexTerm(term: string): string {
  const cut = term.length > limits.indexTermCharsMax ? term.slice(0, limits.indexTermCharsMax) : term
  const formed = cut.isWellFormed() ? cut : cut.toWellFormed()
  if (!unindexable.test(formed)) return formed
  return formed.replace(/[\p{Cc}\p{Z}]+/gu, '_').replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
