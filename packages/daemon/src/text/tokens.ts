// How many tokens a text costs a model, estimated without any model's tokenizer. Budgets are enforced with this one
// measure everywhere, so it errs on the high side.
import { estimateTokenCount } from 'tokenx'

/** Estimated tokens of `text`; never below a quarter of its UTF-16 length. */
export function countTokens(text: string): number {
  return Math.max(estimateTokenCount(text), Math.ceil(text.length / 4))
}

/**
 * The longest head of `text`, cut at a word where there is one near, that costs at most `budget` tokens together with
 * `mark`, which is appended when something was cut. Returns '' when not even the mark fits.
 */
export function cutToTokens(text: string, budget: number, mark = ' […]'): string {
  // 8 UTF-16 units per token is beyond any text a tokenizer meets; it keeps the first count off megabyte lines.
  if (text.length <= budget * 8 && countTokens(text) <= budget) return text
  let low = 0
  let high = Math.min(text.length, Math.max(0, budget) * 4)
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (countTokens(text.slice(0, middle) + mark) <= budget) low = middle
    else high = middle - 1
  }
  if (low === 0) return ''
  return text.slice(0, wordBoundaryBefore(text, low)) + mark
}

/** The last white space within 40 characters before `at`, else `at` itself; never between surrogates. */
function wordBoundaryBefore(text: string, at: number): number {
  const space = text.slice(Math.max(0, at - 40), at).search(/\s\S*$/u)
  if (space > 0) return Math.max(0, at - 40) + space
  const previous = text.charCodeAt(at - 1)
  return previous >= 0xd800 && previous <= 0xdbff ? at - 1 : at
}
