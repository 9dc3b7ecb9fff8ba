// Work is counted, not timed: how often a pattern is tried, and how many characters it matches and hands on to be judged.
// Whatever the text, that stays in proportion to its length. And a text that is looked at in steps gives what it gives in
// one go, and is not held on to for longer than a step.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { builtInRules, createRedact } from '../../src/redaction/redact.ts'
import type { Rule } from '../../src/redaction/rule.ts'
import { endOf } from '../../src/redaction/steps.ts'

/** Tries and characters for each character of the text, all rounds and all rules together. */
const workMax = 128

class CountedPattern extends RegExp {
  static tries = 0
  static chars = 0

  override exec(text: string): RegExpExecArray | null {
    const match = super.exec(text)
    CountedPattern.tries += 1
    CountedPattern.chars += match?.[0].length ?? 0
    return match
  }
}

const counted = (pattern: RegExp): RegExp => new CountedPattern(pattern.source, pattern.flags)

const countedRules = builtInRules.map(
  (rule): Rule => ({
    ...rule,
    pattern: counted(rule.pattern),
    ...(rule.narrow !== undefined && { narrow: counted(rule.narrow) }),
    isSecret(value, before) {
      CountedPattern.chars += value.length
      return rule.isSecret?.(value, before) ?? true
    },
  }),
)
const redactCounted = createRedact(countedRules)
const redact = createRedact(builtInRules)

function workOver(text: string): number {
  CountedPattern.tries = 0
  CountedPattern.chars = 0
  redactCounted(text)
  return CountedPattern.tries + CountedPattern.chars
}

const repeated = (part: string, length: number): string =>
  part.repeat(Math.ceil(length / part.length)).slice(0, length)

const needles = [...new Set(builtInRules.flatMap((rule) => rule.needles))]
const separators = ['=', '==', ':', '::', '=-', '-', '_', '.', '/', '+', ' ', '  ', '\n', '\t', ' = ', ': ']
const brackets = [
  '"',
  "'",
  '`',
  '\\"',
  '\\\\\\"',
  '="',
  ': "',
  "='",
  '("',
  '", "',
  '<',
  '>',
  '(',
  '[',
  '{',
  '|',
]
const others = [
  '--',
  '://',
  '@',
  '#',
  '&',
  '?',
  '%',
  '1',
  'a1B2',
  'é',
  '密码',
  '😀',
  '\u0000',
  'İ',
  'EXAMPLE',
]
const part = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...needles) },
  { weight: 3, arbitrary: fc.constantFrom(...separators) },
  { weight: 2, arbitrary: fc.constantFrom(...brackets) },
  { weight: 2, arbitrary: fc.constantFrom(...others) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...'a1-#='), fc.nat(400)).map(([c, n]) => c.repeat(n)) },
)
/** What repeats, and how: a few parts in a row, over and over. */
const hostileText = fc
  .array(fc.array(part, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 })
  .map((units) => units.map((parts) => parts.join('') || ' '))
  .map((units) => units.map((unit) => repeated(unit, Math.ceil(24_000 / units.length))).join(''))

