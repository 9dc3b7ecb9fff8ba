// Keeps the bytes of a session's context stable: one payload per session, depth, project and budget, until something
// that stands in front (facts, pins, corrections, forgetting, the profile) changes. Bounded; oldest use leaves first.
import { limits } from '../kit/limits.ts'
import type { SessionPayload } from './payload.ts'

interface Entry {
  readonly standing: number
  readonly payload: SessionPayload
}

export interface ContextCache {
  /** The payload remembered under `key` for this state of the standing memories, if any. */
  get(key: string, standing: number): SessionPayload | undefined
  set(key: string, standing: number, payload: SessionPayload): void
}

export function createContextCache(): ContextCache {
  const entries = new Map<string, Entry>()
  return {
    get(key, standing) {
      const entry = entries.get(key)
      if (entry === undefined || entry.standing !== standing) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.payload
    },
    set(key, standing, payload) {
      entries.delete(key)
      entries.set(key, { standing, payload })
      const oldest = entries.keys().next()
      if (entries.size > limits.contextCacheSessionsMax && !oldest.done) entries.delete(oldest.value)
    },
  }
}
