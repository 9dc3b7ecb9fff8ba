// What hooks remember of sessions while the daemon runs: which have had their first prompt, and which opened just now. Both
// are bounded; what is forgotten is, at worst, answered once more.
import type { Clock } from '../../kit/clock.ts'
import { limits } from '../../kit/limits.ts'

export interface FirstPrompts {
  /** True for a session's first call, false for any later one. */
  take(session: string): boolean
}

export function createFirstPrompts(): FirstPrompts {
  const prompted = new Set<string>()
  return {
    take(session) {
      if (prompted.has(session)) return false
      const [oldest] = prompted
      if (prompted.size >= limits.promptedSessionsHeldMax && oldest !== undefined) prompted.delete(oldest)
      prompted.add(session)
      return true
    },
  }
}

export interface Openings {
  /** True when the same session opened in the same way a moment ago: its host has our hook in two places. */
  isTwin(session: string, source: string | undefined): boolean
}

/** A host that has our plugin and our hooks in its settings runs both at once; the context is given to the first. */
export function createOpenings(now: Clock): Openings {
  const opened = new Map<string, number>()
  return {
    isTwin(session, source = '') {
      for (const [key, at] of opened) if (now() - at >= limits.hookTwinMsMax) opened.delete(key)
      const key = JSON.stringify([session, source])
      if (opened.has(key)) return true
      opened.set(key, now())
      return false
    },
  }
}
