// The passage of a long text that says most about a cue, cut at sentences or lines, with the cuts marked.

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
/** Only this much of a huge text is looked through for the best passage. */
const searchedCharsMax = 64_000

/** `text` whole when it fits `tokensMax`, else its best stretch; null when nothing readable fits. */
export function excerptOf(
  text: string,
  weights: ReadonlyMap<string, number>,
  tokensMax: number,
): Excerpt | null {
  const whole = wholeIfFitting(text, tokensMax)
  if (whole !== null) return whole
  const sentences = sentencesOf(text.slice(0, searchedCharsMax))
  let window = bestWindow(sentences, weights, tokensMax - markTokens)
  while (window !== null) {
    const excerpt = cutOut(text, window.start, window.end)
    if (excerpt.tokens <= tokensMax) return excerpt
    window = shrink(text, window)
  }
  return null
}

const markTokens = 2 * countTokens(` ${cutMark} `)
/** countTokens never counts fewer than one token for this many characters. */
const charsPerTokenMax = 4

function wholeIfFitting(text: string, tokensMax: number): Excerpt | null {
  if (text.length > tokensMax * charsPerTokenMax) return null
  const tokens = countTokens(text)
  return tokens <= tokensMax ? { start: 0, end: text.length, surface: text, tokens } : null
}

interface Sentence {
  readonly start: number
  readonly end: number
  readonly tokens: number
  readonly terms: ReadonlySet<string>
}

const sentence = /[^\n.!?。！？]{1,400}(?:[.!?。！？]+["'”’)\]]*|\n+|$|(?=\S))\s*|[\n.!?。！？]+\s*/gu

function sentencesOf(text: string): Sentence[] {
  return [...text.matchAll(sentence)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    tokens: countTokens(match[0]),
    terms: new Set(analyse(match[0])),
  }))
}

/** The stretch of sentences within `tokensMax` whose terms weigh most; of equal ones the first, then the longest. */
function bestWindow(
  sentences: readonly Sentence[],
  weights: ReadonlyMap<string, number>,
  tokensMax: number,
): { start: number; end: number } | null {
  let best: { start: number; end: number; weight: number } | null = null
  for (let first = 0; first < sentences.length; first++) {
    const held = new Set<string>()
    let tokens = 0
    let weight = 0
    for (let last = first; last < sentences.length; last++) {
      const { tokens: more, terms, end } = sentences[last] as Sentence
      tokens += more
      if (tokens > tokensMax && last > first) break
      for (const [term, gain] of weights) {
        if (!terms.has(term) || held.has(term)) continue
        held.add(term)
        weight += gain
      }
      const start = (sentences[first] as Sentence).start
      const isBetter =
        best === null || weight > best.weight || (weight === best.weight && start === best.start)
      if (isBetter) best = { start, end, weight }
    }
  }
  return best
}

const shortestStretchChars = 40

function shrink(
  text: string,
  { start, end }: { start: number; end: number },
): { start: number; end: number } | null {
  const length = Math.floor((end - start) * 0.75)
  if (length < shortestStretchChars) return null
  const blank = text.lastIndexOf(' ', start + length)
  return { start, end: blank > start + length / 2 ? blank : start + length }
}

function cutOut(text: string, start: number, end: number): Excerpt {
  const body = text.slice(start, end).trimEnd()
  const before = start > 0 ? `${cutMark} ` : ''
  const after = start + body.length < text.trimEnd().length ? ` ${cutMark}` : ''
  const surface = `${before}${body}${after}`.toWellFormed()
  return { start, end: start + body.length, surface, tokens: countTokens(surface) }
}
