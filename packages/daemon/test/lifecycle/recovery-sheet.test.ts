import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyLines, parseRecoverySheet, recoverySheet } from '../../src/lifecycle/recovery-sheet.ts'
import { keyIdOf } from '../../src/store/key-id.ts'

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))

function sheetOf(key: Buffer): string {
  return recoverySheet({ key, madeAt: 0, store: '0123456789abcdef', dataDir: '/home/ada/.iai-mcp' })
}

test('a sheet gives its key back, whole or only the four lines, in whatever hand', () => {
  fc.assert(
    fc.property(keys, (key) => {
      const lines = keyLines(key)
      expect(parseRecoverySheet(sheetOf(key)).equals(key)).toBe(true)
      expect(parseRecoverySheet(lines.join('\n')).equals(key)).toBe(true)
      const hands = lines.map((line) => line.toLowerCase().replaceAll(' ', '-'))
      const sloppy = hands.map((line, at) => `${at + 1} ${line.replaceAll('0', 'o').replaceAll('1', 'l')} `)
      expect(parseRecoverySheet(sloppy.join('\r\n')).equals(key)).toBe(true)
    }),
  )
})

test('one wrong character is found in its line', () => {
  fc.assert(
    fc.property(keys, fc.nat(3), fc.nat(15), fc.nat(30), (key, line, place, by) => {
      const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
      const lines = keyLines(key).map((each) => each.replaceAll(' ', ''))
      const old = lines[line]?.[place] ?? ''
      const wrong = alphabet[(alphabet.indexOf(old) + 1 + by) % 32]
      lines[line] = `${lines[line]?.slice(0, place)}${wrong}${lines[line]?.slice(place + 1)}`
      // Two bytes of check: one slip in 65,536 may pass, and the store then refuses the key.
      try {
        parseRecoverySheet(lines.join('\n'))
      } catch (error) {
        expect(String(error)).toContain(`line ${line + 1} of the key`)
        return
      }
      expect.fail('a slip was not found')
    }),
    { seed: 1, numRuns: 500 },
  )
})

test('lines that were swapped, left out or doubled are found', () => {
  const [a = '', b = '', c = '', d = ''] = keyLines(Buffer.alloc(32, 7).fill(9, 0, 8))
  expect(() => parseRecoverySheet([b, a, c, d].join('\n'))).toThrow('line 1')
  expect(() => parseRecoverySheet([a, b, c].join('\n'))).toThrow('3 were found')
  expect(() => parseRecoverySheet([a, b, c, d, d].join('\n'))).toThrow('5 were found')
  expect(() => parseRecoverySheet('')).toThrow('0 were found')
})

test('it names its key, by an id that stands on paper and in backups and so never changes', () => {
  const key = Buffer.alloc(32, 3)
  expect(keyIdOf(key)).toBe('50403ef199f872fe')
  expect(sheetOf(key).replaceAll(' ', '')).toContain(keyIdOf(key))
  expect(sheetOf(key)).not.toContain(key.toString('hex'))
})
