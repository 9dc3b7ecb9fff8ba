// When a cue points at a time ("last week", "in May", "3 days ago"), the stretches of time it may mean. People date
// things loosely and often tell of them days later, so every stretch is wider than its words. Pure: `now` is handed in.
import { type ParsedResult, parse } from 'chrono-node/en'
import type { TimeSpan } from '../store/search.ts'

export type TimeWindow = readonly TimeSpan[]

const dayMs = 86_400_000
const spansMax = 4

type Unit = 'day' | 'week' | 'month' | 'year'

/** How far to both sides of "N units ago" the event may lie, in days. */
const agoSlackDays: Readonly<Record<Unit, number>> = { day: 1.5, week: 3.5, month: 10, year: 60 }

export interface NamedTime {
  readonly window: TimeWindow
  /** The words that name it, each as written. */
  readonly words: readonly string[]
}

/** The stretches `text` points at, or null when it points at none. Unreadable and future dates give none. */
export function parseNamedTime(text: string, now: number): NamedTime | null {
  const spans: TimeSpan[] = []
  const words: string[] = []
  for (const result of parseTimes(text, now)) {
    const span = spanOf(result, now)
    if (span === null || span.from > now) continue
    spans.push(span)
    words.push(result.text)
  }
  for (const match of text.matchAll(/\b(?:in|during|since|of) ((?:19|20)[0-9]{2})\b(?!-)/gi)) {
    spans.push(yearSpan(Number(match[1])))
    words.push(match[0])
  }
  return spans.length === 0 ? null : { window: spans.slice(0, spansMax), words }
}

export function isInWindow(at: number, window: TimeWindow): boolean {
  return window.some((span) => at >= span.from && at <= span.to)
}

function spanOf(result: ParsedResult, now: number): TimeSpan | null {
  const words = result.text.toLowerCase()
  // Asks what holds, whenever it was said.
  if (/^(?:right )?now$/.test(words)) return null
  const at = pastTime(result.start, now)
  if (Number.isNaN(at)) return null
  const unit = unitOf(words)
  if (result.end != null) return around(at, 1, Math.max(at, result.end.date().getTime()) - at + dayMs)
  if (unit !== null && /\bago\b|\bbefore\b|\bback\b/.test(words)) {
    const slack = agoSlackDays[unit] * dayMs
    return { from: at - slack, to: at + slack }
  }
  if (
    unit !== null &&
    /^(?:in |over |during |within )?(?:the )?(?:past|last|previous|this|recent)\b/.test(words)
  ) {
    return { from: now - ((now - at) * 1.35 + dayMs), to: now }
  }
  if (/yesterday|today|tonight|this (?:morning|afternoon|evening)|last night/.test(words)) {
    return around(at, 1.2, 0.7 * dayMs)
  }
  const { start } = result
  if (start.isCertain('weekday')) return around(at, 1.2, 1.2 * dayMs)
  if (start.isCertain('day')) return around(at, 2, 8 * dayMs)
  if (start.isCertain('month')) return around(startOfMonth(at), 1, 38 * dayMs)
  return null
}

/** Times that `text` names, in UTC, as every date is shown. */
export function parseTimes(text: string, now: number): ParsedResult[] {
  return parse(text, { instant: new Date(now), timezone: 0 })
}

/** Memories lie in the past: a date without a year or a weekday alone means the last such one. */
export function pastTime(named: ParsedResult['start'], now: number): number {
  const date = named.date()
  if (date.getTime() <= now || named.isCertain('year')) return date.getTime()
  if (named.isCertain('month')) date.setUTCFullYear(date.getUTCFullYear() - 1)
  else if (named.isCertain('weekday')) date.setTime(date.getTime() - 7 * dayMs)
  return date.getTime()
}

function around(at: number, daysBefore: number, msAfter: number): TimeSpan {
  return { from: at - daysBefore * dayMs, to: at + msAfter }
}

function unitOf(words: string): Unit | null {
  const match = /\b(day|week|month|year)(?:s|end)?\b/.exec(words)
  return match === null ? null : (match[1] as Unit)
}

function startOfMonth(at: number): number {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
}

function yearSpan(year: number): TimeSpan {
  return { from: Date.UTC(year, 0, 1) - 31 * dayMs, to: Date.UTC(year + 1, 0, 1) + 31 * dayMs }
}
