// Finds where a text holds one of many short words, in one pass and without regard to case: almost every text holds
// none, and then this pass is all that redaction costs. Words are told apart by their first three letters, then compared.

export interface NeedleIndex<T> {
  /** Calls `visit` for every word at every place in `from..to - 1` where one begins, in order of place. */
  search(text: string, visit: (value: T, at: number) => void, from?: number, to?: number): void
}

interface Needle<T> {
  readonly codes: readonly number[]
  readonly value: T
}

/** One for each pair of ASCII characters; other pairs share them. */
const slots = 1 << 14

/** Words of at least two characters; only what is ASCII in them is compared without regard to case. */
export function indexNeedles<T>(words: Iterable<readonly [word: string, value: T]>): NeedleIndex<T> {
  const starts: (Needle<T>[] | undefined)[] = new Array(slots).fill(undefined)
  /** For each slot, a bit for each third letter that a word there may have (by its last five bits). */
  const thirds = new Int32Array(slots)
  for (const [word, value] of words) {
    const codes = Array.from(word, (char) => foldedOf(char.charCodeAt(0)))
    const slot = slotOf(codes[0] ?? 0, codes[1] ?? 0)
    starts[slot] = [...(starts[slot] ?? []), { codes, value }]
    thirds[slot] = codes[2] === undefined ? anyThird : (thirds[slot] ?? 0) | bitOf(codes[2])
  }
  return {
    search(text, visit, from = 0, to = text.length) {
      let first = foldedOf(text.charCodeAt(from))
      // Never past the end: what stands there is not a number, and reading it once makes all of this slow.
      const end = Math.min(to + 1, text.length)
      for (let next = from + 1; next < end; next += 1) {
        const second = foldedOf(text.charCodeAt(next))
        const slot = slotOf(first, second)
        first = second
        const third = thirds[slot] ?? 0
        if (third === 0 || (third & bitOf(text.charCodeAt(next + 1))) === 0) continue
        for (const { codes, value } of starts[slot] ?? [])
          if (standsAt(text, next - 1, codes)) visit(value, next - 1)
      }
    },
  }
}

const anyThird = -1

/** Upper and lower case share one; past the end of the text it is any. */
function bitOf(code: number): number {
  return 1 << (code & 31)
}

function slotOf(first: number, second: number): number {
  return (first * 128 + second) & (slots - 1)
}

function foldedOf(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code
}

function standsAt(text: string, at: number, codes: readonly number[]): boolean {
  // From the third letter: the first two have led here. Those that share a slot with another pair are told apart last.
  for (let index = 2; index < codes.length; index += 1) {
    if (foldedOf(text.charCodeAt(at + index)) !== codes[index]) return false
  }
  return foldedOf(text.charCodeAt(at)) === codes[0] && foldedOf(text.charCodeAt(at + 1)) === codes[1]
}
