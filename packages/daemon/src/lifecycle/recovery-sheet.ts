// The key on paper: four lines of sixteen characters (Crockford's base32: no I, L, O, U), each with a check of its own, so
// that a slip of the pen is found in its line. Reading forgives case, spaces, dashes, and O for 0, I and L for 1.
import { createHash } from 'node:crypto'
import { assert } from '../kit/assert.ts'
import { AppError } from '../kit/errors.ts'
import { keyIdOf } from '../store/key-id.ts'
import { isoDay } from '../text/dates.ts'
import { keyBytes } from './passphrase.ts'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const linesOfSheet = 4
const keyBytesPerLine = keyBytes / linesOfSheet
const checkBytes = 2

export interface SheetFacts {
  readonly key: Buffer
  readonly madeAt: number
  readonly store: string
  readonly dataDir: string
}

export function recoverySheet({ key, madeAt, store, dataDir }: SheetFacts): string {
  return `iai-mcp recovery sheet
======================

Whoever has this sheet and the store can read everything in it. Print it, keep it
away from the machine, and delete this file.

  made on   ${isoDay(madeAt)}
  store     ${store}
  kept in   ${dataDir}
  key id    ${grouped(keyIdOf(key))}

The key:

${keyLines(key)
  .map((line, index) => `  ${index + 1}   ${line}`)
  .join('\n')}

To use it when the key file, passphrase or keychain is lost:

  1. Put memory.db in its place (iai-mcp restore does, from a backup).
  2. Run: iai-mcp key import
     and type the four lines, or: iai-mcp key import THIS-FILE

Upper and lower case are the same, spaces and dashes do not matter, and each line
has a check of its own. After "iai-mcp key rotate" or "iai-mcp key change" this
sheet opens only backups made before: print a new one.
`
}

/** Four lines, grouped by four. */
export function keyLines(key: Buffer): readonly string[] {
  assert(key.length === keyBytes, 'a store key has 32 bytes')
  return Array.from({ length: linesOfSheet }, (_, index) => {
    const part = key.subarray(index * keyBytesPerLine, (index + 1) * keyBytesPerLine)
    return grouped(encode(Buffer.concat([part, checkOf(part, index)])))
  })
}

/** The key in a sheet, or in its four lines typed by hand. Raises invalid_params, naming the line that is wrong. */
export function parseRecoverySheet(text: string): Buffer {
  const lines = text.split('\n').flatMap((line) => charactersOf(line) ?? [])
  if (lines.length !== linesOfSheet)
    throw new AppError(
      'invalid_params',
      `a recovery sheet has ${linesOfSheet} lines of 16 characters; ${lines.length} were found. Type them as they stand, one per line`,
    )
  return Buffer.concat(lines.map(partOf))
}

function partOf(characters: string, index: number): Buffer {
  const bytes = decode(characters)
  const part = bytes.subarray(0, keyBytesPerLine)
  if (!bytes.subarray(keyBytesPerLine).equals(checkOf(part, index)))
    throw new AppError(
      'invalid_params',
      `line ${index + 1} of the key has a slip in it, or is not line ${index + 1}; look at it again`,
    )
  return part
}

/** Binds a line to its place: lines that were swapped are found, too. */
function checkOf(part: Buffer, index: number): Buffer {
  return createHash('sha256')
    .update(`iai-mcp key line ${index}`)
    .update(part)
    .digest()
    .subarray(0, checkBytes)
}

/** The sixteen characters of a line of the key, its number left out; null for any other line. */
function charactersOf(line: string): string | null {
  const bare = line.replace(/[\s-]/g, '')
  const unnumbered = bare.length === 17 ? bare.replace(/^[1-4]/, '') : bare
  const folded = unnumbered.toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1')
  return /^[0-9A-HJKMNP-TV-Z]{16}$/.test(folded) ? folded : null
}

function grouped(text: string): string {
  return text.match(/.{1,4}/g)?.join(' ') ?? ''
}

function encode(bytes: Buffer): string {
  let bits = BigInt(`0x${bytes.toString('hex')}`)
  let text = ''
  for (let left = (bytes.length * 8) / 5; left > 0; left--) {
    text = alphabet.charAt(Number(bits & 31n)) + text
    bits >>= 5n
  }
  return text
}

function decode(text: string): Buffer {
  const bits = [...text].reduce((sum, character) => (sum << 5n) | BigInt(alphabet.indexOf(character)), 0n)
  return Buffer.from(bits.toString(16).padStart((text.length * 5) / 4, '0'), 'hex')
}
