// What the daemon has acknowledged, and what it may or may not have done when it was killed in between. Compares that
// with what a reopened store holds. Pure: no clock, no I/O. Keeps: a wish that nobody acknowledged may have been
// granted or not, but never in part; everything else is exact.
import { createExpected, type Expected, isAs, keyOf } from './expected.ts'
import type { FoundStore, Held, Said, Snapshot, Wish } from './wishes.ts'

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
  const expected = createExpected()
  const open = new Map<number, Wish>()
  let wishes = 0
  let acknowledged = 0

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
      expected.grant(wish, ids)
    },
    withdraw: (number) => void open.delete(number),
    reconcile(found) {
      const torn: string[] = []
      for (const wish of open.values()) {
        const came = whatCameOf(wish, found, expected)
        if (came.kind === 'granted') expected.grant(came.wish, came.ids)
        if (came.kind === 'torn') torn.push(`torn: ${came.what}`)
      }
      open.clear()
      return [...torn, ...expected.compare(found)]
    },
    held: () => expected.held,
    forgotten: () => expected.forgotten,
    isBeingForgotten: (id) =>
      expected.wasForgotten(id) ||
      [...open.values()].some((wish) => wish.do === 'forget' && wish.ids.includes(id)),
    snapshot: expected.snapshot,
    acknowledgedWrites: () => acknowledged,
  }
}

type Came =
  | { readonly kind: 'granted'; readonly wish: Wish; readonly ids: readonly string[] }
  | { readonly kind: 'nothing' }
  /** Neither the one nor the other. */
  | { readonly kind: 'torn'; readonly what: string }

/** What came of a wish that nobody acknowledged, by what is there. */
function whatCameOf(wish: Wish, found: FoundStore, expected: Expected): Came {
  const byKey = new Map(found.memories.map((memory) => [keyOf(memory), memory]))
  const byId = new Map(found.memories.map((memory) => [memory.id, memory]))
  const grantedWhen = (isGranted: boolean): Came =>
    isGranted ? { kind: 'granted', wish, ids: [] } : { kind: 'nothing' }
  const allOrNothing = (parts: readonly boolean[], ids: readonly string[], what: string): Came => {
    if (parts.every(Boolean)) return { kind: 'granted', wish, ids }
    return parts.some(Boolean) ? { kind: 'torn', what: `${what} was done in part` } : { kind: 'nothing' }
  }
  switch (wish.do) {
    case 'capture': {
      const there = wish.said.map((said) => byKey.get(keyOf(said)))
      const ids = there.map((memory) => memory?.id ?? '')
      return allOrNothing(there.map(Boolean), ids, `a batch of ${wish.said.length} turns`)
    }
    case 'deliver': {
      const said = wish.said.filter((each) => byKey.has(keyOf(each)))
      return { kind: 'granted', wish: { do: 'deliver', said }, ids: [] }
    }
    case 'forget': {
      const gone = wish.ids.map((id) => !byId.has(id))
      return allOrNothing(gone, [], `forgetting ${wish.ids.length} memories`)
    }
    case 'supersede': {
      const by = byKey.get(keyOf(wish.by))
      const isMarked = (byId.get(wish.id)?.supersededBy ?? null) !== null
      return allOrNothing([by !== undefined, isMarked], [by?.id ?? ''], 'a correction')
    }
    case 'pin':
      return grantedWhen(byId.get(wish.id)?.pin === wish.pin)
    case 'identity':
      return grantedWhen(found.identity === wish.value)
    case 'restore':
      // If it is neither the one store nor the other, the comparison with the one before tells.
      return grantedWhen(isAs(expected.withoutForgotten(wish.to), found))
    case 'adopt':
      return { kind: 'torn', what: 'an import of an export was given up before its end' }
  }
}
