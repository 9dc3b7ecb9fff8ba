// What a restore would change, and what it has to do again: the present store beside a backup, row by row, reading only.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { forgottenDigest, sessionDigest, type Utterance } from '../capture-rules.ts'
import { fromColumn, fromIdColumn, kindCodec, roleCodec, type StringColumn } from './columns.ts'
import * as sql from './keeping-sql.ts'

/** What was forgotten in a store: keyed digests, and the keys; the store's own first. */
export interface ForgottenTexts {
  readonly secrets: readonly Buffer[]
  /** by digest, in hex */
  readonly entries: ReadonlyMap<string, { readonly id: StringColumn; readonly at: number }>
}

export interface RowExample {
  readonly id: string
  readonly role: string
  readonly saidAt: number
}

export interface Comparison {
  /** Held now and not in the backup. */
  readonly lost: { readonly count: number; readonly newest: readonly RowExample[] }
  /** In the backup and not held now, without what was forgotten. */
  readonly comeBack: number
  /** In the backup, forgotten since: a restore forgets them again. */
  readonly forgottenSince: number
  /** In both, with another pin, successor or count of reliances. */
  readonly changed: number
}

interface HeldRow {
  readonly id: StringColumn
  readonly role: number
  readonly said_at: number
  readonly marks: string
}

interface SaidRow {
  readonly id: StringColumn
  readonly kind: number
  readonly client: StringColumn
  readonly session: StringColumn
  readonly text: StringColumn
}

export function compareStores(present: Database, backup: Database, examplesMax: number): Comparison {
  const inBackup = backup.prepare<{ id: StringColumn }, { marks: string }>(sql.marksOfMemory)
  const newest: RowExample[] = []
  let lost = 0
  let changed = 0
  for (const row of present.prepare<[], HeldRow>(sql.heldNewestFirst).iterate()) {
    const other = inBackup.get({ id: row.id })
    if (other === undefined) {
      lost += 1
      if (newest.length < examplesMax)
        newest.push({ id: fromIdColumn(row.id), role: roleCodec.decode(row.role), saidAt: row.said_at })
    } else if (other.marks !== row.marks) changed += 1
  }
  const gone = countGone(backup, present)
  return { lost: { count: lost, newest }, ...gone, changed }
}

function countGone(backup: Database, present: Database) {
  let forgottenSince = 0
  let comeBack = 0
  visitGone(backup, present, (_, forgottenAt) => {
    if (forgottenAt === null) comeBack += 1
    else forgottenSince += 1
  })
  return { comeBack, forgottenSince }
}

/** Calls `visit` for every memory of `backup` that `present` does not hold; with when it was forgotten, if it was. */
export function visitGone(
  backup: Database,
  present: Database,
  visit: (id: string, forgottenAt: number | null) => void,
): void {
  const isHeld = present.prepare<{ id: StringColumn }>(sql.isHeld)
  const { secrets, entries } = forgottenTexts(present)
  for (const row of backup.prepare<[], SaidRow>(sql.everythingSaid).iterate()) {
    // What is held stays held, also when the same words were forgotten elsewhere.
    if (isHeld.get({ id: row.id }) !== undefined) continue
    const said = utteranceOf(row)
    const bars = secrets.flatMap((secret) =>
      barringDigests(said, secret).flatMap((digest) => entries.get(digest.toString('hex')) ?? []),
    )
    visit(fromIdColumn(row.id), bars[0]?.at ?? null)
  }
}

/** Forgotten as a text, or with the session it was a turn of. */
function barringDigests(said: Utterance, secret: Buffer): Buffer[] {
  const ofText = forgottenDigest(said, secret)
  return said.kind === 'turn' ? [ofText, sessionDigest(said, secret)] : [ofText]
}

export function forgottenTexts(db: Database): ForgottenTexts {
  const secrets = [sql.storeSecret, sql.otherSecrets].flatMap((statement) =>
    db
      .prepare<[], { value: Buffer }>(statement)
      .all()
      .map(({ value }) => value),
  )
  const rows = db
    .prepare<[], { digest: Buffer; id: StringColumn; at: number }>(sql.everythingForgotten)
    .all()
    .map(({ digest, ...rest }): [string, { id: StringColumn; at: number }] => [digest.toString('hex'), rest])
  return { secrets, entries: new Map(rows) }
}

function utteranceOf({ kind, client, session, text }: SaidRow): Utterance {
  return {
    kind: kindCodec.decode(kind),
    client: fromColumn(client),
    session: fromColumn(session),
    text: fromColumn(text),
  }
}
