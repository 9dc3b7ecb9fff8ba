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
  // What belongs to no project holds in every one, as in recall.
  const standing = project === globalProject ? [globalProject] : [project, globalProject]
  const best = { limit: limits.contextDerivedMax } as const
  const [globalPins, projectPins, relied, newest, facts, globalFacts, threads, corrections, sessions] =
    await Promise.all([
      store.list({ projects: null, pin: 'global' }, newestPins),
      store.list({ projects: standing, pin: 'project' }, newestPins),
      store.reliedOn(standing, { limit: limits.contextFactsMax, charsMax }),
      store.list({ projects: standing, kinds: ['fact'] }, newestNotes),
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
    projectPins,
    notes: inOrderOfReliance(relied, newest),
    facts: facts.map(factOf),
    globalFacts: globalFacts.map(factOf),
    threads: threads.map(threadOf),
    corrections: corrections.map(contradictionOf),
    sessions,
  }
}

/** What was relied on, however old, then the newest of the others. */
function inOrderOfReliance(relied: readonly Memory[], newest: readonly Memory[]): readonly Memory[] {
  return [...relied, ...newest.filter(({ reinforced }) => reinforced === 0)].slice(0, limits.contextFactsMax)
}
