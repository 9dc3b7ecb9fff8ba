// What a session context is made from, as plain data, and the short list of questions that fetch it from a store.
import { limits } from '../kit/limits.ts'
import type { Memory } from '../model/memory.ts'
import type { Profile } from '../model/profile.ts'
import type { Session } from '../model/session.ts'
import type { Store } from '../store/store.ts'

export interface SessionMaterial {
  readonly session: Session
  /** The session's first turns and its last ones, oldest first, no turn twice. */
  readonly turns: readonly Memory[]
}

export interface ContextMaterial {
  readonly profile: Profile
  readonly project: string
  /** The asking session; its own turns are never shown back to it. */
  readonly sessionId: string
  readonly globalPins: readonly Memory[]
  readonly projectPins: readonly Memory[]
  /** Current facts of the project, most relied on first. */
  readonly facts: readonly Memory[]
  /** Recent sessions of the project, newest first. */
  readonly sessions: readonly SessionMaterial[]
}

/** Reads everything assembly needs for `project`: what stands now, and the sessions as they were at `asOf` (ms). */
export async function gatherMaterial(
  store: Store,
  { project, sessionId, asOf }: { project: string; sessionId: string; asOf: number },
): Promise<ContextMaterial> {
  const newestPins = { limit: limits.contextPinsMax, order: 'newest' } as const
  const newestFacts = { limit: limits.contextFactsMax, order: 'newest' } as const
  const [profile, globalPins, projectPins, facts, sessions] = await Promise.all([
    store.profile(),
    store.list({ projects: null, pin: 'global' }, newestPins),
    store.list({ projects: [project], pin: 'project' }, newestPins),
    store.list({ projects: [project], kinds: ['fact'] }, newestFacts),
    store.sessions({ projects: [project], startedBefore: asOf, limit: limits.contextSessionsMax + 1 }),
  ])
  const others = sessions.filter((each) => each.session !== sessionId).slice(0, limits.contextSessionsMax)
  return {
    profile,
    project,
    sessionId,
    globalPins,
    projectPins,
    facts: [...facts].sort((a, b) => b.reinforced - a.reinforced || b.saidAt - a.saidAt),
    sessions: await Promise.all(others.map((session) => sessionMaterial(store, session, asOf))),
  }
}

async function sessionMaterial(store: Store, session: Session, asOf: number): Promise<SessionMaterial> {
  const filter = {
    projects: null,
    session: session.session,
    client: session.client,
    roles: ['user', 'assistant'] as const,
    kinds: ['turn'] as const,
    until: asOf,
  }
  const [first, last] = await Promise.all([
    store.list(filter, { limit: limits.contextFirstTurnsMax, order: 'oldest' }),
    store.list(filter, { limit: limits.contextLastTurnsMax, order: 'newest' }),
  ])
  const seen = new Set(first.map((memory) => memory.id))
  return { session, turns: [...first, ...last.filter((memory) => !seen.has(memory.id)).reverse()] }
}
