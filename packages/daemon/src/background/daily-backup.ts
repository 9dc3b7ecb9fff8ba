// Backups that nobody has to think of: one a day at most, none when nothing has changed, the newest few kept. Bounded
// in number and by free disk space; what goes wrong is logged, recorded, and tried again an hour later.
import { rmSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import type { Clock } from '../kit/clock.ts'
import { limits } from '../kit/limits.ts'
import type { Log } from '../kit/log.ts'
import {
  freeBackupPath,
  listBackups,
  makeBackupFolder,
  outdatedBackups,
  unfinishedBackups,
} from '../store/backup-folder.ts'
import type { BackupNote } from '../store/backup-note.ts'
import type { Store } from '../store/store.ts'
import type { BackgroundTask } from './background-work.ts'

export interface DailyBackupOptions {
  readonly folder: string
  readonly keep: number
  readonly storeBytes: () => number
  /** Names the store and its present content. */
  readonly facts: () => Promise<{ readonly store: string; readonly state: string }>
  readonly backUp: (target: string) => Promise<BackupNote>
  readonly store: Pick<Store, 'recordEvent'>
  readonly now: Clock
  readonly startedAt: number
  readonly paused: () => boolean
  readonly log: Log
}

export function createDailyBackup(options: DailyBackupOptions): BackgroundTask {
  const { folder, keep, facts, backUp, store, now, startedAt, paused, log } = options
  /** After a look or a failure, the next one waits. */
  let quietUntil = startedAt + limits.backupAfterMs

  async function isDue(): Promise<boolean> {
    const { store: id, state } = await facts()
    // One from when the clock was ahead says nothing about when the last one was made.
    const newest = listBackups(folder).find(({ note }) => note.store === id && note.made_at <= now())?.note
    if (newest === undefined) return true
    return newest.made_at <= now() - limits.backupEveryMs && newest.state !== state
  }

  /** The wait is longer than any that is ever begun. */
  function isClockSetBack(): boolean {
    return quietUntil - now() > Math.max(limits.backupAfterMs, limits.backupRetryMs)
  }

  async function hasRoom(): Promise<boolean> {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize > 2 * options.storeBytes() + limits.diskFreeBytesWarn
  }

  async function run(): Promise<void> {
    makeBackupFolder(folder)
    for (const path of unfinishedBackups(folder)) rmSync(path, { force: true })
    if (!(await hasRoom())) {
      log.warn('backup_skipped', { reason: 'no space', folder })
      return
    }
    const begun = now()
    const made = freeBackupPath(folder, begun)
    const note = await backUp(made)
    // Never the one just made, however many say that they are of a later day.
    const outdated = outdatedBackups(listBackups(folder), note.store, keep).filter(
      ({ file }) => file !== made,
    )
    for (const { file } of outdated) rmSync(file, { force: true })
    const data = { memories: note.memories, ms: now() - begun, removed: outdated.length }
    log.info('backed_up', data)
    await store.recordEvent({ at: now(), kind: 'backed_up', data })
  }

  return {
    name: 'daily_backup',
    async run(signal) {
      // A daemon that has just started has better things to do: somebody is waiting for it.
      if (paused() || (now() < quietUntil && !isClockSetBack())) return
      quietUntil = now() + limits.backupRetryMs
      try {
        if (await isDue()) await run()
      } catch (error) {
        // A stop in the middle is no failure; what it left is removed before the next one.
        if (!signal.aborted) throw error
      }
    },
  }
}
