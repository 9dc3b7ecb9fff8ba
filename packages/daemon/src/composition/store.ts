// The data directory and the store in it: held by this process alone, opened with its key, closed and let go in reverse.

import { limits } from '../kit/limits.ts'
import { removeUnfinished } from '../kit/private-file.ts'
import { threadEntry } from '../kit/thread-entry.ts'
import { prepareDataDir } from '../lifecycle/data-dir.ts'
import { openKey, type StoreKey } from '../lifecycle/key.ts'
import { acquireLock } from '../lifecycle/lock.ts'
import { storeFilePath } from '../lifecycle/store-file.ts'
import type { ArchiveFormat } from '../store/archive-records.ts'
import type { BackupNote } from '../store/backup-note.ts'
import { redactingStore } from '../store/redacting-store.ts'
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts'
import { createStoreWorker, type StoreWorker } from '../store/sqlite/store-work.ts'
import type { Store } from '../store/store.ts'
import { createRedaction } from '../text/redaction.ts'
import type { Start } from './start.ts'

export interface OpenedStore {
  /** The one door to what is kept: nothing secret gets past it. */
  readonly store: Store
  readonly keySource: string
  /** Secrets and private spans that were not stored since the start, by kind. */
  readonly keptOut: () => Readonly<Record<string, number>>
  readonly copies: StoreCopies
}

/** Copies of the store while it is in use. */
export interface StoreCopies {
  facts(): ReturnType<StoreWorker['facts']>
  backUp(target: string): Promise<BackupNote>
  exportTo(target: string, format: ArchiveFormat): ReturnType<StoreWorker['export']>
}

/** From here on the data directory is ours alone. */
export async function holdDataDir({ config, log, startedAt, version, undo }: Start): Promise<void> {
  const { dataDir } = config
  await prepareDataDir(dataDir)
  const lock = acquireLock(dataDir, { pid: process.pid, startedAt, version }, log)
  undo.add(() => lock.release())
  const unfinished = removeUnfinished(dataDir, startedAt - limits.unfinishedFileMsMin)
  if (unfinished.length > 0) log.info('unfinished_files_removed', { files: unfinished.length })
}

/** `onFatal` is called when a thread of the store dies. */
export async function openStore(start: Start, onFatal: (error: unknown) => void): Promise<OpenedStore> {
  const { config, log, now, version, undo } = start
  const storeKey = await openKey(config.dataDir, config.passphrase?.reveal() ?? null)
  const redaction = createRedaction(config.redaction)
  const bareStore = await openSqliteStore({
    file: storeFilePath(config.dataDir),
    key: storeKey.key,
    threadEntry: threadEntry('store-thread', import.meta.url),
    log,
    onFatal,
  })
  const store = redactingStore(bareStore, redaction)
  undo.add(() => store.close())
  undo.add(() => store.recordEvent({ at: now(), kind: 'stopped', data: { version } }))
  return { store, keySource: storeKey.source, keptOut: redaction.counts, copies: copiesOf(start, storeKey) }
}

function copiesOf({ config, now, version, undo }: Start, { key, parameters }: StoreKey): StoreCopies {
  const ending = new AbortController()
  undo.add(() => ending.abort())
  const worker = createStoreWorker(ending.signal)
  const store = { file: storeFilePath(config.dataDir), key }
  return {
    facts: () => worker.facts(store),
    backUp: (target) =>
      worker.backUp({ store, target, madeAt: now(), madeBy: version, keyParameters: parameters }),
    exportTo: (target, format) => worker.export({ store, target, format, madeAt: now(), madeBy: version }),
  }
}
