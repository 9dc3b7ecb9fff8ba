// What of the hits of a recall was replaced in words since. A turn says several things, and the others still hold: so it
// stays a hit, with what no longer holds named, and ranks below the turn that replaced it.
import type { Contradiction } from '../consolidation/contradictions.ts'
import { contradictionOf } from '../consolidation/rows.ts'
import type { RecallHit } from '../recall/answer.ts'
import type { Store } from '../store/store.ts'

export interface ToldHit extends RecallHit {
  readonly replaced?: readonly Contradiction[]
}

export async function withReplaced(store: Store, hits: readonly RecallHit[]): Promise<readonly ToldHit[]> {
  const rows = await store.derivedQuoting(
    'correction',
    hits.map((hit) => hit.record_id),
  )
  if (rows.length === 0) return hits
  const byOlder = Map.groupBy(rows.map(contradictionOf), ({ older }) => older.memoryId)
  const told = hits.map((hit) => {
    const replaced = (byOlder.get(hit.record_id) ?? []).filter((each) => shows(hit, each))
    return replaced.length === 0 ? hit : { ...hit, replaced }
  })
  return belowWhatReplacedThem(told)
}

/** A hit is a passage, and may not hold the sentence. */
function shows({ passage }: RecallHit, { older }: Contradiction): boolean {
  return older.start >= passage.start && older.end <= passage.end
}

/** Each goes right behind the last of the hits that replace a part of it; the others keep their order. */
function belowWhatReplacedThem(hits: readonly ToldHit[]): readonly ToldHit[] {
  const ordered = hits.filter((hit) => hit.replaced === undefined)
  // The latest first: what it replaces may itself have replaced something.
  const overtaken = hits.filter((hit) => hit.replaced !== undefined).toSorted((a, b) => newest(b) - newest(a))
  for (const hit of overtaken) {
    const by = new Set(hit.replaced?.map(({ newer }) => newer.memoryId))
    const own = ordered.findIndex((each) => hits.indexOf(each) > hits.indexOf(hit))
    const last = ordered.findLastIndex((each) => by.has(each.record_id))
    ordered.splice(Math.max(own === -1 ? ordered.length : own, last + 1), 0, hit)
  }
  return ordered
}

function newest({ replaced = [] }: ToldHit): number {
  return Math.max(...replaced.map(({ older }) => older.saidAt))
}
