// Takes apart what programmers write: camelCase, snake_case, kebab-case, paths, dotted names, versions, error codes,
// hashes. An identifier is found by its parts and, spelled in any of these styles, as a whole.

export interface IdentifierParts {
  /** lower-case words, in order */
  readonly words: readonly string[]
  /** the identifier as one term, its spelling style folded away; none for a single word */
  readonly wholes: readonly string[]
}

/** Longer wholes (URLs, encoded data) are not worth a term; their parts and last component still are. */
const wholeCharsMax = 64
const hashPrefixChars = 7

const separators = /[^\p{L}\p{N}\p{M}]+/u
const pathSeparators = /[/\\]+/
const hasCamelHump = /[a-z0-9][A-Z]|[A-Z]{2}[a-z]/
const pluralAcronym = /^[A-Z]{2,}s$/
const camelPart = /[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+[a-z]*/g
const hash = /^(?=.*[0-9])(?=.*[a-f])[0-9a-f]{8,64}$/i
const numeric = /^v?[0-9]+$/i

/** Parts and wholes of a chunk without blanks, such as `src/recall/score.ts` or `getUserName`. Pure. */
export function splitIdentifier(chunk: string): IdentifierParts {
  const words: string[] = []
  const wholes = new Set<string>()
  let lastComponent: readonly string[] = []
  for (const component of chunk.split(pathSeparators)) {
    if (component === '') continue
    lastComponent = component.split(separators).flatMap(splitSegment)
    words.push(...lastComponent)
    if (lastComponent.length > 1) addWhole(wholes, lastComponent)
  }
  if (words.length > lastComponent.length) addWhole(wholes, words)
  for (const word of words) {
    if (hash.test(word)) wholes.add(word.slice(0, hashPrefixChars))
  }
  return { words, wholes: [...wholes] }
}

function splitSegment(segment: string): string[] {
  if (segment === '') return []
  const isPlain = segment.length > wholeCharsMax || !hasCamelHump.test(segment) || hash.test(segment)
  if (pluralAcronym.test(segment)) return [segment.slice(0, -1).toLowerCase()]
  if (isPlain) return [segment.slice(0, wholeCharsMax).toLowerCase()]
  const parts = segment.match(camelPart) ?? [segment]
  return parts.map((part) => part.toLowerCase())
}

/** Letters are joined bare, so that maxTokens, max_tokens and max-tokens meet; numbers keep their dots apart. */
function addWhole(wholes: Set<string>, parts: readonly string[]): void {
  if (parts.every((part) => numeric.test(part))) {
    const bare = parts.map((part) => part.replace(/^v/, ''))
    wholes.add(bare.join('·'))
    return
  }
  const whole = parts.join('')
  if (whole.length <= wholeCharsMax) wholes.add(whole)
}
