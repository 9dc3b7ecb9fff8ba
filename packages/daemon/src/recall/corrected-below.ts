// A turn of which a part was replaced in words stays a hit, for the rest of it still holds; it ranks below the turn that
// replaced it. Only among its like: what holds the words that were asked for in quotes stands before what does not,
// corrected or not. Pure; the others keep their order.
import type { RecallHit } from './answer.ts'

/** `hits`, best first, with their corrections marked (corrections.ts). */
export function correctedBelow(hits: readonly RecallHit[]): readonly RecallHit[] {
  const exact = hits.filter((hit) => hit.exact === true)
  return [...belowAmong(exact), ...belowAmong(hits.filter((hit) => hit.exact !== true))]
}

function belowAmong(hits: readonly RecallHit[]): readonly RecallHit[] {
  const order = new Map(hits.map((hit, place) => [hit, place]))
  const placeOf = (hit: RecallHit): number => order.get(hit) ?? hits.length
  const overtaken = hits.filter((hit) => replacing(hit).length > 0)
  const ordered = hits.filter((hit) => replacing(hit).length === 0)
  // The latest first: what it replaces may itself have replaced something.
  for (const hit of overtaken.toSorted((a, b) => Date.parse(b.said_at) - Date.parse(a.said_at))) {
    const by = replacing(hit)
    const own = ordered.findIndex((each) => placeOf(each) > placeOf(hit))
    const last = ordered.findLastIndex((each) => by.includes(each.record_id))
    ordered.splice(Math.max(own === -1 ? ordered.length : own, last + 1), 0, hit)
  }
  return ordered
}

/** Ids of what says in words that it replaces something the hit itself says. */
function replacing({ record_id, corrections }: RecallHit): readonly string[] {
  return corrections.filter(({ of, settled }) => settled && of === record_id).map((each) => each.record_id)
}
