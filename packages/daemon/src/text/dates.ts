// Dates as people and models read them. Absolute, UTC, and therefore the same bytes tomorrow.

/** `2026-11-22` */
export function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** `2026-11-22 14:05` */
export function isoMinute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}
