// What a user does to a store with commands: another key, a backup, a restore, an export taken in; killed on the way. Each
// command is run as a user runs it, beside a daemon, which it stops where it must. Which key opens the store then is for
// store-keys.ts.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readBackupNote } from '../../packages/daemon/src/store/backup-note.ts'
import { fromIdColumn, type StringColumn } from '../../packages/daemon/src/store/sqlite/columns.ts'
import { verifyCopy } from '../../packages/daemon/src/store/sqlite/copying.ts'
import { openRaw } from '../../packages/daemon/test/store/support/sqlite-fixture.ts'
import { type CommandKill, type Ended, placeOf, runCommand } from './command.ts'
import { between, pick, type Random } from './invented.ts'
import type { MissingFrom } from './lanes/lane.ts'
import type { Ledger } from './ledger.ts'
import { createStoreKeys } from './store-keys.ts'
import type { FoundStore, Snapshot } from './wishes.ts'

/** In an order in which there is a backup to restore, also from under a former key. */
const works = [
  'back up',
  'to passphrase',
  'restore',
  'rotate',
  'import',
  'to file',
  'restore',
  'rotate',
] as const
type Work = (typeof works)[number]

/** Where a command may be killed (fault-preload.mjs), and the highest turn at which it is. */
export type Places = readonly (readonly [what: string, nthMax: number])[]
/** Every change of the key passes these. */
export const ofKeys: Places = [
  ['vacuum', 1],
  ['rekey', 1],
  ['verify', 1],
  ['rename-former', 1],
  ['rename-change', 1],
  ['rm-log', 2],
  ['rename-draft', 1],
  ['rm-note', 1],
  ['rm-change', 1],
]
const placesOf: Readonly<Record<Work, Places>> = {
  rotate: ofKeys,
  'to passphrase': [...ofKeys, ['rename-parameters', 1], ['rm-key', 1]],
  'to file': [...ofKeys, ['rename-key', 1], ['rm-parameters', 1]],
  'back up': [
    ['vacuum', 1],
    ['verify', 1],
    ['rename-backup', 1],
  ],
  restore: [
    ['vacuum', 1],
    ['copyFile-backup', 1],
    ['truncate-draft', 1],
    ['rekey', 1],
    ['verify', 2],
    ['begin', 3],
    ['erase', 3],
    ['bar', 3],
    ['commit', 3],
    ['checkpoint', 1],
    ['rm-log', 2],
    ['rename-draft', 1],
  ],
  import: [
    ['begin', 4],
    ['insert', 400],
    ['passage', 400],
    ['index', 400],
    ['bar', 10],
    ['commit', 4],
  ],
}

export interface KeepingPlan {
  readonly work: Work
  /** A place, or a moment in ms after the command was started. */
  readonly kill: CommandKill
}

const atPlaceShare = 0.75
const killAfterMsMin = 150
const killAfterMsMax = 1_400

/** `turn` goes through all works. */
export function planKeeping(random: Random, turn: number): KeepingPlan {
  const work = works[turn % works.length] ?? 'rotate'
  const [what, nthMax] = pick(random, placesOf[work])
  const at = `${what}:${pick(random, ['before', 'after'] as const)}`
  const nth = between(random, 1, nthMax)
  const ms = between(random, killAfterMsMin, killAfterMsMax)
  return { work, kill: random() < atPlaceShare ? { at, nth } : { ms } }
}

/** An export of another store: a file to take in, and what is in it. */
export interface KeptExport {
  readonly file: string
  readonly content: FoundStore
}

export interface KeepingOptions {
  readonly home: string
  readonly dataDir: string
  readonly ledger: Ledger
  readonly random: Random
  /** Null when there is none that has not been taken in yet. */
  readonly foreign: () => KeptExport | null
  wrong(what: string): void
}

export type Keeping = ReturnType<typeof createKeeping>

