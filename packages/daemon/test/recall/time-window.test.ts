import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isInWindow, parseNamedTime } from '../../src/recall/time-window.ts'

const now = Date.UTC(2026, 4, 20, 12) // a Wednesday
const at = (text: string) => Date.parse(`${text}T12:00:00Z`)

test.each([
  ['3 days ago', '2026-05-17', '2026-05-10'],
  ['two weeks ago', '2026-05-06', '2026-04-20'],
  ['a couple of months ago', '2026-03-20', '2026-05-18'],
  ['last week', '2026-05-14', '2026-05-01'],
  ['in the past month', '2026-05-01', '2026-03-01'],
  ['yesterday', '2026-05-19', '2026-05-10'],
  ['last Tuesday', '2026-05-19', '2026-05-12'],
  ['in April', '2026-04-15', '2026-02-15'],
  ['in December', '2025-12-24', '2026-04-24'],
  ['on March 3', '2026-03-03', '2026-02-20'],
  ['on 3 March 2025', '2025-03-04', '2026-03-04'],
  ['in 2024', '2024-07-01', '2025-07-01'],
])('%s holds %s and not %s', (text, inside, outside) => {
  const window = parseNamedTime(`what did we do ${text}?`, now)?.window ?? null
  expect(window).not.toBeNull()
  expect(isInWindow(at(inside), window ?? [])).toBe(true)
  expect(isInWindow(at(outside), window ?? [])).toBe(false)
})

test.each(['what did we decide', 'may I ask', 'on February 31st maybe', 'in the year 99999', ''])(
  '%j is read without complaint',
  (text) => {
    for (const { from, to } of parseNamedTime(text, now)?.window ?? []) expect(from).toBeLessThanOrEqual(to)
  },
)

test.each(['which port is it now', 'right now'])('%j names no stretch of time to look in', (text) => {
  expect(parseNamedTime(text, now)).toBeNull()
})

test('bounds are always finite and in order', () => {
  const words = fc.constantFrom(
    'last',
    'week',
    '3',
    'days',
    'ago',
    'in',
    'May',
    '2025',
    'on',
    '31',
    'Friday',
    'before',
  )
  fc.assert(
    fc.property(fc.array(words, { maxLength: 8 }), fc.integer({ min: 0, max: 4e12 }), (text, present) => {
      for (const { from, to } of parseNamedTime(text.join(' '), present)?.window ?? []) {
        expect(from).toSatisfy(Number.isFinite)
        expect(to).toBeGreaterThanOrEqual(from)
      }
    }),
  )
})
