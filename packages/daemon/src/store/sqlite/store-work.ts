// Long work on a store that is in use, on a thread and a read-only connection of its own, so that neither captures nor
// recalls wait for it: a backup, an export, or the facts that tell whether one is due.
import { Worker } from 'node:worker_threads'
import { lateError } from '../../kit/deadline.ts'
import { AppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { threadEntry } from '../../kit/thread-entry.ts'
import type { BackupNote } from '../backup-note.ts'
import { type ExportFacts, type ExportRequest, exportStore } from './archive-reading.ts'
import { type BackupRequest, backUp } from './backing-up.ts'
import { type CopyFacts, storeFacts } from './copying.ts'
import { fromWire, type WireError } from './protocol.ts'

export type StoreWork =
  | ({ readonly kind: 'back up' } & BackupRequest)
  | ({ readonly kind: 'export' } & ExportRequest)
  | ({ readonly kind: 'facts'; readonly target: string } & Pick<BackupRequest, 'store'>)

export type WorkAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: WireError }

/** What can be done to a store while it is in use. Rejects with AppError. */
export interface StoreWorker {
  backUp(request: BackupRequest): Promise<BackupNote>
  export(request: ExportRequest): Promise<ExportFacts>
  facts(store: BackupRequest['store']): Promise<CopyFacts>
}

/** On the thread. Keys cross as plain bytes. */
export function runWork(work: StoreWork): unknown {
  const store = { ...work.store, key: Buffer.from(work.store.key) }
  switch (work.kind) {
    case 'back up':
      return backUp({ ...work, store })
    case 'export':
      return exportStore({ ...work, store })
    case 'facts':
      return storeFacts(store)
  }
}

const entryBeside = threadEntry('work-thread', import.meta.url)

/** `signal` ends what is under way. */
export function createStoreWorker(signal: AbortSignal, entry: URL = entryBeside): StoreWorker {
  return {
    backUp: (request) => runInThread({ kind: 'back up', ...request }, signal, entry) as Promise<BackupNote>,
    export: (request) => runInThread({ kind: 'export', ...request }, signal, entry) as Promise<ExportFacts>,
    facts: (store) =>
      runInThread({ kind: 'facts', store, target: store.file }, signal, entry) as Promise<CopyFacts>,
  }
}

async function runInThread(work: StoreWork, signal: AbortSignal, entry: URL): Promise<unknown> {
  if (signal.aborted) throw stopped()
  const worker = new Worker(entry, { workerData: work, execArgv: [] })
  const answered = Promise.withResolvers<WorkAnswer>()
  const fail = (error: AppError) => answered.reject(error)
  const timer = setTimeout(
    () => fail(lateError(work.kind, limits.storeWorkMsMax, 'look at the disk, and try again')),
    limits.storeWorkMsMax,
  )
  const onAbort = () => fail(stopped())
  signal.addEventListener('abort', onAbort, { once: true })
  worker.once('message', (answer: WorkAnswer) => answered.resolve(answer))
  worker.once('error', (cause) =>
    fail(new AppError('internal', 'work on the store failed unexpectedly', { cause })),
  )
  worker.once('exit', () => fail(new AppError('internal', 'work on the store ended without an answer')))
  try {
    const answer = await answered.promise
    if (!answer.ok) throw fromWire(answer.error)
    return answer.value
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    await worker.terminate()
  }
}

function stopped(): AppError {
  return new AppError('unavailable', 'the daemon is stopping; try again when it runs')
}
