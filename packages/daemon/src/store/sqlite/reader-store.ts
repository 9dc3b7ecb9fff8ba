// The reading half of the store on one read-only connection. Each call sees one snapshot: the last commit before it.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { Store } from '../store.ts'
import { createCounterReading } from './counters.ts'
import { createDerivedReading } from './derived-reading.ts'
import { createListing } from './listing.ts'
import { createMemoryReading } from './memory-rows.ts'
import { createProjectReading } from './project-rows.ts'
import type { Sync } from './protocol.ts'
import { createSearching } from './search.ts'
import { createSessionFinding, createSessionListing } from './session-reading.ts'
import { createEventReading, createProfileReading } from './settings.ts'
import { createStats } from './stats.ts'
import { createVectorReading } from './vector-reading.ts'

export type ReaderStore = Sync<
  Pick<
    Store,
    | 'get'
    | 'list'
    | 'termStats'
    | 'probe'
    | 'evidence'
    | 'occupants'
    | 'sessions'
    | 'session'
    | 'projects'
    | 'profile'
    | 'events'
    | 'stats'
    | 'standingRevision'
    | 'changedSessions'
    | 'changedProjects'
    | 'derived'
    | 'derivedRows'
    | 'textsToEmbed'
    | 'vectorCodes'
    | 'vectorRows'
    | 'vectorProgress'
    | 'derivedQuoting'
  >
>

export function createReaderStore(db: Database): ReaderStore {
  const counter = createCounterReading(db)
  const findSession = createSessionFinding(db)
  return {
    get: createMemoryReading(db),
    list: createListing(db),
    ...createSearching(db),
    sessions: createSessionListing(db),
    session: (client, session) => findSession(client, session)?.session ?? null,
    projects: createProjectReading(db),
    profile: createProfileReading(db),
    events: createEventReading(db),
    stats: createStats(db),
    standingRevision: () => counter('standing_revision'),
    ...createDerivedReading(db),
    ...createVectorReading(db),
  }
}
