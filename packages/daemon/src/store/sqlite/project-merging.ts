// Puts one project into another: its memories and sessions change their project, what was derived is derived anew. Its
// passages keep their seats, so that nothing is indexed again; the merged project's number stays taken for them.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { MergeOutcome } from '../../model/project.ts'
import { statementDigest } from '../capture-rules.ts'
import { type Change, touchStanding } from './change.ts'
import {
  derivedKindCodec,
  fromColumn,
  kindCodec,
  roleCodec,
  type StringColumn,
  toColumn,
  trustCodec,
} from './columns.ts'
import { deleteDerivedOfProject, moveDerived, unmarkProjectWholly } from './derived-sql.ts'
import { createIsGlobal } from './project-rows.ts'
import * as sql from './project-sql.ts'

export interface ProjectMerging {
  merge(change: Change, from: string, into: string): MergeOutcome
  /** What hangs on the key of a project that has been given another. */
  rekeyed(change: Change, project: number): void
}

interface StatementRow {
  readonly seq: number
  readonly text: StringColumn
  readonly role: number
  readonly kind: number
  readonly trust: number
  readonly client: StringColumn
  readonly session: StringColumn
}

export function createProjectMerging(db: Database): ProjectMerging {
  const byKey = db.prepare<{ key: StringColumn }, { seq: number }>(sql.projectByKey)
  const keyOf = db.prepare<{ seq: number }, { key: StringColumn }>(sql.projectKeyOf)
  const moveMemories = db.prepare<{ from: number; into: number }>(sql.moveMemories)
  const moveSessions = db.prepare<{ from: number; into: number }>(sql.moveSessions)
  const markMerged = db.prepare<{ from: number; into: number }>(sql.markMerged)
  const sessionsOf = db.prepare<{ project: number }, { seq: number }>(sql.listedSessionsOfProject)
  const isGlobal = createIsGlobal(db)
  const sessionsIn = db.prepare<{ project: number }, { session: number }>(sql.sessionsSaidIn)
  const statements = db.prepare<{ project: number }, StatementRow>(sql.statementsOfProject)
  const setDigest = db.prepare<{ seq: number; digest: Buffer }>(sql.setDigest)
  const deleteDerived = db.prepare<{ project: number; kept: number }>(deleteDerivedOfProject)
  const moveDismissals = db.prepare<{ from: number; into: number }>(moveDerived)
  const unmark = db.prepare<{ project: number }>(unmarkProjectWholly)

  /** Everything derived from the sessions of `project` is to be derived again, in the project they are in then. */
  function deriveAgain(change: Change, project: number): void {
    for (const { seq } of sessionsOf.all({ project })) change.touchedSessions.add(seq)
    deleteDerived.run({ project, kept: derivedKindCodec.codes.dismissal })
    unmark.run({ project })
    touchStanding(change)
  }

  /** What statements are compared by names their project: from now on it is `into`. */
  function renewDigests(project: number, into: number): void {
    const key = fromColumn(keyOf.get({ seq: into })?.key ?? '')
    for (const row of statements.all({ project })) {
      const digest = statementDigest({
        text: fromColumn(row.text),
        role: roleCodec.decode(row.role),
        kind: kindCodec.decode(row.kind),
        trust: trustCodec.decode(row.trust),
        project: key,
        client: fromColumn(row.client),
        session: fromColumn(row.session),
      })
      setDigest.run({ seq: row.seq, digest })
    }
  }

  return {
    merge(change, fromKey, intoKey) {
      const from = byKey.get({ key: toColumn(fromKey) })?.seq
      const into = byKey.get({ key: toColumn(intoKey) })?.seq
      if (from === undefined || into === undefined) return 'unknown'
      if (from === into) return 'same'
      deriveAgain(change, from)
      // A session is of the first real project that something was said in: which that is may be another now.
      if (isGlobal(from) || isGlobal(into))
        for (const { session } of sessionsIn.all({ project: from })) change.rederivedSessions.add(session)
      change.touchedProjects.add(into)
      renewDigests(from, into)
      moveMemories.run({ from, into })
      moveSessions.run({ from, into })
      moveDismissals.run({ from, into })
      markMerged.run({ from, into })
      return 'merged'
    },
    rekeyed(change, project) {
      deriveAgain(change, project)
      change.touchedProjects.add(project)
      renewDigests(project, project)
    },
  }
}
