import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isAppError } from '../../src/kit/errors.ts'
import { readTimeBound } from '../../src/recall/time-bound.ts'

const now = Date.UTC(2026, 4, 20, 12) // a Wednesday
const iso = (bound: 'since' | 'until', value: number | string) =>
  new Date(readTimeBound(bound, value, now) ?? Number.NaN).toISOString()

describe('a bound in', () => {
  test.each([
    [1_700_000_000_000, '2023-11-14T22:13:20.000Z', '2023-11-14T22:13:20.000Z'],
    ['2026-03-31', '2026-03-31T00:00:00.000Z', '2026-04-01T00:00:00.000Z'],
    ['2026-03', '2026-03-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z'],
    ['2025', '2025-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
    ['2026-03-31T14:30:00+02:00', '2026-03-31T12:30:00.000Z', '2026-03-31T12:30:00.000Z'],
    ['2026-03-31 14:30', '2026-03-31T14:30:00.000Z', '2026-03-31T14:30:00.000Z'],
    ['yesterday', '2026-05-19T00:00:00.000Z', '2026-05-20T00:00:00.000Z'],
    ['3 days ago', '2026-05-17T00:00:00.000Z', '2026-05-18T00:00:00.000Z'],
    ['last week', '2026-05-13T00:00:00.000Z', '2026-05-14T00:00:00.000Z'],
    ['last month', '2026-04-01T00:00:00.000Z', '2026-05-01T00:00:00.000Z'],
    ['2 months ago', '2026-03-20T00:00:00.000Z', '2026-03-21T00:00:00.000Z'],
    ['last year', '2025-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
    ['March', '2026-03-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z'],
    ['December', '2025-12-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
    ['Friday', '2026-05-15T00:00:00.000Z', '2026-05-16T00:00:00.000Z'],
    ['2 hours ago', '2026-05-20T10:00:00.000Z', '2026-05-20T10:00:00.000Z'],
  ])('%s: since %s, until before %s', (value, since, until) => {
    expect(iso('since', value)).toBe(since)
    expect(iso('until', value)).toBe(until)
  })
})

const refusalOf = (bound: 'since' | 'until', value: number | string): string => {
  try {
    return `read as ${readTimeBound(bound, value, now)}`
  } catch (error) {
    return isAppError(error) ? error.message : String(error)
  }
}

test.each(['2026-02-31', '2026-13-01', 'some day', '', '   ', '9999999-01-01', Number.NaN, 1e300, -1e300])(
  '%j is refused, with the forms that are understood',
  (value) => {
    expect(refusalOf('since', value)).toMatch(
      /^param 'since': .*2026-03-31.*2026-03-31T14:00:00Z.*3 days ago/,
    )
    expect(refusalOf('until', value)).toMatch(/^param 'until': /)
  },
)

test.each([
  ['12/11/2026', '2026-12-11 or 2026-11-12'],
  ['5.6.2026', '2026-05-06 or 2026-06-05'],
  ['about 03-04-26 or so', '2026-03-04 or 2026-04-03'],
  ['4/3', 'YYYY-04-03 or YYYY-03-04'],
])('%s may be two days, and both are named', (value, days) => {
  for (const bound of ['since', 'until'] as const)
    expect(refusalOf(bound, value)).toBe(`param '${bound}': this may be ${days}; write it so, the year first`)
})

test.each([
  ['13/4/2026', '2026-04-13T00:00:00.000Z'],
  ['04/13/2026', '2026-04-13T00:00:00.000Z'],
  ['5.5.2026', '2026-05-05T00:00:00.000Z'],
  ['2026/04/03', '2026-04-03T00:00:00.000Z'],
  ['4.5 hours ago', '2026-05-20T07:30:00.000Z'],
])('%s is one', (value, at) => {
  expect(iso('since', value)).toBe(at)
})

test.each(['2026-05-22', '2027', 'in 3 days', 'next month', now + 2 * 86_400_000])(
  'since %s: nothing was said since, which is said',
  (value) => {
    expect(refusalOf('since', value)).toMatch(
      /^param 'since': 202[67]-\d\d-\d\d is in the future.*2026-03-31/,
    )
    expect(iso('until', value)).toMatch(/^202[678]-/)
  },
)

test('today is not in the future, wherever it has begun', () => {
  expect(iso('since', '2026-05-21')).toBe('2026-05-21T00:00:00.000Z')
})

test('a refusal repeats nothing of what was written', () => {
  const first = refusalOf('since', 'xyzzy plugh')
  expect(first).not.toContain('xyzzy')
  expect(refusalOf('since', 'my bank code is four four')).toBe(first)
})

test('no bound is no bound', () => {
  expect(readTimeBound('until', undefined, now)).toBeUndefined()
})

test('anything else is a time or is refused', () => {
  const words = fc.constantFrom('last', 'month', '3', 'days', 'ago', '2026', '-02-', '30', 'T', ':', 'May')
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.array(words).map((each) => each.join(' ')),
  )
  fc.assert(
    fc.property(value, fc.constantFrom('since' as const, 'until' as const), (given, bound) => {
      try {
        expect(readTimeBound(bound, given, now)).toSatisfy(Number.isFinite)
      } catch (error) {
        expect(isAppError(error) && error.code).toBe('invalid_params')
      }
    }),
  )
})
