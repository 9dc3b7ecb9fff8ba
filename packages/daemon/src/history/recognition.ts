// Whether a file that the user named is what they called it: read until something in it is said the way its source knows.
// Asked before anything is taken in, so that a file of another kind is refused and leaves no mark.
import { limits } from '../kit/limits.ts'
import { readGuarded } from './reading.ts'
import type { HistorySource, Skipped, SkipReason } from './source.ts'

export interface Recognition {
  readonly isKnown: boolean
  /** Files that were looked at. */
  readonly files: number
  /** Why what was met said nothing, the first few. */
  readonly reasons: readonly Skipped[]
}

/** What only a source that understands an entry says of it. */
const understood: ReadonlySet<SkipReason> = new Set(['tool', 'command', 'summary', 'no-text'])

/** A file with one broken line in front is still known by the next. Rejects only when `signal` aborts. */
export async function recognise(source: HistorySource, signal: AbortSignal): Promise<Recognition> {
  const reasons: Skipped[] = []
  let [files, items] = [0, 0]
  for await (const found of source.discover(signal)) {
    if (found.kind === 'skipped') {
      note(reasons, found.skipped)
      continue
    }
    files += 1
    for await (const item of readGuarded(source, found.file, 0, signal)) {
      if (item.kind === 'turn' || understood.has(item.skipped.reason))
        return { isKnown: true, files, reasons }
      note(reasons, item.skipped)
      items += 1
      if (items >= limits.recognitionEntriesMax) return { isKnown: false, files, reasons }
    }
  }
  return { isKnown: false, files, reasons }
}

function note(reasons: Skipped[], skipped: Skipped): void {
  if (skipped.reason !== 'bookkeeping' && reasons.length < limits.importExamplesMax) reasons.push(skipped)
}
