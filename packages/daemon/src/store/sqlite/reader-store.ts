// The reading half of the store on one read-only connection. Each call sees one snapshot: the last commit before it.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { assert } from '../../kit/assert.ts'
import type { AnySearch } from '../search.ts'
import type { Store } from '../store.ts'
import { createForgottenReading } from './barring.ts'
import { createCounterReading } from './counters.ts'
import { createDerivedReading } from './derived-reading.ts'
import { createListing, createReliedOn } from './listing.ts'
import { createFormsReading, createMemoryReading } from './memory-rows.ts'
import { createProjectReading } from './project-rows.ts'
import type { Sync } from './protocol.ts'
import { createSearching } from './search.ts'
import { createRecentSessions, createSessionFinding, createSessionListing } from './session-reading.ts'
import { createEventReading, createProfileReading } from './settings.ts'
import { createStats } from './stats.ts'
import { createVectorReading } from './vector-reading.ts'

export type ReaderStore = {
  /** The search of that name, run on this connection. */
  search(name: string, request: unknown): unknown
} & Sync<
  Pick<
    Store,
    | 'get'
    | 'list'
    | 'reliedOn'
    | 'withForms'
    | 'forgottenAmong'
    | 'sessions'
    | 'recentSessions'
    | 'session'
    | 'projects'
    | 'projectKey'
    | 'profile'
    | 'events'
    | 'stats'
    | 'standingRevision'
    | 'changedSessions'
    | 'changedProjects'
    | 'derived'
    | 'derivedRows'
    | 'measured'
    | 'textsToEmbed'
    | 'vectorCodes'
    | 'vectorProgress'
    | 'derivedQuoting'
  >
>

/** `searches`: those that can be asked for by name. */
export function createReaderStore(db: Database, searches: readonly AnySearch[]): ReaderStore {
  const searching = createSearching(db)
  const counter = createCounterReading(db)
  const findSession = createSessionFinding(db)
  return {
    get: createMemoryReading(db),
    list: createListing(db),
    reliedOn: createReliedOn(db),
    withForms: createFormsReading(db),
    forgottenAmong: createForgottenReading(db),
    search(name, request) {
      const search = searches.find((each) => each.name === name)
      assert(search !== undefined, 'the thread that reads knows every search it is asked for')
      return search.run(searching, request)
    },
    sessions: createSessionListing(db),
    recentSessions: createRecentSessions(db),
    session: (client, session) => findSession(client, session)?.session ?? null,
    ...createProjectReading(db),
    profile: createProfileReading(db),
    events: createEventReading(db),
    stats: createStats(db),
    standingRevision: () => counter('standing_revision'),
    ...createDerivedReading(db),
    ...createVectorReading(db),
  }
}