export function createKeeping({ home, dataDir, ledger, random, foreign, wrong }: KeepingOptions) {
  const keys = createStoreKeys(dataDir, wrong)
  let passphrases = 0
  let tries = 0
  const backups: { readonly file: string; readonly snapshot: Snapshot }[] = []

  async function changeKey(to: Work, plan: KeepingPlan | null): Promise<string | null> {
    const isToPassphrase = to === 'to passphrase' || (to === 'rotate' && keys.passphrase() !== null)
    if (isToPassphrase) passphrases += 1
    const next = isToPassphrase ? `invented words number ${passphrases}` : null
    const args =
      to === 'rotate' ? ['key', 'rotate'] : ['key', 'change', '--to', isToPassphrase ? 'passphrase' : 'file']
    const before = await keys.current()
    const end = await command(args, plan, next ?? '')
    const place = placeOf(end)
    if (place !== null) {
      await keys.settle(next)
      return place
    }
    if (end.code !== 0) return said(end, to)
    await keys.changed(next, before, to)
    return null
  }

  async function backUp(plan: KeepingPlan): Promise<string | null> {
    tries += 1
    const file = join(home, `${tries}.backup`)
    const snapshot = ledger.snapshot()
    const end = await command(['backup', file], plan)
    if (end.code !== 0 && placeOf(end) === null) return said(end, 'backup')
    if (existsSync(file)) await keepIfWhole(file, snapshot)
    else if (end.code === 0) wrong('backup: acknowledged, and not there')
    return placeOf(end)
  }

  /** A backup under its own name is whole, whoever made it and however that ended. */
  async function keepIfWhole(file: string, snapshot: Snapshot): Promise<void> {
    const told = notWhole(file, await keys.current())
    if (told === null) backups.push({ file, snapshot })
    else wrong(told)
  }

  async function restore(plan: KeepingPlan): Promise<string | null> {
    if (backups.length === 0) return backUp(plan)
    const backup = pick(random, backups)
    const wish = ledger.begin({ do: 'restore', to: backup.snapshot })
    const end = await command(['restore', backup.file, '--yes'], plan)
    if (end.code === 0) ledger.acknowledge(wish)
    return end.code === 0 || placeOf(end) !== null ? placeOf(end) : said(end, 'restore')
  }

  /** Cut short, it is begun again as its user would, and must come to the same end. */
  async function takeIn(plan: KeepingPlan): Promise<string | null> {
    const archive = foreign()
    if (archive === null) return backUp(plan)
    const wish = ledger.begin({ do: 'adopt', export: archive.content })
    const first = await command(['import', archive.file], plan)
    const again = first.code === 0 ? first : await command(['import', archive.file], null)
    if (again.code === 0) ledger.acknowledge(wish)
    else said(again, 'import')
    return placeOf(first)
  }

  function command(args: readonly string[], plan: KeepingPlan | null, input = ''): Promise<Ended> {
    return runCommand(args, { dataDir, env: keys.env(), kill: plan?.kill ?? null, input })
  }

  function said({ errors, output, code }: Ended, what: string): null {
    wrong(`${what} ended with ${code}: ${(errors || output).slice(-1_000)}`)
    return null
  }

  return {
    env: keys.env,
    key: keys.current,
    /** What is wrong with a backup that stands under its name; null when it is whole. */
    async checkBackup(file: string, missing: MissingFrom = () => []): Promise<string | null> {
      const id = readBackupNote(file)?.key_check ?? ''
      // The first daemon of a life makes the key, and its backups may be the first to be opened with it.
      if (keys.byId(id) === null) await keys.current()
      const key = keys.byId(id)
      const told = notWhole(file, key)
      if (told !== null || key === null) return told
      const lost = missing(idsIn(file, key))
      return lost.length === 0 ? null : `a backup lacks ${lost.length} memories that were acknowledged before`
    },
    /** Where it was killed; null when it came to its end before that. */
    async run(plan: KeepingPlan): Promise<string | null> {
      const place = await runWork(plan)
      return place === null ? null : `${plan.work}: ${place}`
    },
    /** Everything as text, for the next store to take in. */
    async exportAll(file: string, format: 'jsonl' | 'markdown'): Promise<void> {
      const end = await command(['export', file, '--format', format], null)
      if (end.code !== 0) said(end, 'export')
    },
  }

  function runWork(plan: KeepingPlan): Promise<string | null> {
    if (plan.work === 'back up') return backUp(plan)
    if (plan.work === 'restore') return restore(plan)
    if (plan.work === 'import') return takeIn(plan)
    return changeKey(plan.work, plan)
  }
}

function notWhole(file: string, key: Buffer | null): string | null {
  const note = readBackupNote(file)
  if (note === null) return `a backup that is not whole stands under its name: ${file}`
  if (key === null) return `no key that the store had opens ${file}`
  try {
    const { memories } = verifyCopy({ file, key, cipher: note.cipher })
    return memories === note.memories ? null : `a backup of ${note.memories} memories holds ${memories}`
  } catch (error) {
    return `a backup that cannot be read: ${error instanceof Error ? error.message : error}`
  }
}

function idsIn(file: string, key: Buffer): ReadonlySet<string> {
  const db = openRaw(file, readBackupNote(file)?.cipher, key)
  try {
    const rows = db.prepare<[], { id: StringColumn }>('SELECT id FROM memory').all()
    return new Set(rows.map(({ id }) => fromIdColumn(id)))
  } finally {
    db.close()
  }
}
