import { describe, expect, test } from 'vitest'
import {
  createRedactAnywhere,
  createRedactFor,
  parseSettings,
  type RedactionSettings,
} from '../../src/redaction/settings.ts'

function settings(value: unknown): RedactionSettings {
  const parsed = parseSettings(value)
  if (typeof parsed === 'string') throw new Error(parsed)
  return parsed
}

const pattern = (match: string, kind = 'badge') => ({ patterns: [{ kind, match }] })
const password = 'password: "Otter42!x"'

describe('projects', () => {
  const given = settings({
    ...pattern('ACME-[0-9]{6}'),
    projects: {
      'git:example.org/ada/demo': { secrets: 'off', patterns: [{ kind: 'room', match: 'R\\d{4}' }] },
    },
  })
  const inDemo = createRedactFor(given)('git:example.org/ada/demo')
  const elsewhere = createRedactFor(given)('git:example.org/ada/shop')

  test('the rules for secrets can be off in one project; own patterns and <private> hold there too', () => {
    expect(inDemo(`${password} ACME-123456 R1234 <private>x</private>`).text).toBe(
      `${password} [redacted: badge] [redacted: room] [redacted: private]`,
    )
    expect(elsewhere(`${password} ACME-123456 R1234`).text).toBe(
      'password: "[redacted: password]" [redacted: badge] R1234',
    )
  })

  test('what waits for its project is redacted by everything', () => {
    expect(createRedactAnywhere(given)(`${password} ACME-123456 R1234`).text).toBe(
      'password: "[redacted: password]" [redacted: badge] [redacted: room]',
    )
  })
})

describe('a pattern that could run away, or match nearly everything, is refused with the reason', () => {
  test.each([
    ['(a|aa){1,9}x', '"(a|aa){1" is not allowed'],
    ['[a-z]+@acme', '"+@acme" is not allowed'],
    ['ACME.*', '"*" is not allowed'],
    ['a{2,}bcde', '"a{2,}" has no upper bound; write {2,64}'],
    ['\\d{1,20}\\d{1,20}\\d{1,20}x', 'its counts leave 8000 ways to match; at most 256'],
    ['a?b?', 'it matches fewer than 4 characters'],
    ['[^x]{2000}', 'it may match more than 1024 characters'],
    ['x{9,4}abcd', '"x{9,4}" ends before it begins'],
    ['[z-a]{9}', 'it is not a regular expression'],
    ['a'.repeat(257), 'it is longer than 256 characters'],
  ])('%s', (match, reason) => {
    expect(parseSettings(pattern(match))).toContain(`patterns[0]: ${reason}`)
  })

  test.each(['ACME-[0-9]{6}', '\\bR\\d{4}\\b', 'emp[-_]?[A-Z]{2}\\d{4,8}', 'a\\.b\\/c'])(
    '%s is taken',
    (match) => {
      expect(typeof parseSettings(pattern(match))).toBe('object')
    },
  )
})

test.each([
  [[], 'it is not an object'],
  [{ pattern: [] }, 'there is no "pattern"; there are "patterns" and "projects"'],
  [{ patterns: 'x' }, 'patterns must be a list like'],
  [{ patterns: [{ match: 'abcd' }] }, 'patterns[0] must be an object with "kind" and "match"'],
  [pattern('abcd', 'a]b'), 'patterns[0]: its kind must be letters'],
  [{ projects: { p: { secrets: 'maybe' } } }, 'projects["p"]: "secrets" must be "on" or "off"'],
])('settings that are none are refused: %j', (value, reason) => {
  expect(parseSettings(value)).toContain(reason)
})
