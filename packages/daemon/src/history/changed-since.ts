// Part of a history: what changed lately.
import type { HistorySource } from './source.ts'

/** The same source without the files, and without the rows of a database, that have not changed since `after`, ms. */
export function changedSince(source: HistorySource, after: number): HistorySource {
  return {
    ...source,
    async *discover(signal) {
      for await (const found of source.discover(signal)) {
        if (found.kind === 'skipped' || found.file.modifiedAt >= after) yield found
      }
    },
    read(file, fromOffset, signal) {
      // Offsets into a database are times of change.
      const from = file.offsetsHold === 'always' ? Math.max(fromOffset, after) : fromOffset
      return source.read(file, from, signal)
    },
  }
}
