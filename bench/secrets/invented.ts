// Chance for the invented corpora: seeded, so that every run measures the same texts.
import { seededRandom } from '../load/invented-history.ts'

export interface Chance {
  /** Uniform in 0..below-1. */
  number(below: number): number
  pick<T>(from: readonly T[]): T
  /** `length` characters of `alphabet`. */
  chars(alphabet: string, length: number): string
}

export const digits = '0123456789'
export const hexDigits = '0123456789abcdef'
export const upperCase = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
export const lowerCase = upperCase.toLowerCase()
export const letters = upperCase + lowerCase
export const alphanumeric = letters + digits
export const base64 = `${alphanumeric}+/`
export const base64url = `${alphanumeric}-_`

export function createChance(seed: number): Chance {
  const random = seededRandom(seed)
  const number = (below: number): number => Math.floor(random() * below)
  return {
    number,
    pick<T>(from: readonly T[]): T {
      const picked = from[number(from.length)]
      if (picked === undefined) throw new Error('nothing to pick from')
      return picked
    },
    chars: (alphabet, length) => Array.from({ length }, () => alphabet[number(alphabet.length)]).join(''),
  }
}

export function uuid(chance: Chance): string {
  return [8, 4, 4, 4, 12].map((length) => chance.chars(hexDigits, length)).join('-')
}
