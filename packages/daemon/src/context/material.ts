// What a session context is made from, as plain data, and the short list of questions that fetch it from a store.
import type { Contradiction } from '../consolidation/contradictions.ts'
import type { CandidateFact } from '../consolidation/facts.ts'
import { contradictionOf, factOf, threadOf } from '../consolidation/rows.ts'
import type { OpenThread } from '../consolidation/threads.ts'
import { limits } from '../kit/limits.ts'
import type { Memory } from '../model/memory.ts'
import type { Profile } from '../model/profile.ts'
import { globalProject } from '../model/project.ts'
import type { Store } from '../store/store.ts'
import { recentSessions, type SessionMaterial } from './recent-sessions.ts'

export type { SessionMaterial } from './recent-sessions.ts'

export interface ContextMaterial {
  readonly profile: Profile
  readonly project: string
  /** The asking session; its own turns are never shown back to it. */
  readonly sessionId: string
  readonly globalPins: readonly Memory[]
  readonly projectPins: readonly Memory[]
  /** Facts told to the memory, of the project and of none, most relied on first. */
  readonly notes: readonly Memory[]
  /** What was learned from what was said in the project: confirmed first, then the latest. */
  readonly facts: readonly CandidateFact[]
  /** The same, said outside any project; only what is about the user is of use here. */
  readonly globalFacts: readonly CandidateFact[]
  readonly threads: readonly OpenThread[]
  /** What was replaced in words, the latest first. */
  readonly corrections: readonly Contradiction[]
  /** Recent sessions of the project, newest first. */
  readonly sessions: readonly SessionMaterial[]
}

export interface MaterialRequest {
  readonly project: string
  readonly profile: Profile
  readonly sessionId: string
  /** Sessions are taken as they were at this time, ms. */
  readonly asOf: number
}

/** Reads everything assembly needs for `project`: what stands now, and the sessions as they were at `asOf`. */
export async function gatherMaterial(store: Store, request: MaterialRequest): Promise<ContextMaterial> {
  const { project, profile, sessionId } = request
  const charsMax = limits.contextTextCharsMax
  const newestPins = { limit: limits.contextPinsMax, order: 'newest', charsMax } as const
  const newestNotes = { limit: limits.contextFactsMax, order: 'newest', charsMax } as const
  // What the user said outside any project holds in every one, as in recall; what an agent said holds where it said it.
  const standing = project === globalProject ? [globalProject] : [project, globalProject]
  const users = { projects: standing, trusts: ['user'] } as const
  const agents = { projects: [project], trusts: ['assistant'] } as const
  const facts = { kinds: ['fact'] } as const
  const best = { limit: limits.contextDerivedMax } as const
  const [
    globalPins,
    pins,
    relied,
    [usersNotes, agentsNotes],
    learned,
    globalFacts,
    threads,
    corrections,
    sessions,
  ] = await Promise.all([
    store.list({ projects: null, pin: 'global' }, newestPins),
    // Each in lists of their own: an agent's, however many, push out none of the user's.
    Promise.all([
      store.list({ ...users, pin: 'project' }, newestPins),
      store.list({ ...agents, pin: 'project' }, newestPins),
      store.list({ ...agents, pin: 'agent' }, newestPins),
    ]),
    store.reliedOn(standing, { limit: limits.contextFactsMax, charsMax }),
    Promise.all([
      store.list({ ...users, ...facts }, newestNotes),
      store.list({ ...agents, ...facts }, newestNotes),
    ]),
    store.derived({ kind: 'fact', project, ...best }),
    project === globalProject ? [] : store.derived({ kind: 'fact', project: globalProject, ...best }),
    store.derived({ kind: 'thread', project, ...best }),
    store.derived({ kind: 'correction', project, ...best }),
    recentSessions(store, request),
  ])
  return {
    profile,
    project,
    sessionId,
    globalPins,
    projectPins: pins.flat(),
    notes: [
      ...inOrderOfReliance(relied, usersNotes, ({ trust }) => trust === 'user'),
      ...inOrderOfReliance(
        relied,
        agentsNotes,
        (note) => note.trust === 'assistant' && note.project === project,
      ),
    ],
    facts: learned.map(factOf),
    globalFacts: globalFacts.map(factOf),
    threads: threads.map(threadOf),
    corrections: corrections.map(contradictionOf),
    sessions,
  }
}

/** Of the notes that `isMeant`: what was relied on, however old, then the newest of the others. */
function inOrderOfReliance(
  relied: readonly Memory[],
  newest: readonly Memory[],
  isMeant: (note: Memory) => boolean,
): readonly Memory[] {
  const first = relied.filter(isMeant)
  const known = new Set(first.map(({ id }) => id))
  return [...first, ...newest.filter(({ id }) => !known.has(id))].slice(0, limits.contextFactsMax)
}
