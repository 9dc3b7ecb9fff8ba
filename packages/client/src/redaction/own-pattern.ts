// A pattern of the user's own, in a part of the language of regular expressions that cannot run away: characters, sets
// of characters and counts with an upper bound, one after the other. Without groups, alternatives and open ends there
// are only so many ways to match at one place, and that many is what is checked here before a pattern is taken.
import type { Rule } from './rule.ts'

export interface OwnPattern {
  readonly kind: string
  readonly match: string
}

export const ownPatternLimits = {
  kindCharsMax: 40,
  patternCharsMax: 256,
  /** What a pattern matches is at least and at most so long. */
  matchCharsMin: 4,
  matchCharsMax: 1_024,
  /** Ways to match at one place: the product of the choices that counts such as {8,64} leave open. */
  waysMax: 256,
} as const

const kindText = new RegExp(String.raw`^[A-Za-z0-9][\w .-]{0,${ownPatternLimits.kindCharsMax - 1}}$`)
const atom = String.raw`(?:\\[dwsDWS]|\\[^A-Za-z0-9]|\[\^?(?:\\[^\n]|[^\]\\\n])+\]|[^\\[\](){}*+?|^$\n])`
const count = String.raw`(?:\{(?<least>\d{1,4})(?<open>,(?<most>\d{1,4})?)?\}|(?<maybe>\?))?`
const piece = new RegExp(String.raw`\\b|${atom}${count}`, 'y')

/** The rule, or in words why the pattern is not taken. */
export function ownRule({ kind, match }: OwnPattern): Rule | string {
  if (!kindText.test(kind))
    return `its kind must be letters, digits, spaces and .-_, at most ${ownPatternLimits.kindCharsMax}`
  if (match.length > ownPatternLimits.patternCharsMax)
    return `it is longer than ${ownPatternLimits.patternCharsMax} characters`
  const refusal = whyUnbounded(match)
  if (refusal !== null) return refusal
  try {
    return { kind, needles: [], pattern: new RegExp(match, 'dg') }
  } catch {
    return 'it is not a regular expression'
  }
}

function whyUnbounded(match: string): string | null {
  let [shortest, longest, ways] = [0, 0, 1]
  for (piece.lastIndex = 0; piece.lastIndex < match.length; ) {
    const at = piece.lastIndex
    const found = piece.exec(match)
    if (found === null)
      return `"${match.slice(at, at + 8)}" is not allowed: only characters, [sets], \\d \\w \\s \\b, and counts such as {8} or {8,64}`
    if (found[0] === '\\b') continue
    const { least, open, most, maybe } = found.groups ?? {}
    if (open !== undefined && most === undefined)
      return `"${found[0]}" has no upper bound; write {${least},64}`
    const lower = maybe === undefined ? Number(least ?? 1) : 0
    const upper = maybe === undefined ? Number(most ?? least ?? 1) : 1
    if (upper < lower) return `"${found[0]}" ends before it begins`
    shortest += lower
    longest += upper
    ways *= upper - lower + 1
  }
  const { matchCharsMin, matchCharsMax, waysMax } = ownPatternLimits
  if (shortest < matchCharsMin)
    return `it matches fewer than ${matchCharsMin} characters, and so nearly everything`
  if (longest > matchCharsMax) return `it may match more than ${matchCharsMax} characters`
  if (ways > waysMax)
    return `its counts leave ${ways} ways to match; at most ${waysMax}: use fixed counts, or narrower ones`
  return null
}
