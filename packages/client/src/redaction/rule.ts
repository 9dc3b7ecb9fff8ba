// What a rule for secrets is, and the questions that several rules ask of a value before they call it one.

export interface Rule {
  /** Stands in the mark that takes the secret's place. */
  readonly kind: string
  /** ASCII words of at least two characters, compared without regard to case. The rule is tried where one stands. */
  readonly needles: readonly string[]
  /**
   * With flags `dy`: tried at the beginning of each needle. With flags `dg`: looked for in the whole text when a needle
   * is in it, or always without needles. What is redacted is the group `secret`, or the whole match without one. Every
   * quantifier has a bound, so that no text takes more than a constant number of steps for each of its characters.
   */
  readonly pattern: RegExp
  /** The value, and what stands before it in the match and a little before that. */
  readonly isSecret?: (value: string, before: string) => boolean
  /**
   * The same pattern with a short value, its only group and its end, and nothing asked of what follows it: it matches
   * wherever `pattern` does. Where the rule has met a long value, it is asked first at the needles within (see tries.ts).
   */
  readonly narrow?: RegExp
  /**
   * What the whole match begins with, as far as it goes: a match ends the same way from wherever in it it begins. So when
   * nothing matches at one needle, nothing does at the others in the same stem.
   */
  readonly stem?: Stem
}

/** Both patterns with flag `y`. */
export interface Stem {
  readonly begin: RegExp
  /** Of any length. */
  readonly chars: RegExp
  /** A needle further from the end of its stem begins no match. */
  readonly charsMax: number
}

const hasDigit = /[0-9]/
const hasLetter = /[A-Za-z]/
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
/** Words, dotted or dashed names, paths of properties: what code and prose put where a secret could stand. */
const onlyWords = /^[A-Za-z]*(?:[-_. /:][A-Za-z]*)*$/
const variable = /^(?:[$%<{(]|@\{|#\{|!secret)|^[\w.]*\b(?:process\.env|os\.environ|getenv|import\.meta)\b/
const variableParts = ['${', '$(', '{{']
const filler =
  /^(?:[x*.•#_-]+|(?:change|replace|fill|insert|your|my|some|the|an?|put|enter|add)[-_ ]?(?:me|this|in|it|your|my|here)?[-_ ].*|changeme|example.*|placeholder.*|redacted.*|dummy.*|fake.*|sample.*|secret|password|passwort|passwd|token|apikey|string|null|nil|none|undefined|true|false|required|optional|hidden|masked|todo|fixme|xxx.*|foo|bar|baz|default|empty|unset|unknown)$/i

/** Something that stands for a secret and is none. */
export function isPlaceholder(value: string): boolean {
  return (
    variable.test(value) ||
    filler.test(value) ||
    variableParts.some((part) => value.includes(part)) ||
    isSpecimen(value) ||
    hasFewSigns(value)
  )
}

/** One or two, over and over. */
function hasFewSigns(value: string): boolean {
  let [one, other]: (string | undefined)[] = []
  for (const char of value) {
    if (char === one || char === other) continue
    if (one === undefined) one = char
    else if (other === undefined) other = char
    else return false
  }
  return true
}

const endCharsMax = 16

/** A secret's shape filled with nothing: `ghp_xxxxxxxx`, `AKIAIOSFODNN7EXAMPLE`. */
export function isSpecimen(value: string): boolean {
  return value.includes('EXAMPLE') || hasFewSigns(value.slice(-endCharsMax))
}

export function isUuid(value: string): boolean {
  return uuid.test(value)
}

/** Bits per character of the value by its own letters (Shannon). */
export function entropyOf(value: string): number {
  const { length } = value
  const counts = new Array<number>(asciiCodes).fill(0)
  let isAscii = true
  for (let at = 0; at < length && isAscii; at += 1) {
    const code = value.charCodeAt(at)
    isAscii = code < asciiCodes
    if (isAscii) counts[code] = (counts[code] ?? 0) + 1
  }
  if (!isAscii) return entropyOfAny(value)
  let bits = 0
  for (let at = 0; at < length; at += 1) {
    const code = value.charCodeAt(at)
    const count = counts[code] ?? 0
    if (count === 0) continue
    bits -= (count / length) * Math.log2(count / length)
    counts[code] = 0
  }
  return bits
}

const asciiCodes = 128

function entropyOfAny(value: string): number {
  const counts = new Map<string, number>()
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length)
  return bits
}

/** Letters and digits in no order that words, names or numbers would have. */
export function looksRandom(value: string, charsMin: number, bitsMin: number): boolean {
  // In this order because most that are none are found out by a first look.
  if (value.length < charsMin || !hasDigit.test(value) || !hasLetter.test(value)) return false
  return !isPlaceholder(value) && !onlyWords.test(value) && entropyOf(value) >= bitsMin
}

/** What people type: anything with a digit or a sign among its letters that is neither a word nor a piece of code. */
export function looksTyped(value: string): boolean {
  if (value.length < 4 || onlyWords.test(value) || isPlaceholder(value)) return false
  return !codeLike.test(value) && !typeName.test(value)
}

/** Property paths, calls, names of algorithms, sizes, versions. */
const codeLike =
  /^(?:[a-z_$][\w$]*(?:\[[\w."']{0,40}\])?(?:\??\.[a-z_$][\w$]*(?:\[[\w."']{0,40}\])?)+|[a-z_$][\w$.]*\(.*|(?:sha|md|aes|utf|base|u?int|float|argon|bcrypt|pbkdf|rsa|ed|oauth|http|v)-?[0-9][\w.-]*|[0-9.:,-]+(?:[a-z]{1,5}|%)?)$/i
/** `Uint8Array` */
const typeName = /^[A-Z][a-z]{2,}[0-9]{1,3}[A-Z][a-z]+$/
