// The store as plain objects: slow, obviously right, and the oracle that the product's store is compared with. Keeps
// one list of memories in the order they came (memory-rows.ts); everything else it is asked is worked out from that list.

import { AppError } from '../../kit/errors.ts'
import { isUuid } from '../../kit/ids.ts'
import { limits } from '../../kit/limits.ts'
import type { NewMemory } from '../../model/memory.ts'
import { defaultProfile, type Profile } from '../../model/profile.ts'
import { analyseText } from '../../text/analyser.ts'
import { forgottenEvent } from '../forgotten-event.ts'
import type { Store, StoreEvent } from '../store.ts'
import { createWatching } from '../watching.ts'
import { createMemoryCapturing } from './capturing.ts'
import { createMemoryForgetting } from './forgetting.ts'
import { createMemoryForgotten } from './forgotten.ts'
import { formsAmong } from './forms.ts'
import { listMemories, reliedOn, withIds } from './listing.ts'
import { createMemoryRows } from './memory-rows.ts'
import { type Holdings, searchingOf } from './searching.ts'
import { eventsMatching, statsOf } from './stats.ts'
import { createMemoryBackTaking } from './taking-back.ts'
import { createMemoryVectors } from './vectors.ts'

export function createMemoryStore(): Store {
  const rows = createMemoryRows()
  const { sessions, projects, derived } = rows
  const forgotten = createMemoryForgotten()
  const backTaking = createMemoryBackTaking(rows, forgotten)
  const capturing = createMemoryCapturing(rows, forgotten, backTaking)
  const forget = createMemoryForgetting(rows, forgotten)
  const vectors = createMemoryVectors(() => ({ memories: rows.all(), seats: rows.seats() }))
  const watching = createWatching()
  let profile: Profile = defaultProfile
  let events: readonly StoreEvent[] = []
  let closed = false

  const holdings = (): Holdings => ({
    memories: rows.all(),
    seats: rows.seats(),
    analyse: analyseText,
    vectorRows: vectors.rows,
  })

  /** Said in the project that is meant by its key: it may have been merged into another. */
  function ofProject<Item extends NewMemory>(item: Item): Item {
    return { ...item, project: projects.meant(item.project) }
  }

  /** All of `work` or nothing of it, and nothing after closing. */
  async function atomically<T>(work: () => T): Promise<T> {
    assertOpen()
    const eventsBefore = events
    const restores = [rows.save(), backTaking.save()]
    try {
      return work()
    } catch (error) {
      events = eventsBefore
      for (const restore of restores) restore()
      throw error
    }
  }

  function assertOpen(): void {
    if (closed) throw new AppError('unavailable', 'the store is closed; start the daemon again')
  }

  async function reading<T>(work: () => T): Promise<T> {
    assertOpen()
    return work()
  }

  function setParent({ client, session }: NewMemory, parent: string): void {
    const found = sessions.find(client, session)
    if (found === null || found.parent === parent) return
    sessions.change(client, session, { parent })
    rows.touch(found)
  }

  function recordEvent(event: StoreEvent): void {
    events = [...events, event].slice(-limits.eventRowsMax)
  }

  return {
    capture: (items, { parentSession: parent } = {}) =>
      watching.growing(
        atomically(() => {
          const outcomes = items.map((item) => capturing.capture(ofProject(item)))
          if (parent !== undefined) for (const item of items) setParent(item, parent)
          return outcomes
        }),
      ),
    get: (ids, charsMax) => reading(() => withIds(rows.all(), ids, charsMax)),
    list: (filter, page) =>
      reading(() => listMemories(rows.all(), rows.arrivals, projects.meantIn(filter), page)),
    reliedOn: (of, page) => reading(() => reliedOn(rows.all(), of.map(projects.meant), page)),
    forgottenAmong: (digests) => reading(() => forgotten.among(digests)),
    idsFrom: (start, max) =>
      reading(() => {
        const digits = start.replaceAll('-', '')
        const ids = rows.all().map(({ id }) => id)
        return ids
          .filter((id) => isUuid(id) && id.replaceAll('-', '').startsWith(digits))
          .sort()
          .slice(0, max)
      }),
    withForms: (ids) =>
      reading(() => [...new Set(ids.flatMap((id) => formsAmong(rows.all(), id).map((form) => form.id)))]),
    supersede: (original, replacement) =>
      watching.growing(atomically(() => capturing.supersede(original, ofProject(replacement)))),
    pin: (id, pin) =>
      atomically(() => {
        const memory = rows.find(id)
        if (memory === undefined) return false
        rows.setPin(memory, pin)
        return true
      }),
    forget: (ids, at, charsMax = Number.POSITIVE_INFINITY, bars = true) =>
      watching.vacating(
        atomically(() => {
          const taken = rows.seats()
          const gone = forget(ids, charsMax, bars)
          if (gone.length > 0) recordEvent(forgottenEvent(gone, at))
          vectors.dropVacated()
          const left = rows.seats()
          return { ids: gone, seats: taken.filter((each) => !left.includes(each)).map(({ seat }) => seat) }
        }),
      ),
    reinforce: (ids) =>
      atomically(() => {
        const known = [...new Set(ids)].flatMap((id) => rows.find(id) ?? [])
        if (known.length > 0) rows.touchStanding()
        for (const memory of known) {
          rows.replace(memory.id, { reinforced: memory.reinforced + 1 })
          rows.touch(memory)
        }
        return new Map(known.map(({ id, reinforced }) => [id, reinforced + 1]))
      }),

    search: (search, request) =>
      reading(() => search.run(projects.searchingIn(searchingOf(holdings())), request)),

    sessions: (filter) => reading(() => sessions.list(projects.meantIn(filter))),
    recentSessions: (query) =>
      reading(() => sessions.recent({ ...query, project: projects.meant(query.project) })),
    session: (client, session) => reading(() => sessions.find(client, session)),
    closeSession: (client, session, at) =>
      atomically(() => sessions.change(client, session, { closedAt: at })),

    takeBack: (session, what, at) => atomically(() => backTaking.take(session, what, at)),
    barSession: (session, id) =>
      atomically(() => {
        forgotten.barSession(session, id)
        backTaking.drop(session)
      }),

    putProject: (project) =>
      watching.rekeying(
        atomically(() => {
          const before = projects.put(project)
          return {
            result: undefined,
            rekeyed: before === null ? null : rows.moveProject(before, project.key),
          }
        }),
      ),
    projectKey: (project) => reading(() => projects.foundAs(project)),
    projects: () => reading(() => projects.list(rows.all(), sessions.all())),
    mergeProjects: (from, into) =>
      watching.rekeying(
        atomically(() => {
          const [source, target] = [projects.meant(from), projects.meant(into)]
          const result = projects.merge(source, target)
          return { result, rekeyed: result === 'merged' ? rows.moveProject(source, target) : null }
        }),
      ),
    renameProject: (key, name) => atomically(() => projects.rename(key, name)),

    profile: () => reading(() => profile),
    setProfile: (changes) =>
      atomically(() => {
        profile = { ...profile, ...changes }
        rows.touchStanding()
        return profile
      }),

    recordEvent: (event) => atomically(() => recordEvent(event)),
    events: (query) => reading(() => eventsMatching(events, query)),

    stats: () =>
      reading(() =>
        statsOf(rows.all(), { sessions: sessions.all().length, projects: projects.list([], []).length }),
      ),
    standingRevision: () => reading(rows.standingRevision),
    watch: watching.watch,

    ...derived.reading,
    applyDerived: (step) => atomically(() => derived.apply(step)),
    deriveAnew: (rulesVersion) => atomically(() => derived.deriveAnew(rulesVersion)),

    useEmbedder: (id) => atomically(() => vectors.calls.useEmbedder(id)),
    keepMeasured: (embedder, measured) => atomically(() => vectors.calls.keepMeasured(embedder, measured)),
    measured: (embedder) => reading(() => vectors.calls.measured(embedder)),
    textsToEmbed: (passagesMax) => reading(() => vectors.calls.textsToEmbed(passagesMax)),
    putVectors: (embedder, of) => atomically(() => vectors.calls.putVectors(embedder, of)),
    vectorCodes: (after, limit) => reading(() => vectors.calls.vectorCodes(after, limit)),
    vectorProgress: () => reading(() => vectors.calls.vectorProgress()),

    optimise: () => reading(() => {}),
    close: async () => {
      closed = true
    },
  }
}
