// Dates as people and models read them. Absolute, UTC, and therefore the same bytes tomorrow.

/** `2026-11-22` */
export function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** `2026-11-22 14:05` */
export function isoMinute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}

/** `2026-11-22T14:05:09.000Z`; a time outside the calendar's range (a host's mistake) is shown as its end. */
export function isoTime(ms: number): string {
  return new Date(Math.min(lastMs, Math.max(-lastMs, ms))).toISOString()
}

const lastMs = 8.64e15
