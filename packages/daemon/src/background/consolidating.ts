// One consolidation over the store: digests the sessions that changed, then derives the facts and threads of their
// projects, each in a transaction of its own. Stopping it anywhere loses one step at most; what is left is found again.
import { factOf } from '../consolidation/rows.ts'
import { limits } from '../kit/limits.ts'
import type { Log } from '../kit/log.ts'
import { sessionKey } from '../model/session.ts'
import type { ChangedProject, ChangedSession, DerivedRow } from '../store/derived.ts'
import type { Store } from '../store/store.ts'
import { closedSession, extractsOf, othersOf } from './consolidation-reading.ts'
import type { ConsolidationWorker } from './consolidation-worker.ts'
import { createStepTaking } from './step-taking.ts'

export interface ConsolidatingParts {
  readonly store: Store
  readonly log: Log
  /** Sessions silent since before this time, ms, count as closed. */
  readonly silentSince: number
  readonly openWorker: () => ConsolidationWorker
  /** Asked between steps. */
  mayGoOn(): boolean
}

export interface Done {
  sessions: number
  projects: number
  derived: number
  removed: number
  readonly candidates: string[]
}

export interface Consolidating {
  /** Works until everything is done (true), or it may not go on (false). */
  run(): Promise<boolean>
  /** Ends the step under way. */
  interrupt(): void
  readonly done: Done
}

export function createConsolidating(parts: ConsolidatingParts): Consolidating {
  const { store, log, silentSince, openWorker, mayGoOn } = parts
  const done: Done = { sessions: 0, projects: 0, derived: 0, removed: 0, candidates: [] }
  /** Changes that were looked at in this run: one that comes back is not making progress. */
  const lookedAt = new Set<string>()
  const steps = createStepTaking(openWorker, log)

  const goesOn = (): boolean => !steps.isInterrupted() && mayGoOn()

  async function digest(changed: ChangedSession): Promise<void> {
    const closed = await closedSession(store, changed.session)
    const extract = await steps.take('session', (on) => on.extract(closed))
    const key = { kind: 'extract', id: sessionKey(changed.session) } as const
    const rows = extract === null ? { put: [], remove: [key] } : { put: [extract], remove: [] }
    if (await store.applyDerived({ ...rows, session: changed, standing: false })) done.sessions += 1
  }

  async function derive(changed: ChangedProject): Promise<void> {
    const { project } = changed
    const extracts = await extractsOf(store, project)
    const kept = await othersOf(store, project)
    const plan = await steps.take('project', (on) => on.plan({ project, extracts, kept }))
    if (plan === null) {
      await store.applyDerived({ put: [], remove: [], project: changed, standing: false })
      return
    }
    if (!(await store.applyDerived({ ...plan, project: changed }))) return
    done.projects += 1
    done.derived += plan.put.length
    done.removed += plan.remove.length
    done.candidates.push(...candidatesIn(plan.put).slice(0, room(done)))
  }

  /** The project to look at next, with those of its sessions that changed; null when nothing is left. */
  async function nextRound(): Promise<{ project: string; sessions: readonly ChangedSession[] } | null> {
    const [latest] = await store.changedSessions({ silentSince, limit: 1 })
    if (latest !== undefined) {
      const { project } = latest.session
      const limit = limits.consolidationSessionsPerRound
      return { project, sessions: await store.changedSessions({ silentSince, project, limit }) }
    }
    const [waiting] = await store.changedProjects(1)
    return waiting === undefined ? null : { project: waiting.project, sessions: [] }
  }

  function isNew(name: string): boolean {
    const known = lookedAt.has(name)
    lookedAt.add(name)
    return !known
  }

  /** False when it may not go on, or everything in the round was looked at before. */
  async function playRound({ project, sessions }: { project: string; sessions: readonly ChangedSession[] }) {
    const fresh = sessions.filter(({ session, change }) => isNew(`session ${change} ${sessionKey(session)}`))
    for (const session of fresh) {
      if (!goesOn()) return false
      await digest(session)
    }
    const changed = (await store.changedProjects(limits.listLimitMax)).find(
      (each) => each.project === project,
    )
    const isDue = changed !== undefined && isNew(`project ${changed.change} ${project}`)
    if (!goesOn()) return false
    if (isDue) await derive(changed)
    return fresh.length > 0 || isDue
  }

  async function work(): Promise<boolean> {
    while (goesOn()) {
      const round = await nextRound()
      if (round === null) return true
      if (!(await playRound(round))) return false
    }
    return false
  }

  return {
    done,
    async run() {
      try {
        return await work()
      } catch (error) {
        if (steps.isInterrupted()) return false
        throw error
      } finally {
        await steps.end()
      }
    },
    interrupt: steps.interrupt,
  }
}

function candidatesIn(rows: readonly DerivedRow[]): readonly string[] {
  return rows
    .filter((row) => row.kind === 'fact' && row.rank !== null)
    .map(factOf)
    .filter(({ state }) => state === 'candidate')
    .map(({ said }) => said.text)
}

function room({ candidates }: Done): number {
  return Math.max(0, limits.consolidationCandidatesTold - candidates.length)
}
