// What the caller wants of the histories, decided per turn.
import picomatch from 'picomatch'
import { isAllPrivate } from '../text/redaction.ts'
import type { HistoryTurn, SkipReason } from './source.ts'

export interface HistoryFilter {
  /** Only these clients; all when absent. */
  readonly clients?: readonly string[] | undefined
  /** Only what was said at or after this time, ms. */
  readonly since?: number | undefined
  /** Globs over the working directory ('/home/ada/work/**'); a turn outside any directory matches none. */
  readonly include?: readonly string[] | undefined
  readonly exclude?: readonly string[] | undefined
}

export interface CompiledFilter {
  wantsClient(client: string): boolean
  /** Why the turn is left out, or null. */
  skip(turn: HistoryTurn): SkipReason | null
  /** Equal for filters that leave out the same. */
  readonly key: string
}

export function compileFilter({ clients, since, include, exclude }: HistoryFilter): CompiledFilter {
  const isIncluded = include === undefined || include.length === 0 ? () => true : globs(include)
  const isExcluded = exclude === undefined || exclude.length === 0 ? () => false : globs(exclude)
  return {
    wantsClient: (client) => clients === undefined || clients.includes(client),
    skip(turn) {
      if (isAllPrivate(turn.text)) return 'private'
      if (since !== undefined && turn.said_at < since) return 'too-old'
      const directory = turn.cwd ?? ''
      return isIncluded(directory) && !isExcluded(directory) ? null : 'excluded'
    },
    // `clients` chooses whole sources, so it does not change what was read of a file.
    key: JSON.stringify([since ?? null, include ?? [], exclude ?? []]),
  }
}

/** A pattern for a folder also covers what is below it. */
function globs(patterns: readonly string[]): (directory: string) => boolean {
  const withBelow = patterns.flatMap((pattern) => [pattern, `${pattern.replace(/\/+$/u, '')}/**`])
  const matches = picomatch(withBelow, { dot: true })
  return (directory) => directory !== '' && matches(directory)
}
