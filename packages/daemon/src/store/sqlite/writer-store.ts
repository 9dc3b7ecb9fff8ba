// The writing half of the store on one connection: every method is one unit of work, run by group-commit.ts inside a
// savepoint. Holds no state between calls but prepared statements.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { assert } from '../../kit/assert.ts'
import { forgottenEvent } from '../forgotten-event.ts'
import type { Store } from '../store.ts'
import { createBarring } from './barring.ts'
import { createCapturing } from './capturing.ts'
import { type Change, createChangeWriting, emptyChange, touchStanding } from './change.ts'
import { pinCodec, type StringColumn, toIdColumn } from './columns.ts'
import { createForgetting } from './forgetting.ts'
import { createInserting } from './inserting.ts'
import { createMemoryReading } from './memory-rows.ts'
import { createProjectRows } from './project-rows.ts'
import type { Sync } from './protocol.ts'
import { createReinstating } from './reinstating.ts'
import { createSessionFinding } from './session-reading.ts'
import { createSessionRows } from './session-rows.ts'
import { createEventWriting, createProfileReading, createProfileWriting } from './settings.ts'
import * as sql from './sql.ts'
import type { TextIndex } from './text-index.ts'

export type WriterStore = Sync<
  Pick<
    Store,
    | 'capture'
    | 'supersede'
    | 'pin'
    | 'forget'
    | 'reinforce'
    | 'closeSession'
    | 'putProject'
    | 'setProfile'
    | 'recordEvent'
  >
>

export function createWriterStore(db: Database, index: TextIndex): WriterStore {
  const projects = createProjectRows(db)
  const sessions = createSessionRows(db)
  const barring = createBarring(db)
  const insert = createInserting(db, { projects, sessions, index })
  const { capture, supersede } = createCapturing(db, { sessions, barring, insert })
  const reinstate = createReinstating(db, sessions)
  const forget = createForgetting(db, { sessions, index, barring, reinstate })
  const read = createMemoryReading(db)
  const findSession = createSessionFinding(db)
  const readProfile = createProfileReading(db)
  const writeProfile = createProfileWriting(db)
  const recordEvent = createEventWriting(db)
  const setPin = db.prepare<{ id: StringColumn; pin: number | null }>(sql.setPin)
  const exists = db.prepare<{ id: StringColumn }>(sql.memoryExists)
  const countReliance = db.prepare<{ id: StringColumn; at: number }, { reinforced: number }>(
    sql.countReliance,
  )
  const closeSession = db.prepare<{ seq: number; at: number }>(sql.closeSession)
  const writeChange = createChangeWriting(db)

  function changing<T>(work: (change: Change) => T): T {
    const change = emptyChange()
    const result = work(change)
    sessions.apply(change)
    writeChange(change)
    return result
  }

  return {
    capture: (items, { parentSession } = {}) =>
      changing((change) => {
        const outcomes = items.map((item) => capture(change, item))
        if (parentSession !== undefined) sessions.setParent(items, parentSession)
        return outcomes
      }),
    supersede(original, replacement) {
      const outcome = changing((change) => supersede(change, original, replacement))
      if (outcome.kind !== 'superseded') return outcome
      const [memory] = read([outcome.id])
      assert(memory !== undefined, 'what supersedes is stored')
      return { kind: 'superseded', memory }
    },
    pin: (id, pin) =>
      changing((change) => {
        const columns = { id: toIdColumn(id), pin: pin === null ? null : pinCodec.codes[pin] }
        if (setPin.run(columns).changes > 0) touchStanding(change)
        return exists.get({ id: columns.id }) !== undefined
      }),
    forget(ids, at) {
      const forgotten = changing((change) => ids.flatMap((id) => forget(change, id, at)))
      if (forgotten.length === 0) return forgotten
      index.eraseTraces()
      recordEvent(forgottenEvent(forgotten, at))
      return forgotten
    },
    reinforce: (ids, at) =>
      changing((change) => {
        const counts = [...new Set(ids)].flatMap((id): [string, number][] => {
          const row = countReliance.get({ id: toIdColumn(id), at })
          return row === undefined ? [] : [[id, row.reinforced]]
        })
        if (counts.length > 0) touchStanding(change)
        return new Map(counts)
      }),
    closeSession(client, session, at) {
      const found = findSession(client, session)
      if (found !== null) closeSession.run({ seq: found.seq, at })
      return found !== null
    },
    putProject: (project) => projects.put(project),
    setProfile: (changes) =>
      changing((change) => {
        writeProfile(changes)
        touchStanding(change)
        return readProfile()
      }),
    recordEvent,
  }
}
