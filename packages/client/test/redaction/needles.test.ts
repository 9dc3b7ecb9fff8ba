import fc from 'fast-check'
import { expect, test } from 'vitest'
import { indexNeedles } from '../../src/redaction/needles.ts'

const words = ['to', 'token', 'tok_', '-----begin ', 'ab', 'AKIA', '://', 'ароль', '密码'] as const
const index = indexNeedles(words.map((word) => [word, word] as const))

function found(text: string): string[] {
  const hits: string[] = []
  index.search(text, (word, at) => hits.push(`${at} ${word}`))
  return hits.sort()
}

test('finds exactly what looking for each word everywhere would find', () => {
  const part = fc.oneof(
    fc.constantFrom(...words, 'TOK', 'aki', 'K', 'İ', '-', 'аро', '密'),
    fc.string({ unit: 'binary', maxLength: 3 }),
  )
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join('')
      const folded = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
      const expected = words.flatMap((word) =>
        Array.from(text, (_, at) => at)
          .concat(Array.from({ length: text.length }, (_, at) => at))
          .filter((at, nth, all) => all.indexOf(at) === nth && folded.startsWith(word.toLowerCase(), at))
          .map((at) => `${at} ${word}`),
      )
      expect(found(text)).toEqual([...new Set(expected)].sort())
    }),
  )
})
