// What a store must hold after all that was granted. Pure: no clock, no I/O. Knows nothing of what is still open; that is
// for ledger.ts.
import type { Found, FoundStore, Held, Said, Snapshot, Wish } from './wishes.ts'

export interface Expected {
  readonly held: ReadonlyMap<string, Held>
  /** What was forgotten. */
  readonly forgotten: readonly Said[]
  wasForgotten(id: string): boolean
  /** `ids`: of what was captured, one for each turn. */
  grant(wish: Wish, ids: readonly string[]): void
  snapshot(): Snapshot
  /** What a snapshot comes to in a store that has forgotten things since. */
  withoutForgotten(to: Snapshot): Snapshot
  /** Everything in `found` that is not as it must be. */
  compare(found: FoundStore): readonly string[]
}

export function createExpected(): Expected {
  const held = new Map<string, Held>()
  /** Acknowledged, but under an id that is not known yet. */
  const due = new Map<string, Said>()
  const forgotten: Said[] = []
  const forgottenIds = new Set<string>()
  let identity = ''

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

  /** Delivered turns have their ids now. Returns those that are not there. */
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
    held,
    forgotten,
    wasForgotten: (id) => forgottenIds.has(id),
    grant,
    snapshot: () => ({ held: new Map(held), identity }),
    withoutForgotten,
    compare(found) {
      const wrong = takeDue(found.memories)
      wrong.push(...heldOtherwise(held, found.memories), ...strangers(found.memories, held, forgotten))
      if (found.identity !== identity) wrong.push('lost: the identity that was set')
      return wrong
    },
  }
}

/** Whether a store is as a snapshot says. */
export function isAs({ held, identity }: Snapshot, found: FoundStore): boolean {
  if (identity !== found.identity || held.size !== found.memories.length) return false
  return heldOtherwise(held, found.memories).length === 0
}

/** By whose turn it is; turns without an id of their own are known by their text. */
export function keyOf({ session, messageId, text }: Said): string {
  return JSON.stringify([session, messageId ?? text])
}

function heldOtherwise(held: ReadonlyMap<string, Held>, memories: readonly Found[]): string[] {
  const byId = new Map(memories.map((memory) => [memory.id, memory]))
  return [...held].flatMap(([id, expected]) => differences(id, expected, byId.get(id)))
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
