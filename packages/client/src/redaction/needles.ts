// Finds where a text holds one of many short words, in one pass and without regard to case: almost every text holds
// none, and then this pass is all that redaction costs. Words are told apart by their first two letters, then compared.

export interface NeedleIndex<T> {
  /** Calls `visit` for every word at every place where it stands, in order of place. */
  search(text: string, visit: (value: T, at: number) => void): void
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
  for (const [word, value] of words) {
    const codes = Array.from(word, (char) => foldedOf(char.charCodeAt(0)))
    const slot = slotOf(codes[0] ?? 0, codes[1] ?? 0)
    starts[slot] = [...(starts[slot] ?? []), { codes, value }]
  }
  return {
    search(text, visit) {
      let first = 0
      for (let next = 0; next < text.length; next += 1) {
        const second = foldedOf(text.charCodeAt(next))
        const here = starts[slotOf(first, second)]
        first = second
        if (here === undefined) continue
        for (const { codes, value } of here) if (standsAt(text, next - 1, codes)) visit(value, next - 1)
      }
    },
  }
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
