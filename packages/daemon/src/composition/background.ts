// What runs beside the answering: the spool is drained, sessions are digested, vectors made, and, where the settings say
// so, history checked and backups made. Each on a timer of its own, so that none waits for another.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type BackgroundWork, createBackgroundWork } from '../background/background-work.ts'
import { createDailyBackup } from '../background/daily-backup.ts'
import { createDailyCheck, createSessionCheck } from '../background/history-check.ts'
import { createSpellingMerge } from '../background/spelling-merge.ts'
import { createSpoolDrain } from '../background/spool-drain.ts'
import { createSpoolLook } from '../background/spool-look.ts'
import type { Config } from '../config/config.ts'
import { hostEnvironment } from '../config/environment.ts'
import { hostSources } from '../history/locations.ts'
import { monotonicClock } from '../kit/clock.ts'
import { limits } from '../kit/limits.ts'
import type { Service } from '../kit/service.ts'
import { readPackageInfo } from '../lifecycle/package-info.ts'
import { storeFilePath } from '../lifecycle/store-file.ts'
import type { Store } from '../store/store.ts'
import type { Answering } from './answering.ts'
import type { Start } from './start.ts'
import type { OpenedStore } from './store.ts'

export interface Background {
  /** What a pause holds up and `force_wake` hurries. */
  readonly spool: BackgroundWork
  /** In the order in which they start. */
  readonly services: readonly Service[]
}

export function createBackground(start: Start, opened: OpenedStore, answering: Answering): Background {
  const { config, log, now } = start
  const { dataDir } = config
  const { activity, consolidator, vectors } = answering
  const { store } = opened
  const { dispatch } = activity
  const spool = createBackgroundWork({
    tasks: [createSpoolDrain({ dataDir, dispatch, store, now, elapsed: monotonicClock, log })],
    everyMs: limits.spoolDrainEveryMs,
    log,
  })
  const spellings = createBackgroundWork({
    tasks: [createSpellingMerge({ store, log })],
    everyMs: limits.spellingMergeEveryMs,
    log,
  })
  const services = [
    spellings,
    spool,
    createSpoolLook({ dataDir, background: spool, log }),
    consolidator,
    ...(vectors === null ? [] : [vectors]),
    ...(config.verifyHistory === 'off' ? [] : historyChecks(start, opened, answering, spool)),
    ...(config.backupDaily === 'off' ? [] : [dailyBackups(start, opened, spool)]),
  ]
  return { spool, services }
}

/** Work of its own beside the spool: it takes minutes, and the spool does not wait for it. */
function historyChecks(
  { config, log, now, startedAt }: Start,
  { store }: OpenedStore,
  { activity: { sessionEndedAt } }: Answering,
  { paused }: BackgroundWork,
): readonly BackgroundWork[] {
  const command = historyCheckCommand(config)
  const madeAt = statSync(storeFilePath(config.dataDir), { throwIfNoEntry: false })?.birthtimeMs ?? startedAt
  const hosts = () => hostsRemembered(store)
  const options = { command, hosts, store, madeAt, now, startedAt, sessionEndedAt, paused, log }
  const daily = [createDailyCheck(options)]
  const afterSessions = [createSessionCheck(options)]
  return [
    createBackgroundWork({ tasks: daily, everyMs: limits.historyCheckAfterMs, log }),
    createBackgroundWork({ tasks: afterSessions, everyMs: limits.sessionCheckLookEveryMs, log }),
  ]
}

async function hostsRemembered(store: Pick<Store, 'sessions'>): Promise<readonly string[]> {
  const asked = hostSources(hostEnvironment()).map(async ({ client }) => {
    const sessions = await store.sessions({ projects: null, client, limit: 1 })
    return sessions.length === 0 ? [] : [client]
  })
  return (await Promise.all(asked)).flat()
}

function historyCheckCommand({ dataDir, socketPath }: Config) {
  const bin = join(readPackageInfo().folder, 'bin', 'iai-mcp.js')
  const verify = ['verify', '--repair', '--json', '--data-dir', dataDir, '--socket', socketPath]
  return (hosts: readonly string[], hours: number): [string, ...string[]] => [
    process.execPath,
    ...[bin, ...verify, '--changed-within', String(hours), ...hosts],
  ]
}

function dailyBackups(
  { config, log, now, startedAt }: Start,
  { store, copies }: OpenedStore,
  { paused }: BackgroundWork,
): BackgroundWork {
  const { dataDir, backupFolder, backupKeep } = config
  const task = createDailyBackup({
    ...{ store, now, startedAt, paused, log },
    ...copies,
    folder: backupFolder,
    keep: backupKeep,
    storeBytes: () => statSync(storeFilePath(dataDir), { throwIfNoEntry: false })?.size ?? 0,
  })
  return createBackgroundWork({ tasks: [task], everyMs: limits.backupLookEveryMs, log })
}
