// Marks what an answer quotes although a later statement took its place. Whose statements these are was found when
// sessions were consolidated; here they are only laid over the hits. Pure.
import { isoTime } from '../text/dates.ts'
import type { Correction, RecallAnswer, RecallHit } from './answer.ts'

/** Two statements that cannot both hold, as consolidation keeps them. */
export interface Replacement {
  readonly older: { readonly memoryId: string; readonly start: number; readonly end: number }
  readonly newer: { readonly memoryId: string; readonly saidAt: number }
  readonly oldValue: string
  readonly newValue: string | null
  /** The newer one says itself that the older no longer holds. */
  readonly explicit: boolean
}

/** Every memory whose words the answer shows as they stood, and that may have been corrected since. */
export function memoriesQuotedIn({ hits }: Pick<RecallAnswer, 'hits'>): string[] {
  return [...new Set(hits.flatMap(({ record_id, quotes }) => [record_id, ...quotes]))]
}

export function markCorrected(answer: RecallAnswer, replacements: readonly Replacement[]): RecallAnswer {
  if (replacements.length === 0) return answer
  return { ...answer, hits: answer.hits.map((hit) => markedHit(hit, replacements)) }
}

function markedHit(hit: RecallHit, replacements: readonly Replacement[]): RecallHit {
  const corrections = replacements.filter(({ older }) => isShown(hit, older)).map(correctionOf)
  if (corrections.length === 0) return hit
  const words = corrections.map(({ settled, said_at }) =>
    settled ? `corrected ${said_at.slice(0, 10)}` : `perhaps out of date since ${said_at.slice(0, 10)}`,
  )
  return { ...hit, corrections, reason: [hit.reason, ...new Set(words)].join('; ') }
}

/** Only words that stand before the reader can mislead, whatever else was corrected of the same memory. */
function isShown({ record_id, passage, quoted_passages }: RecallHit, older: Replacement['older']): boolean {
  const shown = [{ record_id, ...passage }, ...quoted_passages]
  return shown.some(
    (each) => each.record_id === older.memoryId && older.start < each.end && older.end > each.start,
  )
}

function correctionOf({ older, newer, oldValue, newValue, explicit }: Replacement): Correction {
  return {
    of: older.memoryId,
    record_id: newer.memoryId,
    said_at: isoTime(newer.saidAt),
    old_value: oldValue,
    new_value: newValue,
    settled: explicit,
  }
}
