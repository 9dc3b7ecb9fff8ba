// The writing half of the store on one connection: every method is one unit of work, run by group-commit.ts inside a
// savepoint. Holds no state between calls but prepared statements.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { assert } from '../../kit/assert.ts'
import type { NewMemory } from '../../model/memory.ts'
import type { MergeOutcome, Project } from '../../model/project.ts'
import type { DerivedStep } from '../derived.ts'
import { forgottenEvent } from '../forgotten-event.ts'
import type { Store } from '../store.ts'
import type { Forgotten, Rekeyed } from '../watching.ts'
import { createBarring } from './barring.ts'
import { createCapturing } from './capturing.ts'
import { type Change, createChangeWriting, emptyChange, touchStanding } from './change.ts'
import { type StringColumn, toIdColumn } from './columns.ts'
import { createDerivedErasing, createDerivedWriting, createMarkWriting } from './derived-writing.ts'
import { createForgetting } from './forgetting.ts'
import { createIndexErasing } from './index-erasing.ts'
import { createInserting } from './inserting.ts'
import { createMemoryReading } from './memory-rows.ts'
import { createPinning } from './pinning.ts'
import { createProjectMerging } from './project-merging.ts'
import { createProjectRows } from './project-rows.ts'
import type { Sync } from './protocol.ts'
import { createReinstating } from './reinstating.ts'
import { createRelianceCounting } from './reliance.ts'
import { createRetiring } from './retiring.ts'
import { createSessionFinding } from './session-reading.ts'
import { createSessionRows } from './session-rows.ts'
import { createEventWriting, createProfileReading, createProfileWriting } from './settings.ts'
import * as sql from './sql.ts'
import { createBackTaking } from './taking-back.ts'
import type { TextIndex } from './text-index.ts'
import { createVectorWriting } from './vector-writing.ts'

export type WriterStore = Sync<
  Pick<
    Store,
    | 'capture'
    | 'supersede'
    | 'pin'
    | 'reinforce'
    | 'closeSession'
    | 'takeBack'
    | 'barSession'
    | 'renameProject'
    | 'setProfile'
    | 'recordEvent'
    | 'applyDerived'
    | 'deriveAnew'
    | 'useEmbedder'
    | 'keepMeasured'
    | 'putVectors'
  >
> & {
  forget(ids: readonly string[], at: number, charsMax?: number, bars?: boolean): Forgotten
  putProject(project: Project): Rekeyed<void>
  mergeProjects(from: string, into: string): Rekeyed<MergeOutcome>
}

export function createWriterStore(db: Database, index: TextIndex): WriterStore {
  const projects = createProjectRows(db)
  const sessions = createSessionRows(db)
  const barring = createBarring(db)
  const insert = createInserting(db, { projects, sessions, index })
  const eraseDerived = createDerivedErasing(db)
  const pinMemory = createPinning(db)
  const retire = createRetiring(db, eraseDerived)
  const backTaking = createBackTaking(db, { sessions, barring, retire })
  const { capture, supersede } = createCapturing(db, {
    sessions,
    barring,
    insert,
    pinMemory,
    retire,
    backTaking,
  })
  const reinstate = createReinstating(db, sessions)
  const forget = createForgetting(db, { sessions, index, barring, reinstate, eraseDerived })
  const derived = createDerivedWriting(db)
  const vectors = createVectorWriting(db)
  const writeMarks = createMarkWriting(db)
  const merging = createProjectMerging(db)
  const eraseEntries = createIndexErasing(db)
  const read = createMemoryReading(db)
  const findSession = createSessionFinding(db)
  const readProfile = createProfileReading(db)
  const writeProfile = createProfileWriting(db)
  const recordEvent = createEventWriting(db)
  const reinforce = createRelianceCounting(db)
  const exists = db.prepare<{ id: StringColumn }>(sql.memoryExists)
  const closeSession = db.prepare<{ seq: number; at: number }>(sql.closeSession)
  const writeChange = createChangeWriting(db)

  function changed<T>(work: (change: Change) => T): { result: T; change: Change } {
    const change = emptyChange()
    const result = work(change)
    sessions.apply(change)
    writeMarks(change)
    writeChange(change)
    return { result, change }
  }

  function changing<T>(work: (change: Change) => T): T {
    return changed(work).result
  }

  /** Said in the project that is meant by its key: it may have been merged into another. */
  function ofProject<Item extends NewMemory>(item: Item): Item {
    return { ...item, project: projects.keyOf(item.project) }
  }

  function sessionSeqOf({ session: digested }: DerivedStep): number | null {
    return digested === undefined ? null : sessions.find(digested.session.client, digested.session.session)
  }

  return {
    capture: (items, { parentSession } = {}) =>
      changing((change) => {
        const outcomes = items.map((item) => capture(change, ofProject(item)))
        if (parentSession !== undefined) sessions.setParent(change, items, parentSession)
        return outcomes
      }),
    supersede(original, replacement) {
      const outcome = changing((change) => supersede(change, original, ofProject(replacement)))
      if (outcome.kind !== 'superseded') return outcome
      const [memory] = read([outcome.id])
      assert(memory !== undefined, 'what supersedes is stored')
      return { kind: 'superseded', memory }
    },
    pin: (id, pin) =>
      changing((change) => {
        const column = toIdColumn(id)
        if (pinMemory(change, column, pin)) touchStanding(change)
        return exists.get({ id: column }) !== undefined
      }),
    forget(ids, at, charsMax = Number.POSITIVE_INFINITY, bars = true) {
      const { result: gone, change } = changed((doing) => forget(doing, ids, at, charsMax, bars))
      const forgotten = { ids: gone, seats: change.vacated }
      if (gone.length === 0) return forgotten
      vectors.memoriesWereDeleted()
      eraseEntries(change)
      recordEvent(forgottenEvent(gone, at))
      return forgotten
    },
    reinforce: (ids, at) => changing((change) => reinforce(change, ids, at)),
    closeSession(client, session, at) {
      const found = findSession(client, session)
      if (found !== null) closeSession.run({ seq: found.seq, at })
      return found !== null
    },
    takeBack: (session, what, at) => changing((change) => backTaking.take(change, session, what, at)),
    barSession(session, id, at) {
      barring.barSession(session, toIdColumn(id), at)
      backTaking.drop(session)
    },
    putProject: (project) =>
      changing((change) => {
        const { moved } = projects.put(project)
        if (moved === null) return { result: undefined, rekeyed: null }
        merging.rekeyed(change, moved.project)
        return { result: undefined, rekeyed: { from: moved.before, into: project.key } }
      }),
    mergeProjects: (fromKey, intoKey) =>
      changing((change) => {
        const [from, into] = [projects.keyOf(fromKey), projects.keyOf(intoKey)]
        const result = merging.merge(change, from, into)
        return { result, rekeyed: result === 'merged' ? { from, into } : null }
      }),
    renameProject: (key, name) => projects.rename(key, name),
    setProfile: (changes) =>
      changing((change) => {
        writeProfile(changes)
        touchStanding(change)
        return readProfile()
      }),
    recordEvent,
    applyDerived: (step) => changing((change) => derived.apply(change, step, sessionSeqOf(step))),
    deriveAnew: (rulesVersion) => changing((change) => derived.deriveAnew(change, rulesVersion)),
    useEmbedder: (id) => vectors.useEmbedder(id),
    keepMeasured: (embedder, measured) => vectors.keepMeasured(embedder, measured),
    putVectors: (embedder, memories) => vectors.put(embedder, memories),
  }
}
