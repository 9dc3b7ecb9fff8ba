// The check digits that some vendors put into their tokens, computed so that the invented ones are well
// formed: CRC-32 in base 62 (GitHub, npm), CRC-32 in hex (Grafana, Atlassian), Bech32 (age) and Base58Check
// (Bitcoin). Facts of the formats, from the vendors' own announcements and the BIPs 173 and 13.
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { base62 } from './dice.ts'

export function crcBase62(text: string, width: number): string {
  let rest = crc32(text)
  let out = ''
  while (rest > 0) {
    out = (base62[rest % 62] as string) + out
    rest = Math.floor(rest / 62)
  }
  return out.padStart(width, '0')
}

export const crcHex = (text: string) => crc32(text).toString(16).padStart(8, '0')

const bechAlphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const bechGenerator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

function bechPolymod(values: readonly number[]): number {
  let check = 1
  for (const value of values) {
    const top = check >>> 25
    check = ((check & 0x1ffffff) << 5) ^ value
    for (const [bit, generator] of bechGenerator.entries()) if ((top >>> bit) & 1) check ^= generator
  }
  return check
}

/** The data part of a Bech32 string (without the human part and its "1"), check digits included. */
export function bech32Data(human: string, bytes: Buffer): string {
  const data: number[] = []
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      data.push((held >>> bits) & 31)
    }
    held &= (1 << bits) - 1
  }
  if (bits > 0) data.push((held << (5 - bits)) & 31)
  const expanded = [...human].map((c) => c.charCodeAt(0) >>> 5)
  expanded.push(0, ...[...human].map((c) => c.charCodeAt(0) & 31))
  const check = bechPolymod([...expanded, ...data, 0, 0, 0, 0, 0, 0]) ^ 1
  const digits = [0, 1, 2, 3, 4, 5].map((place) => (check >>> (5 * (5 - place))) & 31)
  return [...data, ...digits].map((value) => bechAlphabet[value]).join('')
}

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

export function base58Check(payload: Buffer): string {
  const twice = createHash('sha256').update(createHash('sha256').update(payload).digest()).digest()
  const whole = Buffer.concat([payload, twice.subarray(0, 4)])
  let rest = BigInt(`0x${whole.toString('hex')}`)
  let out = ''
  while (rest > 0n) {
    out = (base58[Number(rest % 58n)] as string) + out
    rest /= 58n
  }
  for (const byte of whole) {
    if (byte !== 0) break
    out = `1${out}`
  }
  return out
}
