import { describe, expect, it } from 'vitest'
import { isBlank } from '../../src/text/blank.ts'

describe('a blank text', () => {
  it.each(['', ' ', '\n\t\u00a0\u3000', '\0\0', '\ufeff', '\u200b\u200d', ' \0\u001b '])('is %j', (text) => {
    expect(isBlank(text)).toBe(true)
  })

  it.each(['.', '0', 'before\0after', '\u3000東', '🙂', '\ud800', '\u0301'])('is not %j', (text) => {
    expect(isBlank(text)).toBe(false)
  })

  it('is told from one that is not in linear time', () => {
    expect(isBlank(`${' \0'.repeat(1_000_000)}x`)).toBe(false)
  })
})
