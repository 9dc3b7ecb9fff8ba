// The two halves of the SQLite store on this thread: as durable and as encrypted, quicker to open a hundred times,
// and with an analyser of the test's choosing.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { Project } from '../../../src/model/project.ts'
import { recallSearch } from '../../../src/recall/recall.ts'
import type { Analyse } from '../../../src/store/passages.ts'
import type { AnySearch } from '../../../src/store/search.ts'
import { openReader, openWriter, type StoreFile } from '../../../src/store/sqlite/connection.ts'
import { createGroupCommit } from '../../../src/store/sqlite/group-commit.ts'
import { createReaderStore, type ReaderStore } from '../../../src/store/sqlite/reader-store.ts'
import { createReindexing, type Reindexing } from '../../../src/store/sqlite/reindexing.ts'
import { createTextIndex } from '../../../src/store/sqlite/text-index.ts'
import { createWriterStore, type WriterStore } from '../../../src/store/sqlite/writer-store.ts'
import type { Store } from '../../../src/store/store.ts'
import { createWatching } from '../../../src/store/watching.ts'
import { analyserVersion, analyseText } from '../../../src/text/analyser.ts'
import { looking } from './looking.ts'

export interface InProcessStore {
  readonly db: Database
  readonly store: Store
  readonly reindexing: Reindexing
}

export interface Analyser {
  readonly version: number
  readonly analyse: Analyse
}

const realAnalyser: Analyser = { version: analyserVersion, analyse: analyseText }

export function openInProcess(options: StoreFile, analyser = realAnalyser): InProcessStore {
  const db = openWriter(options, () => {})
  const readingDb = openReader(options)
  const index = createTextIndex(db, analyser.analyse)
  const reindexing = createReindexing(db, index, analyser.version)
  const writer = createWriterStore(db, index)
  const reader = createReaderStore(readingDb, [recallSearch, looking])
  const group = createGroupCommit(db, () => {})

  function write<T>(run: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    group.add({ weight: 1, run, done: (result) => resolve(result as T), failed: reject })
    group.commitNext()
    return promise
  }

  async function close(): Promise<void> {
    readingDb.close()
    db.close()
  }

  const watching = createWatching()
  const store = {
    ...promised(writer, write),
    watch: watching.watch,
    forget: (ids: readonly string[], at: number) => watching.vacating(write(() => writer.forget(ids, at))),
    putProject: (project: Project) => watching.rekeying(write(() => writer.putProject(project))),
    mergeProjects: (from: string, into: string) =>
      watching.rekeying(write(() => writer.mergeProjects(from, into))),
    ...promised(reader, async (run) => run()),
    search: async ({ name }: AnySearch, request: unknown) => reader.search(name, request),
    optimise: async () => {},
    close,
  }
  return { db, store: store as Store, reindexing }
}

type Runner = <T>(run: () => T) => Promise<T>

function promised(methods: WriterStore | ReaderStore, run: Runner): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      (...args: unknown[]) => run(() => (method as (...args: unknown[]) => unknown)(...args)),
    ]),
  )
}
