// Keeps the bytes of a session's context stable: one context per session, depth, project and budget, until something
// that stands in front (facts, pins, corrections, forgetting, the profile) changes; and what the handles given out
// stand for, until the same moment. Bounded; oldest use leaves first.
import { limits } from '../kit/limits.ts'
import type { AssembledContext } from './assemble.ts'
import type { ExplainedLine } from './line.ts'

/** What a handle stands for. */
export interface Behind {
  readonly sessionId: string
  readonly lines: readonly ExplainedLine[]
}

export interface ContextCache {
  /** The context remembered under `key` for this state of the standing memories, if any. */
  get(key: string, standing: number): AssembledContext | undefined
  set(key: string, standing: number, context: AssembledContext): void
  /** Remembers what the handles of a context stand for. */
  giveOut(handles: readonly string[], standing: number, behind: Behind): void
  behind(handle: string, standing: number): Behind | undefined
  /** Forgets everything at once: nothing that was forgotten may stay here. */
  clear(): void
}

export function createContextCache(): ContextCache {
  const contexts = createRecent<AssembledContext>()
  /** null: two sessions share the handle, and neither may be taken for the other */
  const handed = createRecent<Behind | null>()
  return {
    get: contexts.get,
    set: contexts.set,
    giveOut(handles, standing, behind) {
      for (const handle of handles.filter((each) => each !== '')) {
        const known = handed.get(handle, standing)
        const isShared = known !== undefined && namesSession(handle) && known?.sessionId !== behind.sessionId
        handed.set(handle, standing, isShared ? null : behind)
      }
    },
    behind: (handle, standing) => handed.get(handle, standing) ?? undefined,
    clear() {
      contexts.clear()
      handed.clear()
    },
  }
}

/** Handles of identities and contexts name their content; those of sessions only the beginning of a name. */
function namesSession(handle: string): boolean {
  return handle.startsWith('<sess:')
}

interface Recent<Value> {
  get(key: string, standing: number): Value | undefined
  set(key: string, standing: number, value: Value): void
  clear(): void
}

function createRecent<Value>(): Recent<Value> {
  const entries = new Map<string, { readonly standing: number; readonly value: Value }>()
  return {
    get(key, standing) {
      const entry = entries.get(key)
      if (entry === undefined || entry.standing !== standing) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set(key, standing, value) {
      entries.delete(key)
      entries.set(key, { standing, value })
      const oldest = entries.keys().next()
      if (entries.size > limits.contextCacheSessionsMax && !oldest.done) entries.delete(oldest.value)
    },
    clear: () => entries.clear(),
  }
}
