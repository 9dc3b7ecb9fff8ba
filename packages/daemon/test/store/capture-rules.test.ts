import { describe, expect, it } from 'vitest'
import { limits } from '../../src/kit/limits.ts'
import {
  forgottenDigest as keyedForgottenDigest,
  sameText,
  statementDigest,
  titleOf,
  type Utterance,
} from '../../src/store/capture-rules.ts'
import { fact, turn } from './support/invented.ts'

const secret = Buffer.alloc(32, 0x11)
const forgottenDigest = (said: Utterance): Buffer => keyedForgottenDigest(said, secret)

describe('sameness of texts', () => {
  it.each([
    ['Port 8080.', 'port 8080'],
    ['  the\tdoor\n is  open ', 'The door is open!!!'],
    ['caf\u00e9', 'cafe\u0301'],
  ])('%j says the same as %j', (a, b) => {
    expect(sameText(a)).toBe(sameText(b))
  })

  it.each([
    ['port 8080', 'port 8081'],
    ['v1.2', 'v1.3'],
    ['do it', "don't do it"],
    ['???', '!!!'],
    ['\ud83d', '\ud83e'],
    ['resume', 'résumé'],
  ])('%j does not say the same as %j', (a, b) => {
    expect(statementDigest(fact({ text: a }))).not.toEqual(statementDigest(fact({ text: b })))
    expect(forgottenDigest(fact({ text: a }))).not.toEqual(forgottenDigest(fact({ text: b })))
  })

  it('takes linear time on a megabyte of dots and blanks', () => {
    const text = `${'. '.repeat(500_000)}x${' .'.repeat(500_000)}`
    expect(sameText(text).endsWith('x')).toBe(true)
  })

  it('depends on project, role, kind and whose word it is, and for turns on the session', () => {
    const said = fact({ text: 'the same words' })
    const others = [
      { project: 'other' },
      { role: 'user' },
      { kind: 'summary' },
      { trust: 'assistant' },
    ] as const
    for (const other of others) {
      expect(statementDigest({ ...said, ...other })).not.toEqual(statementDigest(said))
    }
    expect(statementDigest({ ...said, session: 'other' })).toEqual(statementDigest(said))
    const inTurn = turn({ text: 'the same words' })
    expect(statementDigest({ ...inTurn, session: 'other' })).not.toEqual(statementDigest(inTurn))
  })
})

describe('what forgetting bars', () => {
  it('bars a long turn everywhere and a short one in its session', () => {
    const long = turn({ text: 'x'.repeat(limits.forgottenTurnCharsMin) })
    const short = turn({ text: 'x'.repeat(limits.forgottenTurnCharsMin - 1) })
    expect(forgottenDigest({ ...long, session: 'other' })).toEqual(forgottenDigest(long))
    expect(forgottenDigest({ ...short, session: 'other' })).not.toEqual(forgottenDigest(short))
    expect(forgottenDigest(fact({ text: long.text }))).toEqual(forgottenDigest(long))
  })

  it('leaves different traces in different stores', () => {
    const said = fact({ text: 'the alarm code is 1234' })
    expect(keyedForgottenDigest(said, Buffer.alloc(32, 0x22))).not.toEqual(forgottenDigest(said))
  })
})

describe('titles', () => {
  it.each([
    ['', ''],
    [' \n\t ', ''],
    ['\n\nFix  the\nbuild ', 'Fix the build'],
    ['y'.repeat(limits.titleCharsMax), 'y'.repeat(limits.titleCharsMax)],
    ['y'.repeat(limits.titleCharsMax + 1), `${'y'.repeat(limits.titleCharsMax - 1)}…`],
  ])('of %j is %j', (text, title) => {
    expect(titleOf(text)).toBe(title)
  })
})
