// Sessions of the plain store: worked out from the memories each time; only closing and parents are kept.
import type { Memory } from '../../model/memory.ts'
import { globalProject } from '../../model/project.ts'
import { noSession, type Session } from '../../model/session.ts'
import { titleOf } from '../capture-rules.ts'
import type { RecentSessionQuery, SessionFilter } from '../store.ts'

interface Kept {
  closedAt: number | null
  parent: string | null
}

type SessionName = Pick<Memory, 'client' | 'session'>

export interface MemorySessions {
  /** A new memory in a session opens it again. */
  reopen(memory: Memory): void
  /** A session without memories is gone, with what was kept of it. */
  dropEmpty(): void
  all(): readonly Session[]
  find(client: string | null, session: string): Session | null
  /**
   * Those that may be of another project when all of `from` is of `into`: its own, and, since a session is of the first
   * real project that anything was said in, all in which anything was said in `from` when one of the two is 'global'.
   */
  movedBy(from: string, into: string): readonly Session[]
  list(filter: SessionFilter): readonly Session[]
  recent(query: RecentSessionQuery): readonly Session[]
  /** Returns what brings the present state back. */
  save(): () => void
  /** False when the session is unknown. */
  change(client: string | null, session: string, changes: Partial<Kept>): boolean
}

export function createMemorySessions(memories: () => readonly Memory[]): MemorySessions {
  // In the order in which the sessions were first seen.
  const kept = new Map<string, Kept>()
  const keyOf = ({ client, session }: SessionName): string => JSON.stringify([client, session])
  const membersOf = (key: string): readonly Memory[] => memories().filter((memory) => keyOf(memory) === key)

  function all(): readonly Session[] {
    return [...kept].map(([key, { closedAt, parent }]) => sessionOf(membersOf(key), closedAt, parent))
  }

  /** With several clients under one name, the one last active; of equals, the one first seen last. */
  function find(client: string | null, session: string): Session | null {
    const named = all().filter((each) => each.session === session)
    const asked = named.filter((each) => client === null || each.client === client)
    return asked.toSorted((a, b) => a.lastAt - b.lastAt).at(-1) ?? null
  }

  return {
    reopen(memory) {
      if (memory.session === noSession) return
      const known = kept.get(keyOf(memory))
      if (known === undefined) kept.set(keyOf(memory), { closedAt: null, parent: null })
      else known.closedAt = null
    },
    dropEmpty() {
      for (const key of kept.keys()) if (membersOf(key).length === 0) kept.delete(key)
    },
    save() {
      const saved = [...kept].map(([key, value]) => [key, { ...value }] as const)
      return () => {
        kept.clear()
        for (const [key, value] of saved) kept.set(key, value)
      }
    },
    all,
    find,
    movedBy(from, into) {
      const isReal = from !== globalProject && into !== globalProject
      const saidIn = new Set(memories().flatMap((each) => (each.project === from ? [keyOf(each)] : [])))
      return all().filter((each) => each.project === from || (!isReal && saidIn.has(keyOf(each))))
    },
    list({ projects, client, limit, startedBefore }) {
      return all()
        .filter((session) => projects === null || projects.includes(session.project))
        .filter((session) => client === undefined || client === session.client)
        .filter((session) => startedBefore === undefined || session.startedAt < startedBefore)
        .toSorted((a, b) => a.startedAt - b.startedAt)
        .toReversed()
        .slice(0, limit)
    },
    recent({ project, startedBefore, limit }) {
      return all()
        .filter((session) => session.project === project && session.parent === null)
        .filter((session) => session.startedAt < startedBefore)
        .toSorted((a, b) => a.lastAt - b.lastAt)
        .toReversed()
        .slice(0, limit)
    },
    change(client, session, changes) {
      const found = find(client, session)
      if (found === null) return false
      const known = kept.get(keyOf(found))
      if (known !== undefined) Object.assign(known, changes)
      return true
    },
  }
}

function sessionOf(members: readonly Memory[], closedAt: number | null, parent: string | null): Session {
  const [first] = members
  if (first === undefined) throw new TypeError('a session has memories')
  const turns = members.filter((memory) => memory.kind === 'turn')
  const messages = new Set(turns.map(({ id, messageId }) => JSON.stringify([messageId, messageId ?? id])))
  const requests = turns
    .filter((turn) => turn.role === 'user' && turn.supersededAt === null)
    .toSorted((a, b) => a.saidAt - b.saidAt)
  const inProject = members.find((memory) => memory.project !== globalProject) ?? first
  return {
    session: first.session,
    client: first.client,
    project: inProject.project,
    startedAt: Math.min(...members.map((memory) => memory.saidAt)),
    lastAt: Math.max(...members.map((memory) => memory.saidAt)),
    closedAt,
    title: requests.map((turn) => titleOf(turn.text)).find((title) => title !== '') ?? '',
    turnCount: messages.size,
    parent,
  }
}
