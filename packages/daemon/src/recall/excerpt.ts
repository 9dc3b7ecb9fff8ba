// The passage of a long text that says most about a cue, cut at sentences or lines, with the cuts marked.

import type { FoundMemory, TextCut } from '../store/search.ts'
import { analyse } from '../text/analyser.ts'
import { countTokens } from '../text/tokens.ts'

export interface Excerpt {
  /** UTF-16 offsets within the text. */
  readonly start: number
  readonly end: number
  /** What is shown: the stretch, with […] where something was cut. */
  readonly surface: string
  readonly tokens: number
}

const cutMark = '[…]'
/** Only this much of a huge text is looked through for the best passage: where most of the terms seem to be. */
const searchedCharsMax = 64_000
const searchStepChars = searchedCharsMax / 4
/** Terms of a cue that choose the passage: as many as the bits of a number. */
const termsMax = 31
const wordCharsMax = 200

const uncut: TextCut = { charsBefore: 0, hasMoreBehind: false }

/** The text whole when it was read whole and fits `tokensMax`, else its best stretch; null when nothing readable fits. */
export function excerptOf(
  { text, cut = uncut }: Pick<FoundMemory, 'text' | 'cut'>,
  weights: ReadonlyMap<string, number>,
  tokensMax: number,
): Excerpt | null {
  const from = searchedFrom(text, weights)
  const searched = text.slice(from, from + searchedCharsMax)
  const tokens = countTokens(searched)
  if (cut === uncut && text.length === searched.length && tokens <= tokensMax) {
    return { start: 0, end: text.length, surface: text, tokens }
  }
  // Counting tokens is dear, so stretches are measured by length at the text's own rate; cutOut counts exactly.
  const charsMax = Math.floor(((tokensMax - markTokens) * searched.length) / tokens)
  if (charsMax < shortestStretchChars) return null
  let window = bestWindow(sentencesOf(searched, from, weights), weights, charsMax)
  while (window !== null) {
    const excerpt = cutOut(text, window, cut)
    if (excerpt.tokens <= tokensMax) return excerpt
    window = shrink(text, window)
  }
  return null
}

const shortestStretchChars = 40
const markTokens = 2 * countTokens(` ${cutMark} `)

/**
 * Where to begin in a text too long to be analysed at once. Terms are stems, so their letters but the last are looked for,
 * once in each step: a guess, and a cheap one; what is shown is chosen by the terms themselves.
 */
function searchedFrom(text: string, weights: ReadonlyMap<string, number>): number {
  if (text.length <= searchedCharsMax) return 0
  const folded = text.toLowerCase()
  const held = new Array<number>(Math.ceil(folded.length / searchStepChars)).fill(0)
  for (const [term, weight] of [...weights].slice(0, termsMax)) {
    const letters = term.length > 4 ? term.slice(0, -1) : term
    for (let at = folded.indexOf(letters); at !== -1; ) {
      const step = Math.floor(at / searchStepChars)
      held[step] = (held[step] ?? 0) + weight
      at = folded.indexOf(letters, (step + 1) * searchStepChars)
    }
  }
  const best = held.indexOf(Math.max(...held))
  const from = Math.min((best - 1) * searchStepChars, text.length - searchedCharsMax)
  return from <= 0 ? 0 : afterBlank(text, from)
}

/** The beginning of the word behind `at`, if there is one near. */
function afterBlank(text: string, at: number): number {
  const blank = text.slice(at, at + wordCharsMax).search(/\s/)
  return blank === -1 ? at : at + blank + 1
}

interface Sentence {
  readonly start: number
  readonly end: number
  /** Bit n: holds the n-th term. */
  readonly mask: number
}

const sentence = /[^\n.!?。！？]{1,400}(?:[.!?。！？]+["'”’)\]]*|\n+|$|(?=\S))\s*|[\n.!?。！？]+\s*/gu

/** Sentences of `text`, which stands at `offset` of the whole. */
function sentencesOf(text: string, offset: number, weights: ReadonlyMap<string, number>): Sentence[] {
  const bits = new Map([...weights.keys()].slice(0, termsMax).map((term, index) => [term, 1 << index]))
  return [...text.matchAll(sentence)].map((match) => ({
    start: offset + match.index,
    end: offset + match.index + match[0].length,
    mask: analyse(match[0]).reduce((mask, term) => mask | (bits.get(term) ?? 0), 0),
  }))
}

/** The stretch of sentences within `charsMax` whose terms weigh most; of equal ones the first, then the longest. */
function bestWindow(
  sentences: readonly Sentence[],
  weights: ReadonlyMap<string, number>,
  charsMax: number,
): Span | null {
  const gains = [...weights.values()].slice(0, termsMax)
  let best: (Span & { weight: number }) | null = null
  for (const [index, { start }] of sentences.entries()) {
    let held = 0
    let weight = 0
    for (let last = index; last < sentences.length; last++) {
      const { end, mask } = sentences[last] as Sentence
      if (end - start > charsMax && last > index) break
      weight += weightOf(mask & ~held, gains)
      held |= mask
      const isBetter =
        best === null || weight > best.weight || (weight === best.weight && start === best.start)
      if (isBetter) best = { start, end, weight }
    }
  }
  return best
}

function weightOf(mask: number, gains: readonly number[]): number {
  let weight = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) weight += gains[31 - Math.clz32(rest & -rest)] as number
  return weight
}

interface Span {
  readonly start: number
  readonly end: number
}

function shrink(text: string, { start, end }: Span): Span | null {
  const length = Math.floor((end - start) * 0.75)
  if (length < shortestStretchChars) return null
  const blank = text.lastIndexOf(' ', start + length)
  return { start, end: blank > start + length / 2 ? blank : start + length }
}

/** Offsets of `span` are within `text`, the answer's within the whole of it. */
function cutOut(text: string, span: Span, { charsBefore, hasMoreBehind }: TextCut): Excerpt {
  const body = text.slice(span.start, span.end).trimEnd()
  const start = charsBefore + span.start
  const isCutBehind = hasMoreBehind || span.start + body.length < text.trimEnd().length
  const surface = `${start > 0 ? `${cutMark} ` : ''}${body}${isCutBehind ? ` ${cutMark}` : ''}`.toWellFormed()
  return { start, end: start + body.length, surface, tokens: countTokens(surface) }
}
