// The store as plain objects: slow, obviously right, and the oracle that the product's store is compared with. Keeps
// one list of memories in the order they came; everything else it is asked is worked out from that list.
import { assert } from '../../kit/assert.ts'
import { AppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import type {
  CaptureOutcome,
  Memory,
  NewMemory,
  NewStatement,
  Pin,
  SupersedeOutcome,
} from '../../model/memory.ts'
import { defaultProfile, type Profile } from '../../model/profile.ts'
import { noSession, sessionKey } from '../../model/session.ts'
import { analyseText } from '../../text/analyser.ts'
import { sameText, statementDigest, supersededAt, widerPin } from '../capture-rules.ts'
import { forgottenEvent } from '../forgotten-event.ts'
import type { Rekeying, Store, StoreEvent } from '../store.ts'
import { createWatching } from '../watching.ts'
import { createMemoryDerived } from './derived.ts'
import { createMemoryForgotten } from './forgotten.ts'
import { formsAmong, isForm, lastSaid } from './forms.ts'
import { listMemories, reliedOn, withIds } from './listing.ts'
import { createMemoryProjects } from './projects.ts'
import { type Holdings, searchingOf } from './searching.ts'
import { type Seated, seat } from './seating.ts'
import { createMemorySessions } from './sessions.ts'
import { eventsMatching, statsOf } from './stats.ts'
import { createMemoryVectors } from './vectors.ts'

export function createMemoryStore(): Store {
  let memories: readonly Memory[] = []
  let seats: readonly Seated[] = []
  let arrived = 0
  const arrivals = new Map<string, number>()
  const forgotten = createMemoryForgotten()
  const projects = createMemoryProjects()
  const sessions = createMemorySessions(() => memories)
  let profile: Profile = defaultProfile
  let events: readonly StoreEvent[] = []
  let standingRevision = 0
  let closed = false
  const derived = createMemoryDerived({
    sessions: () => sessions.all(),
    isCurrent: (id) => find(id)?.supersededAt === null,
    isProject: (key) => projects.number(key) !== null,
    meant: (key) => projects.meant(key),
    touchStanding: () => {
      standingRevision += 1
    },
  })
  const vectors = createMemoryVectors(() => ({ memories, seats }))
  const watching = createWatching()
  const holdings = (): Holdings => ({
    memories,
    seats,
    analyse: analyseText,
    vectorRows: vectors.rows,
  })
  const find = (id: string): Memory | undefined => memories.find((memory) => memory.id === id)

  function replace(id: string, changes: Partial<Memory>): void {
    memories = memories.map((memory) => (memory.id === id ? { ...memory, ...changes } : memory))
  }

  /** The memory's session has something new to be derived from. */
  function touch(memory: Pick<Memory, 'client' | 'session'>): void {
    if (memory.session !== noSession) derived.touchSession(sessionKey(memory))
  }

  function insert(item: NewMemory, pin: Pin | null): Memory {
    if (find(item.id) !== undefined) {
      throw new AppError('invalid_params', `there is a memory ${item.id} already; give each one a new id`)
    }
    const own = { pin, supersededBy: null, supersededAt: null, saidAgain: [], reinforced: 0 }
    const memory = { ...item, ...own }
    memories = [...memories, memory]
    arrived += 1
    arrivals.set(item.id, arrived)
    seats = seat(seats, memory, projects.ensure(item.project))
    sessions.reopen(memory)
    touch(memory)
    if (item.kind !== 'turn' || pin !== null) standingRevision += 1
    return memory
  }

  /** Everything of the project `from` is of `into`: what was derived from it is derived again. */
  function moveProject(from: string, into: string): Rekeying {
    for (const session of sessions.movedBy(from, into)) touch(session)
    derived.moveProject(from, into)
    memories = memories.map((memory) => (memory.project === from ? { ...memory, project: into } : memory))
    standingRevision += 1
    return { from, into }
  }

  /** Said in the project that is meant by its key: it may have been merged into another. */
  function ofProject<Item extends NewMemory>(item: Item): Item {
    return { ...item, project: projects.meant(item.project) }
  }

  function captureOne(item: NewMemory): CaptureOutcome {
    const barred = forgotten.barredBy(item)
    if (barred !== undefined) return { status: 'refused', id: barred }
    return item.messageId === null ? captureStatement(item) : captureMessage(item)
  }

  function captureMessage(item: NewMemory): CaptureOutcome {
    const forms = formsOf(item)
    const newest = forms.at(-1)
    if (newest === undefined) {
      insert(item, item.pin ?? null)
      return { status: 'inserted', id: item.id }
    }
    const pin = item.pin === undefined ? newest.pin : item.pin
    const same = forms.find((form) => form.text === item.text)
    if (same === undefined) return addForm(item, pin, forms, newest)
    if (same === newest || item.saidAt <= lastSaid(newest)) return { status: 'skipped', id: same.id }
    sayAgain(same, item.saidAt)
    replace(same.id, { pin, supersededBy: null, supersededAt: null })
    touch(same)
    replaceForm(newest, same.id, item)
    if (pin !== null || item.kind !== 'turn') standingRevision += 1
    return { status: 'reinstated', id: same.id, previousId: newest.id }
  }

  function addForm(
    item: NewMemory,
    pin: Pin | null,
    forms: readonly Memory[],
    newest: Memory,
  ): CaptureOutcome {
    insert(item, pin)
    const newer = forms.find((form) => lastSaid(form) > item.saidAt)
    if (newer === undefined) {
      replaceForm(newest, item.id, item)
      return { status: 'revised', id: item.id, previousId: newest.id }
    }
    replace(item.id, { supersededBy: newer.id, supersededAt: lastSaid(newer) })
    return { status: 'outdated', id: item.id, newestId: newest.id }
  }

  function replaceForm(old: Memory, by: string, item: NewMemory): void {
    if (old.supersededAt !== null) return
    const at = supersededAt({ saidAt: lastSaid(old) }, item)
    replace(old.id, { supersededBy: by, supersededAt: at })
    derived.erase(old.id)
    if (old.pin !== null) standingRevision += 1
  }

  /** The forms of a message, the newest last. */
  function formsOf(message: NewMemory): readonly Memory[] {
    return memories.filter((memory) => isForm(memory, message)).toSorted((a, b) => lastSaid(a) - lastSaid(b))
  }

  function captureStatement(item: NewMemory): CaptureOutcome {
    const held = heldStatement(item)
    if (held === undefined) {
      insert(item, item.pin ?? null)
      return { status: 'inserted', id: item.id }
    }
    sayAgain(held, item.saidAt)
    return { status: 'reinforced', id: held.id }
  }

  function heldStatement(item: NewMemory): Memory | undefined {
    const digest = statementDigest(item)
    return memories.find(
      (memory) =>
        memory.messageId === null && memory.supersededAt === null && statementDigest(memory).equals(digest),
    )
  }

  function sayAgain({ id, saidAt, saidAgain }: Memory, at: number): void {
    const times = new Set([...saidAgain, at])
    times.delete(saidAt)
    replace(id, { saidAgain: [...times].sort((a, b) => a - b) })
  }

  function supersede(originalId: string, item: NewStatement): SupersedeOutcome {
    const original = find(originalId)
    if (original === undefined) return { kind: 'unknown' }
    if (original.supersededBy !== null) return { kind: 'already', by: original.supersededBy }
    if (forgotten.barredBy(item) !== undefined) return { kind: 'refused' }
    if (sameText(original.text) === sameText(item.text)) return { kind: 'same' }
    const inherited = item.pin === undefined ? original.pin : item.pin
    const held = heldStatement(item)
    if (held !== undefined) {
      sayAgain(held, item.saidAt)
      setPin(held, widerPin(held.pin, inherited))
    }
    const by = held?.id ?? insert(item, inherited).id
    replace(originalId, { supersededBy: by, supersededAt: supersededAt(original, item) })
    derived.erase(originalId)
    touch(original)
    standingRevision += 1
    const memory = find(by)
    assert(memory !== undefined, 'what supersedes is stored')
    return { kind: 'superseded', memory }
  }

  /** All of `work` or nothing of it, and nothing after closing. */
  async function atomically<T>(work: () => T): Promise<T> {
    assertOpen()
    const before = {
      memories,
      seats,
      events,
      standingRevision,
      restore: [sessions.save(), derived.save(), projects.save()],
    }
    try {
      return work()
    } catch (error) {
      memories = before.memories
      seats = before.seats
      events = before.events
      standingRevision = before.standingRevision
      for (const restore of before.restore) restore()
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

  function forget(
    ids: readonly string[],
    at: number,
    charsMax = Number.POSITIVE_INFINITY,
  ): { ids: readonly string[]; seats: readonly number[] } {
    const taken = seats
    const projectOf = new Map(sessions.all().map((session) => [sessionKey(session), session.project]))
    let chars = 0
    const gone = ids.flatMap((id) => {
      const forms = chars > charsMax ? [] : allForms(id)
      chars += forms.reduce((sum, { text }) => sum + text.length, 0)
      for (const { id: form } of forms) erase(form, projectOf)
      return forms.map((form) => form.id)
    })
    if (gone.length > 0) recordEvent(forgottenEvent(gone, at))
    vectors.dropVacated()
    const vacated = taken.filter((each) => !seats.includes(each)).map(({ seat }) => seat)
    return { ids: gone, seats: vacated }
  }

  /** Nothing when the id is unknown. */
  function allForms(id: string): readonly Memory[] {
    const memory = find(id)
    return memory === undefined ? [] : formsAmong(memories, memory)
  }

  /** `projectOf`: of each session, as it was before any of it was erased. */
  function erase(id: string, projectOf: ReadonlyMap<string, string>): void {
    const memory = find(id)
    assert(memory !== undefined, 'what is erased was found')
    forgotten.bar(memory, id)
    derived.erase(id)
    const project = projectOf.get(sessionKey(memory))
    if (project !== undefined) derived.touchProject(project)
    touch(memory)
    memories = memories.filter((each) => each !== memory)
    seats = seats.filter((each) => each.memory !== id)
    for (const each of memories.filter((other) => other.supersededBy === id)) reinstate(each, memory)
    sessions.dropEmpty()
    derived.dropSessionless()
    standingRevision += 1
  }

  /** What `erased` had superseded holds again, unless something else stands in its place. */
  function reinstate(memory: Memory, erased: Memory): void {
    const standing = memory.messageId === null ? heldStatement(memory) : formsOf(memory).at(-1)
    const other = standing?.id === memory.id ? null : (standing?.id ?? null)
    const supersededBy = erased.supersededBy ?? other
    replace(memory.id, { supersededBy, ...(supersededBy === null && { supersededAt: null }) })
    if (supersededBy === null) touch(memory)
  }

  function setPin(memory: Memory, pin: Pin | null): void {
    if (memory.pin === pin) return
    replace(memory.id, { pin })
    standingRevision += 1
    touch(memory)
  }

  function setParent({ client, session }: NewMemory, parent: string): void {
    const found = sessions.find(client, session)
    if (found === null || found.parent === parent) return
    sessions.change(client, session, { parent })
    touch(found)
  }

  function recordEvent(event: StoreEvent): void {
    events = [...events, event].slice(-limits.eventRowsMax)
  }

  return {
    capture: (items, { parentSession: parent } = {}) =>
      watching.growing(
        atomically(() => {
          const outcomes = items.map((item) => captureOne(ofProject(item)))
          if (parent !== undefined) for (const item of items) setParent(item, parent)
          return outcomes
        }),
      ),
    get: (ids, charsMax) => reading(() => withIds(memories, ids, charsMax)),
    list: (filter, page) => reading(() => listMemories(memories, arrivals, projects.meantIn(filter), page)),
    reliedOn: (of, page) => reading(() => reliedOn(memories, of.map(projects.meant), page)),
    forgottenAmong: (digests) => reading(() => forgotten.among(digests)),
    withForms: (ids) => reading(() => [...new Set(ids.flatMap((id) => allForms(id).map((form) => form.id)))]),
    supersede: (original, replacement) =>
      watching.growing(atomically(() => supersede(original, ofProject(replacement)))),
    pin: (id, pin) =>
      atomically(() => {
        const memory = find(id)
        if (memory === undefined) return false
        setPin(memory, pin)
        return true
      }),
    forget: (ids, at, charsMax) => watching.vacating(atomically(() => forget(ids, at, charsMax))),
    reinforce: (ids) =>
      atomically(() => {
        const known = [...new Set(ids)].flatMap((id) => find(id) ?? [])
        if (known.length > 0) standingRevision += 1
        for (const memory of known) {
          replace(memory.id, { reinforced: memory.reinforced + 1 })
          touch(memory)
        }
        return new Map(known.map(({ id, reinforced }) => [id, reinforced + 1]))
      }),

    search: (search, request) =>
      reading(() => search.run(projects.searchingIn(searchingOf(holdings())), request)),

    sessions: (filter) => reading(() => sessions.list(projects.meantIn(filter))),
    session: (client, session) => reading(() => sessions.find(client, session)),
    closeSession: (client, session, at) =>
      atomically(() => sessions.change(client, session, { closedAt: at })),

    putProject: (project) =>
      watching.rekeying(
        atomically(() => {
          const before = projects.put(project)
          return { result: undefined, rekeyed: before === null ? null : moveProject(before, project.key) }
        }),
      ),
    projectKey: (project) => reading(() => projects.foundAs(project)),
    projects: () => reading(() => projects.list(memories, sessions.all())),
    mergeProjects: (from, into) =>
      watching.rekeying(
        atomically(() => {
          const [source, target] = [projects.meant(from), projects.meant(into)]
          const result = projects.merge(source, target)
          return { result, rekeyed: result === 'merged' ? moveProject(source, target) : null }
        }),
      ),
    renameProject: (key, name) => atomically(() => projects.rename(key, name)),

    profile: () => reading(() => profile),
    setProfile: (changes) =>
      atomically(() => {
        profile = { ...profile, ...changes }
        standingRevision += 1
        return profile
      }),

    recordEvent: (event) => atomically(() => recordEvent(event)),
    events: (query) => reading(() => eventsMatching(events, query)),

    stats: () =>
      reading(() =>
        statsOf(memories, { sessions: sessions.all().length, projects: projects.list([], []).length }),
      ),
    standingRevision: () => reading(() => standingRevision),
    watch: watching.watch,

    ...derived.reading,
    applyDerived: (step) => atomically(() => derived.apply(step)),
    deriveAnew: (rulesVersion) => atomically(() => derived.deriveAnew(rulesVersion)),

    useEmbedder: (id) => atomically(() => vectors.calls.useEmbedder(id)),
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
