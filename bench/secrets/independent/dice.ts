// Where every random choice of this corpus comes from: SHA-256 in counter mode over a seed string. Each item
// has a seed of its own (its kind, its surroundings, its number), so adding one item never changes another.
import { createHash } from 'node:crypto'

export const lower = 'abcdefghijklmnopqrstuvwxyz'
export const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
export const digits = '0123456789'
export const hex = '0123456789abcdef'
export const base62 = digits + upper + lower
export const base64url = `${base62}-_`
export const base32 = `${upper}234567`

export interface Dice {
  below(limit: number): number
  pick<T>(list: readonly T[]): T
  chars(alphabet: string, count: number): string
  bytes(count: number): Buffer
}

export function dice(seed: string): Dice {
  let block = Buffer.alloc(0)
  let used = 0
  let counter = 0
  function bytes(count: number): Buffer {
    const out = Buffer.alloc(count)
    for (let at = 0; at < count; at++) {
      if (used === block.length) {
        block = createHash('sha256').update(`${seed}\n${counter++}`).digest()
        used = 0
      }
      out[at] = block[used++] as number
    }
    return out
  }
  // 32 bits against lists of at most a few thousand: the bias of the remainder is below one in a million.
  const below = (limit: number) => bytes(4).readUInt32BE() % limit
  return {
    below,
    bytes,
    pick: (list) => list[below(list.length)] as (typeof list)[number],
    chars: (alphabet, count) =>
      Array.from({ length: count }, () => alphabet[below(alphabet.length)]).join(''),
  }
}

/** The share of 0..1 that a text falls on, the same on every machine: what the halves are drawn by. */
export function share(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32
}

export function uuid(d: Dice): string {
  const h = d.chars(hex, 30)
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(12, 15)}-a${h.slice(15, 18)}-${h.slice(18, 30)}`
}