describe('the work is in proportion to the text', () => {
  test.each([
    'token=-',
    'token=1',
    'Token::',
    'lex.token=lex.token=',
    'x-auth-token==',
    '--token=',
    'sessiontoken=',
    'apw=',
    'apw:',
    '_PASS=',
    'fm1_+',
    'fm1_+EXAMPLE',
    'ops_ey/',
    'token=1abcdefgh-EXAMPLE',
    'token="token=\'token=`',
    `password "${'a'.repeat(90)}`,
    'key key ',
    'key=密😀',
    '[redacted: password] password=',
  ])('%j, over and over', (unit) => {
    const once = workOver(repeated(unit, 48_000))
    const twice = workOver(repeated(unit, 96_000))
    expect(once / 48_000).toBeLessThan(workMax)
    expect(twice).toBeLessThan(2.2 * once)
  })

  test.each(needles)('the needle %j with every separator', (needle) => {
    for (const separator of [...separators, ...brackets, '=1', '-a1']) {
      const text = repeated(`${needle}${separator}`, 6_000)
      expect(workOver(text) / text.length, JSON.stringify(separator)).toBeLessThan(workMax)
    }
  })

  test('whatever is repeated', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(workOver(text) / text.length).toBeLessThan(workMax)
      }),
      { numRuns: 200 },
    )
  })

  test('a token that has no end is looked for once, not from each of its beginnings', () => {
    const [jwt] = countedRules.filter(({ kind }) => kind === 'jwt')
    if (jwt === undefined) throw new Error('there is no rule for them')
    const one = createRedact([jwt])
    for (const end of ['', `.${'b'.repeat(20_000)}`]) {
      CountedPattern.tries = 0
      one(`${'-eyJ'.repeat(1_000)}${end}`)
      expect(CountedPattern.tries).toBeLessThan(5)
    }
  })

  test('the password of an address can be matched in few ways', () => {
    // Of all that is counted here nothing shows what happens within one try; this one took 700,000 steps.
    const text = `://a:${'#'.repeat(320)}`.repeat(400)
    expect(redact(text)).toEqual({ text, kinds: [] })
  })
})

describe('what is found among needles that lie within each other', () => {
  const random = 'q7Wz9Kd2Lm4Pv8Xt'.repeat(20)

  test.each([
    ['behind a value that is none', `token=${'token=-'.repeat(100)} api_key=${random}`],
    ['in the value of a harmless name', `next_token=${'a-'.repeat(80)}/api_token=${random}`],
    ['behind many that are none', `${'token=-'.repeat(40)}token=${random}`],
    [
      'after a token without an end',
      `-eyJ${'a'.repeat(40)}-${'eyJ'.repeat(9)} -eyJ${random}.${random}.${random}`,
    ],
    ['after a word in which one cannot begin', `aeyJaaaaaaaaaa-eyJ${random}.${random}.${random}`],
  ])('%s', (_, text) => {
    expect(redact(text).text).not.toContain(random)
  })

  test('more secrets than one call takes arguments', () => {
    const text = 'API_PASS=ab1,'.repeat(150_000)
    expect(redact(text.replaceAll('ab1', 'ab1x')).kinds).toHaveLength(150_000)
  })
})

describe('in steps', () => {
  const secret = `gh${'p_'}${'a1B2'.repeat(9)}`
  const mixed = 'aB3dE5gH7jK9mN2pQ4rS6tU8vW1xY0zC'
  const piece = fc.oneof(
    fc.constantFrom(...needles),
    fc.constantFrom(...separators, ...brackets, ...others),
    fc.constantFrom(secret, `x_${secret}`, '<private>', '</private>', 'Otter42!x', 'K'.repeat(51)),
    fc.tuple(fc.constantFrom('a', ' ', 'a1B2-', 'q '), fc.nat(9_000)).map(([c, n]) => c.repeat(n)),
  )

  test('a long text gives what it gives in one go', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 5, maxLength: 60 }), (pieces) => {
        const text = pieces.join('')
        expect(endOf(redact.inSteps(text))).toEqual(redact(text))
      }),
      { numRuns: 150 },
    )
  })

  test('so does one whose secrets stand at every joint', () => {
    for (let before = 16_384 - 60; before <= 16_384 + 4; before += 1) {
      const text = `${' '.repeat(before)}${secret} ${'K1'.repeat(25)}Kz ${' '.repeat(300)} acme_live_${mixed} x`
      expect(endOf(redact.inSteps(text))).toEqual(redact(text))
      expect(redact(text).kinds.length).toBeGreaterThanOrEqual(2)
    }
  })

  test('every step is a small part of the work', () => {
    const text = repeated('token=-', 400_000)
    const steps = redactCounted.inSteps(text)
    let most = 0
    for (let done: boolean | undefined = false; !done; ) {
      CountedPattern.tries = 0
      CountedPattern.chars = 0
      done = steps.next().done
      most = Math.max(most, CountedPattern.tries + CountedPattern.chars)
    }
    expect(most).toBeLessThan(workMax * 16_384 * 1.5)
  })
})
