// One consolidation over the store: digests the sessions that changed, then derives the facts and threads of their
// projects, each in a transaction of its own. Stopping it anywhere loses one step at most; what is left is found again.
import type { ClosedSession } from '../consolidation/digest.ts'
import { factOf } from '../consolidation/rows.ts'
import { isAppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import type { Log } from '../kit/log.ts'
import type { Memory } from '../model/memory.ts'
import { type Session, sessionKey } from '../model/session.ts'
import type { ChangedProject, ChangedSession, DerivedKind, DerivedRow, KeptRow } from '../store/derived.ts'
import { turnsOfSession } from '../store/filter.ts'
import type { Store } from '../store/store.ts'
import type { ConsolidationWorker } from './consolidation-worker.ts'

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
  const { store, log, silentSince, mayGoOn } = parts
  const done: Done = { sessions: 0, projects: 0, derived: 0, removed: 0, candidates: [] }
  /** Changes that were looked at in this run: one that comes back is not making progress. */
  const lookedAt = new Set<string>()
  let worker: ConsolidationWorker | null = null
  let interrupted = false

  const goesOn = (): boolean => !interrupted && mayGoOn()

  /** A failing step is logged and given up, so that one text cannot keep everything else from being done. */
  async function step<T>(what: 'session' | 'project', work: (on: ConsolidationWorker) => Promise<T>) {
    worker ??= parts.openWorker()
    try {
      return await work(worker)
    } catch (error) {
      if (interrupted || (isAppError(error) && error.code === 'unavailable')) throw error
      log.error('consolidation_step_failed', error, { step: what })
      await worker.end()
      worker = null
      return null
    }
  }

  async function digest(changed: ChangedSession): Promise<void> {
    const closed = await closedSession(store, changed.session)
    const extract = await step('session', (on) => on.extract(closed))
    const key = { kind: 'extract', id: sessionKey(changed.session) } as const
    const rows = extract === null ? { put: [], remove: [key] } : { put: [extract], remove: [] }
    if (await store.applyDerived({ ...rows, session: changed, standing: false })) done.sessions += 1
  }

  async function derive(changed: ChangedProject): Promise<void> {
    const { project } = changed
    const extracts = await readRows(store, 'extract', project, limits.consolidationExtractsMax)
    const others = (['fact', 'thread', 'correction', 'proposal', 'dismissal'] as const).map((kind) =>
      readRows(store, kind, project, Number.POSITIVE_INFINITY),
    )
    const kept = (await Promise.all(others)).flat()
    const plan = await step('project', (on) => on.plan({ project, extracts, kept }))
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
        if (interrupted) return false
        throw error
      } finally {
        await worker?.end()
      }
    },
    interrupt() {
      interrupted = true
      void worker?.end()
    },
  }
}

/** The latest turns of a session that hold, oldest first, as many as may be looked at. */
async function closedSession(store: Store, session: Session): Promise<ClosedSession> {
  const filter = turnsOfSession(session)
  const newestFirst: Memory[] = []
  let chars = 0
  for (;;) {
    const page = await store.list(filter, {
      limit: limits.consolidationTurnsPerPage,
      order: 'newest',
      after: newestFirst.at(-1)?.id,
    })
    for (const turn of page) {
      chars += turn.text.length
      if (chars > limits.consolidationCharsMax) break
      newestFirst.push(turn)
    }
    const isLast = page.length < limits.consolidationTurnsPerPage
    if (
      isLast ||
      chars > limits.consolidationCharsMax ||
      newestFirst.length >= limits.consolidationTurnsMax
    ) {
      return { session, turns: newestFirst.reverse() }
    }
  }
}

async function readRows(
  store: Store,
  kind: DerivedKind,
  project: string,
  rowsMax: number,
): Promise<readonly KeptRow[]> {
  const rows: KeptRow[] = []
  const limit = limits.consolidationRowsPerPage
  for (;;) {
    const page = await store.derived({ kind, project, limit, unranked: true, after: rows.at(-1) })
    rows.push(...page)
    if (page.length < limit || rows.length >= rowsMax) return rows
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
