// Waiting for something that comes about in its own time: asked again and again, and gone on at the first yes. How long
// is waited decides only how long a failing test takes, so it is far more than a machine out of breath needs.
import { vi } from 'vitest'

const waitMsMax = 60_000

/** What `check` gives once it does not throw any more. */
export function eventually<T>(check: () => T | Promise<T>, msMax: number = waitMsMax): Promise<T> {
  return vi.waitFor(check, { timeout: msMax, interval: 50 })
}
