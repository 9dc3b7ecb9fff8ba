// How every command reads a time: as recall does, whose reading this is. A day is a day of UTC, as
// everywhere a date is shown; "until" a day, month or year takes all of it in.
import { systemClock } from '../kit/clock.ts'
import { isAppError } from '../kit/errors.ts'
import type { Bound } from '../recall/time-bound.ts'
import { UsageError } from './exit-codes.ts'

/** For the help of an option. */
export const timeWords = 'a date (2026-03-31), a time (2026-03-31T14:00Z), 90d, or words such as "last month"'

/** ms; undefined for undefined. Raises UsageError, naming `flag`, for what is none. */
export async function readTime(
  flag: string,
  text: string | undefined,
  bound: Bound = 'since',
): Promise<number | undefined> {
  if (text === undefined) return undefined
  // Loaded only here: most commands name no time, and what reads words is not small.
  const { readTimeBound } = await import('../recall/time-bound.ts')
  try {
    const time = readTimeBound(bound, text, systemClock())
    if (time !== undefined) return time
  } catch (error) {
    if (!isAppError(error)) throw error
  }
  throw new UsageError(`${flag} takes ${timeWords}; "${text}" is none of them`)
}
