// Holds the data directory for the command line while no daemon has it: the same lock, the same key. What is done with the
// store meanwhile is in the files beside this one, which pick adapters as composition/ does for the daemon; all of it on
// this thread, because nothing else waits for it.
import type { Config } from '../config/config.ts'
import { systemClock } from '../kit/clock.ts'
import { AppError } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import { prepareDataDir } from '../lifecycle/data-dir.ts'
import { openKey, type StoreKey } from '../lifecycle/key.ts'
import { acquireLock, type DataDirLock } from '../lifecycle/lock.ts'
import { readPackageInfo } from '../lifecycle/package-info.ts'
import { createPinoLog } from '../lifecycle/pino-log.ts'
import { hasStore } from '../lifecycle/store-file.ts'

/** A data directory that this process holds; nobody else touches it until `release`. */
export interface HeldDataDir {
  readonly dataDir: string
  readonly key: StoreKey
  readonly passphrase: string | null
  release(): void
}

/**
 * Raises `locked` while a daemon runs on it; ends a change of the key that was interrupted. `from nothing` makes the
 * directory and a key where there is none yet, for what brings a store along.
 */
export async function holdDataDir(
  config: Config,
  start: 'store needed' | 'from nothing' = 'store needed',
): Promise<HeldDataDir> {
  const { dataDir } = config
  if (start === 'store needed') refuseWithoutStore(dataDir)
  const lock = await lockDataDir(config, maintenanceLog(config))
  try {
    const passphrase = passphraseOf(config)
    const key = await openKey(dataDir, passphrase)
    return { dataDir, key, passphrase, release: () => lock.release() }
  } catch (error) {
    lock.release()
    throw error
  }
}

function refuseWithoutStore(dataDir: string): void {
  if (hasStore(dataDir)) return
  throw new AppError(
    'not_found',
    `${dataDir} holds no store yet: it is made by the first start of the daemon`,
  )
}

/** For what must work without a key that opens the store. */
export async function withLock<T>(config: Config, work: (log: Log) => Promise<T> | T): Promise<T> {
  const log = maintenanceLog(config)
  const lock = await lockDataDir(config, log)
  try {
    return await work(log)
  } finally {
    lock.release()
  }
}

async function lockDataDir({ dataDir }: Config, log: Log): Promise<DataDirLock> {
  await prepareDataDir(dataDir)
  const holder = { pid: process.pid, startedAt: systemClock(), version: readPackageInfo().version }
  return acquireLock(dataDir, holder, log)
}

function maintenanceLog({ logLevel }: Config): Log {
  return createPinoLog({ level: logLevel === 'info' ? 'warn' : logLevel })
}

export function passphraseOf({ passphrase }: Config): string | null {
  return passphrase?.reveal() ?? null
}
