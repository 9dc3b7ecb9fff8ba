// What the daemon has acknowledged, and what it may or may not have done when it was killed in between. Compares that
// with what a reopened store holds. Pure: no clock, no I/O. Keeps: a wish that nobody acknowledged may have been
// granted or not, but never in part; everything else is exact.

export type Pin = 'project' | 'global' | null

export interface Said {
  readonly session: string
  readonly messageId: string | null
  readonly text: string
}

/** A change that was asked for. */
export type Wish =
  /** All of the turns or none. */
  | { readonly do: 'capture'; readonly said: readonly Said[] }
  /** On their way through files (spool, import): each turn by itself; once acknowledged, all of them. */
  | { readonly do: 'deliver'; readonly said: readonly Said[] }
  | { readonly do: 'forget'; readonly ids: readonly string[] }
  | { readonly do: 'supersede'; readonly id: string; readonly by: Said }
  | { readonly do: 'pin'; readonly id: string; readonly pin: Pin }
  | { readonly do: 'identity'; readonly value: string }
  /** The whole store as it was, but for what was forgotten since. */
  | { readonly do: 'restore'; readonly to: Snapshot }
  /** An export of another store, taken in; known to be wanted again until it is acknowledged. */
  | { readonly do: 'adopt'; readonly export: FoundStore }

/** What a store held at one moment. */
export interface Snapshot {
  readonly held: ReadonlyMap<string, Held>
  readonly identity: string
}

/** A memory as the daemon shows it. */
export interface Found extends Said {
  readonly id: string
  readonly supersededBy: string | null
  readonly pin: Pin
}

export interface FoundStore {
  readonly memories: readonly Found[]
  readonly identity: string
}

export interface Held extends Said {
  readonly supersededBy: string | null
  readonly pin: Pin
}

export interface Ledger {
  /** Before the request is sent. Returns the wish's number. */
  begin(wish: Wish): number
  /** `ids`: of what was captured, one for each turn. */
  acknowledge(wish: number, ids?: readonly string[]): void
  /** The daemon said that it did nothing. */
  withdraw(wish: number): void
  /** Settles open wishes by what is there. Returns everything that is not as it must be; empty when all is well. */
  reconcile(found: FoundStore): readonly string[]
  /** Ids held, by whose turn they are. */
  held(): ReadonlyMap<string, Held>
  /** What was forgotten, as acknowledged. */
  forgotten(): readonly Said[]
  /** Ids that somebody has asked to forget, answered or not. */
  isBeingForgotten(id: string): boolean
  /** Exact right after `reconcile`, before anything else is asked for. */
  snapshot(): Snapshot
  acknowledgedWrites(): number
}

