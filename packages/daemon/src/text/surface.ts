// What a text shows without being understood: does it hold a number, a time, a name, does it ask. One small number per
// passage, computed when it is stored, so that ranking can match it with the kind of answer a question wants.

/** Stored with the index: a changed flag needs a new `analyserVersion`, like a changed term. */
export const surfaceFlags = {
  hasNumber: 1,
  hasTime: 2,
  hasName: 4,
  endsWithQuestion: 8,
  statesWish: 16,
} as const

const numberPattern =
  /[0-9]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty|fifty|hundred|thousand|half|once|twice|first|second|third)\b/i
const timePattern =
  /\b(?:yesterday|today|tomorrow|tonight|(?:week|month|year|day)s?|weekend|(?:mon|tues|wednes|thurs|fri|satur|sun)day|ago|last|next|recently|morning|evening|afternoon|night|spring|summer|fall|winter|autumn|birthday|anniversary|january|february|march|april|may|june|july|august|september|october|november|december|(?:19|20)[0-9]{2}|[0-9]{1,2}(?:st|nd|rd|th))\b/i
/** A capital inside a sentence. */
const namePattern = /[a-z,] [A-Z][a-z]/
const wishPattern =
  /\b(?:always|never|from now on|going forward|prefer(?:red|s|ences?)?|i'd rather|favou?rite|usually|i(?:'m| am) (?:interested in|considering|a fan)|i (?:love|enjoy|hate|dislike|like))\b/i
const questionEnd = /[?？؟]["'”’)\]]*\s*$/

/** Bits of `surfaceFlags` that hold for `text`. Pure. */
export function surfaceOf(text: string): number {
  return (
    (numberPattern.test(text) ? surfaceFlags.hasNumber : 0) |
    (timePattern.test(text) ? surfaceFlags.hasTime : 0) |
    (namePattern.test(text) ? surfaceFlags.hasName : 0) |
    (questionEnd.test(text) ? surfaceFlags.endsWithQuestion : 0) |
    (wishPattern.test(text) ? surfaceFlags.statesWish : 0)
  )
}
