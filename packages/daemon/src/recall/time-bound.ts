// Reads "since" and "until": milliseconds, ISO 8601, or words ("last month", "3 days ago"). Days are days of UTC, as
// everywhere a date is shown. A bound that names a stretch of time (a day, a month) includes all of it. Refused, rather than
// answered with nothing: what cannot be read, or in two ways, and a `since` that nothing can have been said after.
import type { ParsedResult } from 'chrono-node/en'
import { AppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import { isoDay } from '../text/dates.ts'
import { parseTimes, pastTime } from './time-window.ts'

export type Bound = 'since' | 'until'

const isoTime = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$/
const isoDayAlone = /^\d{4}-\d{2}-\d{2}$/
const isoMonth = /^(\d{4})-(\d{2})$/
const isoYear = /^\d{4}$/
const daysBack = /^(\d{1,5})d$/
const dayMs = 86_400_000
const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/i

const understood =
  'a day (2026-03-31), month (2026-03) or year (2026), a time (2026-03-31T14:00:00Z; without a zone it is UTC), words ("yesterday", "3 days ago", "last month"), a number of days (90d), or milliseconds since 1970'

/** The first ms that `since` lets in, or the first that `until` shuts out. Raises `invalid_params` when unreadable. */
export function readTimeBound(
  bound: Bound,
  value: number | string | undefined,
  now: number,
): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string') refuseTwoReadings(bound, value)
  const at = typeof value === 'number' ? value : readWords(bound, value.trim(), now)
  if (at === null || !Number.isFinite(at) || Math.abs(at) > limits.timeMsMax) {
    // What was written is not repeated: it may be a stretch of somebody's text, and errors are logged.
    throw new AppError(
      'invalid_params',
      `param '${bound}': not a time that is understood; write ${understood}`,
    )
  }
  if (bound === 'since' && at > now + limits.dayAheadMsMax) {
    throw new AppError(
      'invalid_params',
      `param 'since': ${isoDay(at)} is in the future, and nothing was said since; write ${understood}`,
    )
  }
  return at
}

/** Of these two numbers either may be the month, where both can and they differ. */
const dayAndMonth = /(?<![\d.:/-])(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-])/
const dayAndMonthAlone = /^\s*(\d{1,2})\/(\d{1,2})\s*$/

function refuseTwoReadings(bound: Bound, words: string): void {
  const [, first, , second, year] = dayAndMonth.exec(words) ?? []
  const [, firstAlone, secondAlone] = dayAndMonthAlone.exec(words) ?? []
  const [one, other] = [Number(first ?? firstAlone), Number(second ?? secondAlone)]
  if (!(one !== other && isMonth(one) && isMonth(other))) return
  const day = (month: number, date: number) =>
    [year === undefined ? 'YYYY' : year.padStart(4, '20'), twoDigits(month), twoDigits(date)].join('-')
  throw new AppError(
    'invalid_params',
    `param '${bound}': this may be ${day(one, other)} or ${day(other, one)}; write it so, the year first`,
  )
}

const isMonth = (value: number) => value >= 1 && value <= 12
const twoDigits = (value: number) => String(value).padStart(2, '0')

function readWords(bound: Bound, words: string, now: number): number | null {
  if (isoDayAlone.test(words)) return wholeOf(bound, 'day', calendarTime(words))
  if (isoTime.test(words)) return calendarTime(words)
  if (isoMonth.test(words)) return wholeOf(bound, 'month', calendarTime(`${words}-01`))
  if (isoYear.test(words)) return wholeOf(bound, 'year', calendarTime(`${words}-01-01`))
  const days = daysBack.exec(words)?.[1]
  if (days !== undefined) return now - Number(days) * dayMs
  const [result] = parseTimes(words, now)
  if (result === undefined) return null
  const named = bound === 'until' && result.end != null ? result.end : result.start
  return wholeOf(bound, unitOf(named, words), pastTime(named, now))
}

/** NaN for a day that no calendar has: Date.parse takes 31 February for 3 March. Without a zone it is UTC. */
function calendarTime(iso: string): number {
  const day = iso.slice(0, 10)
  const midnight = Date.parse(day)
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day)) return Number.NaN
  const time = iso.replace(' ', 'T')
  return Date.parse(time.length === 10 || hasZone.test(time) ? time : `${time}Z`)
}

type Unit = 'moment' | 'day' | 'month' | 'year'

function unitOf(named: ParsedResult['start'], words: string): Unit {
  if (named.isCertain('hour')) return 'moment'
  if (/\byears?\b/i.test(words) && !named.isCertain('month')) return 'year'
  if (/\bmonths?\b/i.test(words) || (named.isCertain('month') && !named.isCertain('day'))) {
    return /\bago\b|\bbefore\b/i.test(words) ? 'day' : 'month'
  }
  return 'day'
}

/** Start of the stretch around `at` for since, the start of the next one for until. */
function wholeOf(bound: Bound, unit: Unit, at: number): number {
  if (unit === 'moment' || Number.isNaN(at)) return at
  const date = new Date(at)
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  const step = bound === 'until' ? 1 : 0
  if (unit === 'day') return Date.UTC(year, month, day + step)
  if (unit === 'month') return Date.UTC(year, month + step)
  return Date.UTC(year + step, 0)
}