export function createLedger(): Ledger {
  const held = new Map<string, Held>()
  /** Acknowledged, but under an id that is not known yet. */
  const due = new Map<string, Said>()
  const open = new Map<number, Wish>()
  const forgotten: Said[] = []
  const forgottenIds = new Set<string>()
  let identity = ''
  let wishes = 0
  let acknowledged = 0

  function keep(id: string, { session, messageId, text }: Said): void {
    held.set(id, { session, messageId, text, supersededBy: null, pin: null })
  }

  function change(id: string, changes: Partial<Held>): void {
    const before = held.get(id)
    if (before !== undefined) held.set(id, { ...before, ...changes })
  }

  function lose(ids: readonly string[]): void {
    for (const id of ids) {
      const gone = held.get(id)
      if (gone === undefined) continue
      held.delete(id)
      forgotten.push(gone)
      forgottenIds.add(id)
      for (const [other, { supersededBy }] of held) {
        if (supersededBy === id) change(other, { supersededBy: null })
      }
    }
  }

  /** What a snapshot comes to in a store that has forgotten things since. */
  function withoutForgotten(to: Snapshot): Snapshot {
    const kept = [...to.held].filter(([id]) => !forgottenIds.has(id))
    const standing = kept.map(([id, one]): [string, Held] => {
      const isUndone = one.supersededBy !== null && forgottenIds.has(one.supersededBy)
      return [id, isUndone ? { ...one, supersededBy: null } : one]
    })
    return { held: new Map(standing), identity: to.identity }
  }

  function becomes({ held: next, identity: nextIdentity }: Snapshot): void {
    held.clear()
    for (const [id, one] of next) held.set(id, one)
    identity = nextIdentity
  }

  /** What is here already stays as it is. */
  function adopt({ memories, identity: theirs }: FoundStore): void {
    for (const { id, session, messageId, text, supersededBy, pin } of memories)
      if (!held.has(id)) held.set(id, { session, messageId, text, supersededBy, pin })
    if (identity === '') identity = theirs
  }

  function grant(wish: Wish, ids: readonly string[]): void {
    switch (wish.do) {
      case 'capture':
        for (const [index, said] of wish.said.entries()) keep(ids[index] ?? '', said)
        return
      case 'deliver':
        for (const said of wish.said) due.set(keyOf(said), said)
        return
      case 'forget':
        lose(wish.ids)
        return
      case 'supersede': {
        const [by = ''] = ids
        keep(by, wish.by)
        // A pin is handed on.
        change(by, { pin: held.get(wish.id)?.pin ?? null })
        change(wish.id, { supersededBy: by })
        return
      }
      case 'pin':
        change(wish.id, { pin: wish.pin })
        return
      case 'identity':
        identity = wish.value
        return
      case 'restore':
        becomes(withoutForgotten(wish.to))
        return
      case 'adopt':
        adopt(wish.export)
    }
  }

  /** What an open wish came to; a text when it came to something that is neither. */
  function settle(wish: Wish, { memories, identity: now }: FoundStore): string | null {
    const byKey = new Map(memories.map((memory) => [keyOf(memory), memory]))
    const byId = new Map(memories.map((memory) => [memory.id, memory]))
    const granted = (part: readonly boolean[], ids: readonly string[], what: string): string | null => {
      if (part.every(Boolean)) grant(wish, ids)
      return part.every(Boolean) || !part.some(Boolean) ? null : `${what} was done in part`
    }
    switch (wish.do) {
      case 'capture': {
        const there = wish.said.map((said) => byKey.get(keyOf(said)))
        const ids = there.map((memory) => memory?.id ?? '')
        return granted(there.map(Boolean), ids, `a batch of ${wish.said.length} turns`)
      }
      case 'deliver':
        for (const said of wish.said) if (byKey.has(keyOf(said))) due.set(keyOf(said), said)
        return null
      case 'forget':
        return granted(
          wish.ids.map((id) => !byId.has(id)),
          [],
          `forgetting ${wish.ids.length} memories`,
        )
      case 'supersede': {
        const by = byKey.get(keyOf(wish.by))
        const isMarked = (byId.get(wish.id)?.supersededBy ?? null) !== null
        return granted([by !== undefined, isMarked], [by?.id ?? ''], 'a correction')
      }
      case 'pin':
        if (byId.get(wish.id)?.pin === wish.pin) grant(wish, [])
        return null
      case 'identity':
        if (now === wish.value) grant(wish, [])
        return null
      case 'restore':
        // If it is neither the one store nor the other, the comparison with the one before tells.
        if (isAs(withoutForgotten(wish.to), { memories, identity: now })) grant(wish, [])
        return null
      case 'adopt':
        return 'an import of an export was given up before its end'
    }
  }

  function takeDue(memories: readonly Found[]): string[] {
    const byKey = new Map(memories.map((memory) => [keyOf(memory), memory]))
    const lost: string[] = []
    for (const [key, said] of due) {
      const memory = byKey.get(key)
      if (memory === undefined) lost.push(`lost: delivered turn ${key}`)
      else keep(memory.id, said)
    }
    due.clear()
    return lost
  }

  return {
    begin(wish) {
      wishes += 1
      open.set(wishes, wish)
      return wishes
    },
    acknowledge(number, ids = []) {
      const wish = open.get(number)
      if (wish === undefined) return
      open.delete(number)
      acknowledged += 1
      grant(wish, ids)
    },
    withdraw: (number) => void open.delete(number),
    reconcile(found) {
      const wrong: string[] = []
      for (const wish of open.values()) {
        const torn = settle(wish, found)
        if (torn !== null) wrong.push(`torn: ${torn}`)
      }
      open.clear()
      wrong.push(...takeDue(found.memories))
      const byId = new Map(found.memories.map((memory) => [memory.id, memory]))
      for (const [id, expected] of held) wrong.push(...differences(id, expected, byId.get(id)))
      wrong.push(...strangers(found.memories, held, forgotten))
      if (found.identity !== identity) wrong.push('lost: the identity that was set')
      return wrong
    },
    held: () => held,
    forgotten: () => forgotten,
    isBeingForgotten: (id) =>
      forgottenIds.has(id) ||
      [...open.values()].some((wish) => wish.do === 'forget' && wish.ids.includes(id)),
    snapshot: () => ({ held: new Map(held), identity }),
    acknowledgedWrites: () => acknowledged,
  }
}

function keyOf({ session, messageId, text }: Said): string {
  return JSON.stringify([session, messageId ?? text])
}

function isAs({ held, identity }: Snapshot, found: FoundStore): boolean {
  if (identity !== found.identity || held.size !== found.memories.length) return false
  const byId = new Map(found.memories.map((memory) => [memory.id, memory]))
  return [...held].every(([id, expected]) => differences(id, expected, byId.get(id)).length === 0)
}

function differences(id: string, expected: Held, memory: Found | undefined): string[] {
  if (memory === undefined) return [`lost: ${id} of session ${expected.session}`]
  const wrong: string[] = []
  if (memory.text !== expected.text) wrong.push(`altered: the text of ${id}`)
  if (memory.session !== expected.session) wrong.push(`altered: the session of ${id}`)
  if (memory.supersededBy !== expected.supersededBy) wrong.push(`altered: what supersedes ${id}`)
  if (memory.pin !== expected.pin) wrong.push(`altered: the pin of ${id}`)
  return wrong
}

function strangers(
  memories: readonly Found[],
  held: ReadonlyMap<string, Held>,
  forgotten: readonly Said[],
): string[] {
  const gone = new Set(forgotten.map(({ text }) => text))
  return memories.flatMap(({ id, text, session }) => {
    if (held.has(id)) return []
    return [
      gone.has(text) ? `came back: ${id}, which was forgotten` : `unasked for: ${id} in session ${session}`,
    ]
  })
}
