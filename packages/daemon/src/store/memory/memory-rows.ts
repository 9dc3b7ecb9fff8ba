// The memories of the plain store in the order they came, and what changes along with them: seats, sessions, projects,
// and the marks of what is to be derived anew. Keeps: all of it can be brought back to what it was at one moment.
import { AppError } from '../../kit/errors.ts'
import type { Memory, NewMemory, Pin } from '../../model/memory.ts'
import { noSession, sessionKey } from '../../model/session.ts'
import type { Rekeying } from '../store.ts'
import { createMemoryDerived, type MemoryDerived } from './derived.ts'
import { createMemoryProjects, type MemoryProjects } from './projects.ts'
import { type Seated, seat } from './seating.ts'
import { createMemorySessions, type MemorySessions } from './sessions.ts'

export interface MemoryRows {
  readonly sessions: MemorySessions
  readonly projects: MemoryProjects
  readonly derived: MemoryDerived
  all(): readonly Memory[]
  seats(): readonly Seated[]
  /** The place of each id in the order of arrival; it stays when others go. */
  readonly arrivals: ReadonlyMap<string, number>
  find(id: string): Memory | undefined
  /** Raises invalid_params when there is a memory of that id. */
  insert(item: NewMemory, pin: Pin | null): Memory
  replace(id: string, changes: Partial<Memory>): void
  remove(memory: Memory): void
  setPin(memory: Memory, pin: Pin | null): void
  /** Everything of the project `from` is of `into`: what was derived from it is derived again. */
  moveProject(from: string, into: string): Rekeying
  /** The memory's session has something new to be derived from. */
  touch(memory: Pick<Memory, 'client' | 'session'>): void
  /** What a session is given at its start has changed. */
  touchStanding(): void
  standingRevision(): number
  /** Returns what brings the present state back. */
  save(): () => void
}

export function createMemoryRows(): MemoryRows {
  let memories: readonly Memory[] = []
  let seats: readonly Seated[] = []
  let arrived = 0
  const arrivals = new Map<string, number>()
  let standingRevision = 0
  const projects = createMemoryProjects()
  const sessions = createMemorySessions(() => memories)
  const derived = createMemoryDerived({
    sessions: sessions.all,
    isCurrent: (id) => find(id)?.supersededAt === null,
    isProject: (key) => projects.number(key) !== null,
    meant: projects.meant,
    touchStanding,
  })

  function find(id: string): Memory | undefined {
    return memories.find((memory) => memory.id === id)
  }

  function replace(id: string, changes: Partial<Memory>): void {
    memories = memories.map((memory) => (memory.id === id ? { ...memory, ...changes } : memory))
  }

  function touch(memory: Pick<Memory, 'client' | 'session'>): void {
    if (memory.session !== noSession) derived.touchSession(sessionKey(memory))
  }

  function touchStanding(): void {
    standingRevision += 1
  }

  return {
    sessions,
    projects,
    derived,
    all: () => memories,
    seats: () => seats,
    arrivals,
    find,
    insert(item, pin) {
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
      if (item.kind !== 'turn' || pin !== null) touchStanding()
      return memory
    },
    replace,
    remove(memory) {
      memories = memories.filter((each) => each !== memory)
      seats = seats.filter((each) => each.memory !== memory.id)
    },
    setPin(memory, pin) {
      if (memory.pin === pin) return
      replace(memory.id, { pin })
      touchStanding()
      touch(memory)
    },
    moveProject(from, into) {
      for (const session of sessions.movedBy(from, into)) touch(session)
      derived.moveProject(from, into)
      memories = memories.map((memory) => (memory.project === from ? { ...memory, project: into } : memory))
      touchStanding()
      return { from, into }
    },
    touch,
    touchStanding,
    standingRevision: () => standingRevision,
    save() {
      const before = { memories, seats, standingRevision }
      const restores = [sessions.save(), derived.save(), projects.save()]
      return () => {
        memories = before.memories
        seats = before.seats
        standingRevision = before.standingRevision
        for (const restore of restores) restore()
      }
    },
  }
}
