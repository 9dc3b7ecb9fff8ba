// When a spool file over which the daemon failed may be tried again: later after every failure, and each file by itself.
// Kept in memory for one run of the daemon, because the next run may be the one that can take it in. A bystander of
// files: whoever drains asks before it tries, and tells what became of it.
import { clientLimits } from './limits.ts'

export interface SpoolPace {
  isDue(file: string): boolean
  /** After its `tries`th failure. */
  failed(file: string, tries: number): void
  /** Nothing is to be remembered about any other file. */
  keepOnly(files: ReadonlySet<string>): void
}

/** `elapsed`: milliseconds from any fixed point, never going back. */
export function createSpoolPace(elapsed: () => number): SpoolPace {
  const dueAt = new Map<string, number>()
  return {
    isDue: (file) => elapsed() >= (dueAt.get(file) ?? 0),
    failed(file, tries) {
      const waits = clientLimits.spoolRetryAfterMs
      dueAt.set(file, elapsed() + (waits[Math.min(tries, waits.length) - 1] ?? 0))
    },
    keepOnly(files) {
      for (const file of dueAt.keys()) if (!files.has(file)) dueAt.delete(file)
    },
  }
}
