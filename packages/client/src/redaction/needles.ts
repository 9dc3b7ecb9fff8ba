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

/** Words of at least two characters; only what is ASCII in them is compared without regard to case. */
export function indexNeedles<T>(words: Iterable<readonly [word: string, value: T]>): NeedleIndex<T> {
  const starts = new Map<number, Needle<T>[]>()
  const isStart = new Uint8Array(slots)
  for (const [word, value] of words) {
    const codes = Array.from(word, (char) => foldedOf(char.charCodeAt(0)))
    const [first = 0, second = 0] = codes
    const pair = pairOf(first, second)
    isStart[slotOf(first, second)] = 1
    starts.set(pair, [...(starts.get(pair) ?? []), { codes, value }])
  }
  return {
    search(text, visit) {
      let first = 0
      for (let next = 0; next < text.length; next += 1) {
        const second = foldedOf(text.charCodeAt(next))
        const before = first
        first = second
        if (isStart[slotOf(before, second)] === 0) continue
        for (const { codes, value } of starts.get(pairOf(before, second)) ?? []) {
          if (standsAt(text, next - 1, codes)) visit(value, next - 1)
        }
      }
    },
  }
}

/** One for each pair of ASCII characters; other pairs share them. */
const slots = 1 << 14

function slotOf(first: number, second: number): number {
  return (first * 128 + second) & (slots - 1)
}

function pairOf(first: number, second: number): number {
  return first * 65_536 + second
}

function foldedOf(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code
}

function standsAt(text: string, at: number, codes: readonly number[]): boolean {
  for (let index = 2; index < codes.length; index += 1) {
    if (foldedOf(text.charCodeAt(at + index)) !== codes[index]) return false
  }
  return true
}
