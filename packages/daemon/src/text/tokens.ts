// How many tokens a text costs a model, estimated without any model's tokenizer. Budgets are enforced with this one
// measure everywhere, so it errs on the high side.
import { estimateTokenCount } from 'tokenx'
import { asciiTokens } from './ascii-tokens.ts'

/** Estimated tokens of `text`; never below a quarter of its UTF-16 length. */
export function countTokens(text: string): number {
  return Math.max(asciiTokens(text) ?? estimateTokenCount(text), Math.ceil(text.length / 4))
}

/**
 * A head of `text` that fills `budget` tokens together with `mark`, which is appended when something was cut; cut at a
 * word where there is one near. Returns '' when not even the mark fits.
 */
export function cutToTokens(text: string, budget: number, mark = ' […]'): string {
  // 8 UTF-16 units per token is beyond any text a tokenizer meets; it keeps the first count off megabyte lines.
  if (text.length <= budget * 8 && countTokens(text) <= budget) return text
  const longest = Math.min(text.length, Math.max(0, budget) * 4)
  const length = fillingLength(longest, budget, (head) => countTokens(text.slice(0, head) + mark))
  return length === 0 ? '' : text.slice(0, wordBoundaryBefore(text, length)) + mark
}

const interpolationsMax = 4

/**
 * A length up to `longest` that costs at most `budget`, and exactly that or the most there is. Counting is what costs,
 * and cost grows nearly in line with length: the next length to try is guessed from the last, and halved only at the end.
 */
function fillingLength(longest: number, budget: number, costOf: (length: number) => number): number {
  let low = 0
  let high = longest
  let guess = longest
  for (let step = 1; low < high; step += 1) {
    const cost = costOf(guess)
    if (cost === budget) return guess
    if (cost < budget) low = guess
    else high = guess - 1
    const next = step <= interpolationsMax ? Math.floor((guess * budget) / cost) : (low + high + 1) >> 1
    guess = Math.min(high, Math.max(low + 1, next))
  }
  return low
}

/** The last white space within 40 characters before `at`, else `at` itself; never between surrogates. */
function wordBoundaryBefore(text: string, at: number): number {
  const space = text.slice(Math.max(0, at - 40), at).search(/\s\S*$/u)
  if (space > 0) return Math.max(0, at - 40) + space
  const previous = text.charCodeAt(at - 1)
  return previous >= 0xd800 && previous <= 0xdbff ? at - 1 : at
}
