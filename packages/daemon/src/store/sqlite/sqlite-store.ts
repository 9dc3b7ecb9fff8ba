// The store of the product: an encrypted SQLite file behind two threads. Writes go to the one writer, reads to a
// reader with its own snapshot, so that a recall never waits for an fsync; a read sees every write acknowledged before
// it. This file only opens, routes and closes.
import { resolve } from 'node:path'
import type { AppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import type { Log } from '../../kit/log.ts'
import type { Project } from '../../model/project.ts'
import type { Search } from '../search.ts'
import type { Store } from '../store.ts'
import { createWatching } from '../watching.ts'
import type { StoreFile } from './connection.ts'
import type { ReaderStore } from './reader-store.ts'
import { createThreadLink, type ThreadLink } from './thread-link.ts'
import type { WriterStore } from './writer-store.ts'

export interface SqliteStoreOptions extends StoreFile {
  readonly log: Log
  /** Called at most once, when a thread died: everything in flight was rejected and the process should end. */
  readonly onFatal?: ((error: AppError) => void) | undefined
  /** The code of the store's threads: a file that calls serveStoreThread (thread.ts). */
  readonly threadEntry: URL
}

type WriterThread = WriterStore & { optimise(): void }

/**
 * Opens the store in `file`, creating it when there is none. Rejects with AppError `key_wrong`, `store_corrupt` (also
 * for a file that is no store), `store_newer`, `disk_full`, `unavailable`; none of them changes the file.
 */
export async function openSqliteStore({
  log,
  onFatal,
  threadEntry: entry,
  ...given
}: SqliteStoreOptions): Promise<Store> {
  const store = { ...given, file: resolve(given.file) }
  let dead = false
  const onDeath = (error: AppError): void => {
    if (dead) return
    dead = true
    log.error('store_thread_died', error)
    onFatal?.(error)
  }
  const writer = createThreadLink<WriterThread>({ role: 'writer', entry, log, onDeath })
  const reader = createThreadLink<ReaderStore>({ role: 'reader', entry, log, onDeath })
  try {
    await writer.open(store)
    await reader.open(store)
  } catch (error) {
    await closeBoth(writer, reader)
    throw error
  }
  return routed(writer, reader)
}

/** The reader first: the last connection to close is the one that empties the log. */
async function closeBoth(writer: ThreadLink<WriterThread>, reader: ThreadLink<ReaderStore>): Promise<void> {
  try {
    await reader.close()
  } finally {
    await writer.close()
  }
}

function routed(writer: ThreadLink<WriterThread>, reader: ThreadLink<ReaderStore>): Store {
  const watching = createWatching()
  const putProject = puttingProjectsOnce((project) => watching.rekeying(writer.call('putProject', project)))
  let closing: Promise<void> | undefined
  return {
    capture: (items, options) => watching.growing(writer.call('capture', items, options)),
    supersede: (original, replacement) => watching.growing(writer.call('supersede', original, replacement)),
    pin: (id, pin) => writer.call('pin', id, pin),
    forget: (ids, at, charsMax, bars) => watching.vacating(writer.call('forget', ids, at, charsMax, bars)),
    reinforce: (ids, at) => writer.call('reinforce', ids, at),
    closeSession: (client, session, at) => writer.call('closeSession', client, session, at),
    takeBack: (session, what, at) => writer.call('takeBack', session, what, at),
    barSession: (session, id, at) => writer.call('barSession', session, id, at),
    putProject,
    mergeProjects: (from, into) => watching.rekeying(writer.call('mergeProjects', from, into)),
    renameProject: (key, name) => writer.call('renameProject', key, name),
    setProfile: (changes) => writer.call('setProfile', changes),
    recordEvent: (event) => writer.call('recordEvent', event),
    optimise: () => writer.call('optimise'),
    applyDerived: (step) => writer.call('applyDerived', step),
    deriveAnew: (rulesVersion) => writer.call('deriveAnew', rulesVersion),
    useEmbedder: (id) => writer.call('useEmbedder', id),
    keepMeasured: (embedder, measured) => writer.call('keepMeasured', embedder, measured),
    putVectors: (embedder, memories) => writer.call('putVectors', embedder, memories),
    watch: watching.watch,

    get: (ids, charsMax) => reader.call('get', ids, charsMax),
    list: (filter, page) => reader.call('list', filter, page),
    reliedOn: (projects, page) => reader.call('reliedOn', projects, page),
    forgottenAmong: (digests) => reader.call('forgottenAmong', digests),
    idsFrom: (start, max) => reader.call('idsFrom', start, max),
    withForms: (ids) => reader.call('withForms', ids),
    search: <Request, Answer>({ name }: Search<Request, Answer>, request: Request) =>
      reader.call('search', name, request) as Promise<Answer>,
    sessions: (filter) => reader.call('sessions', filter),
    recentSessions: (query) => reader.call('recentSessions', query),
    session: (client, session) => reader.call('session', client, session),
    projects: () => reader.call('projects'),
    projectKey: (project) => reader.call('projectKey', project),
    profile: () => reader.call('profile'),
    events: (query) => reader.call('events', query),
    stats: () => reader.call('stats'),
    standingRevision: () => reader.call('standingRevision'),
    changedSessions: (query) => reader.call('changedSessions', query),
    changedProjects: (limit) => reader.call('changedProjects', limit),
    derived: (query) => reader.call('derived', query),
    derivedRows: (keys) => reader.call('derivedRows', keys),
    measured: (embedder) => reader.call('measured', embedder),
    textsToEmbed: (passagesMax) => reader.call('textsToEmbed', passagesMax),
    vectorCodes: (after, limit) => reader.call('vectorCodes', after, limit),
    vectorProgress: () => reader.call('vectorProgress'),
    derivedQuoting: (query) => reader.call('derivedQuoting', query),

    close: () => (closing ??= closeBoth(writer, reader)),
  }
}

/** Every scoped request names its project; only news about one is worth a place in the writer's queue. */
function puttingProjectsOnce(put: (project: Project) => Promise<void>): Store['putProject'] {
  const known = new Map<string, string>()
  return async (project) => {
    const description = JSON.stringify([project.name, project.reason, project.folder])
    if (known.get(project.key) === description) return
    await put(project)
    if (known.size >= limits.knownProjectsMax) known.clear()
    known.set(project.key, description)
  }
}
