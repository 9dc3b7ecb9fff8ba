// Lists the files of all sources up front, so that progress knows its end.
import type { CompiledFilter } from './filter.ts'
import type { HistoryFile, HistorySource } from './source.ts'
import type { Tally } from './tally.ts'

export interface SourcedFile {
  readonly source: HistorySource
  readonly file: HistoryFile
}

/** Files of the wanted clients; what cannot be read goes to the tally. */
export async function discoverAll(
  sources: readonly HistorySource[],
  filter: CompiledFilter,
  tally: Tally,
  signal: AbortSignal,
): Promise<readonly SourcedFile[]> {
  const files: SourcedFile[] = []
  for (const source of sources) {
    if (!filter.wantsClient(source.client)) continue
    for await (const found of source.discover(signal)) {
      if (found.kind === 'file') files.push({ source, file: found.file })
      else tally.skipped(source.client, found.skipped)
    }
  }
  return files
}
