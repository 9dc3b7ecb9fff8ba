// Damages valid input byte by byte, the same way for the same random numbers. Pure.
import type { Random } from '../crash/invented.ts'

const interesting: readonly Buffer[] = [
  ...[
    '\0',
    '\n',
    '\r\n',
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    ' ',
    '%',
    '-1',
    '0',
    '1e400',
    '9007199254740993',
  ],
  ...[
    'null',
    'true',
    '\\u0000',
    '\\ud800',
    '__proto__',
    'constructor',
    '../../',
    '\u202e',
    '\u{1f30a}',
    "' OR 1=1 --",
  ],
  ...['Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n', '\r\n\r\n', 'Host: example.com\r\n'],
].map((text) => Buffer.from(text))
const brokenUtf8 = [0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf4, 0x90]

const damagesMax = 4
/** Repeating doubles at most up to this. */
const bytesMax = 64 * 1024

/** `seed` with one to four pieces of damage; `others` are what pieces are borrowed from. */
export function mutate(random: Random, seed: Buffer, others: readonly Buffer[]): Buffer {
  let bytes = Buffer.from(seed)
  const damages = 1 + Math.floor(random() * damagesMax)
  for (let damage = 0; damage < damages; damage += 1) bytes = damaged(random, bytes, others)
  return bytes
}

function damaged(random: Random, bytes: Buffer, others: readonly Buffer[]): Buffer<ArrayBuffer> {
  const at = Math.floor(random() * (bytes.length + 1))
  const end = Math.min(bytes.length, at + 1 + Math.floor(random() * random() * 64))
  const [head, middle, tail] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)]
  switch (Math.floor(random() * 9)) {
    case 0:
      return Buffer.concat([
        head,
        Buffer.from(middle.map((byte) => byte ^ (1 << Math.floor(random() * 8)))),
        tail,
      ])
    case 1:
      return Buffer.concat([head, tail])
    case 2:
      return Buffer.concat([head, middle, middle, tail])
    case 3:
      return Buffer.concat([head, oneOf(random, interesting), middle, tail])
    case 4:
      return Buffer.concat([head, oneOf(random, interesting), tail])
    case 5:
      return Buffer.concat([head, Buffer.of(oneOf(random, brokenUtf8)), tail])
    case 6:
      return Buffer.concat([head])
    case 7: {
      const other = oneOf(random, others)
      return Buffer.concat([head, other.subarray(Math.floor(random() * other.length))])
    }
    default: {
      const times = Math.min(Math.floor(bytesMax / Math.max(1, bytes.length)), 2 ** Math.floor(random() * 8))
      return Buffer.concat([head, ...Array.from({ length: Math.max(1, times) }, () => middle), tail])
    }
  }
}

export function oneOf<T>(random: Random, from: readonly T[]): T {
  const one = from[Math.floor(random() * from.length)]
  if (one === undefined) throw new Error('nothing to choose from')
  return one
}
