// Counts what an import or a verification met, per client: turns, skips by reason, with a few examples each.
import { limits } from '../kit/limits.ts'
import { problemSkips, type Skipped, type SkipReason } from './source.ts'

export interface ClientTally {
  readonly client: string
  readonly filesRead: number
  readonly filesUnchanged: number
  readonly turns: number
  readonly skipped: readonly SkipTally[]
}

export interface SkipTally {
  readonly reason: SkipReason
  /** Worth a look, as opposed to what is never a turn. */
  readonly isProblem: boolean
  readonly count: number
  /** Type names or errnos met, with their counts. */
  readonly details: Readonly<Record<string, number>>
  /** Places, for problems only. */
  readonly examples: readonly { readonly file: string; readonly at: number | null }[]
}

export interface Tally {
  fileRead(client: string): void
  fileUnchanged(client: string): void
  turn(client: string): void
  skipped(client: string, skipped: Skipped): void
  report(): readonly ClientTally[]
}

interface Counting {
  filesRead: number
  filesUnchanged: number
  turns: number
  readonly skips: Map<SkipReason, { count: number; details: Map<string, number>; examples: Skipped[] }>
}

const problems: ReadonlySet<string> = new Set(problemSkips)
const detailsMax = 50

export function createTally(): Tally {
  const clients = new Map<string, Counting>()
  function of(client: string): Counting {
    const known = clients.get(client)
    if (known !== undefined) return known
    const fresh: Counting = { filesRead: 0, filesUnchanged: 0, turns: 0, skips: new Map() }
    clients.set(client, fresh)
    return fresh
  }

  return {
    fileRead(client) {
      of(client).filesRead += 1
    },
    fileUnchanged(client) {
      of(client).filesUnchanged += 1
    },
    turn(client) {
      of(client).turns += 1
    },
    skipped(client, skipped) {
      const { skips } = of(client)
      const skip = skips.get(skipped.reason) ?? { count: 0, details: new Map<string, number>(), examples: [] }
      skips.set(skipped.reason, skip)
      skip.count += 1
      if (
        skipped.detail !== undefined &&
        (skip.details.has(skipped.detail) || skip.details.size < detailsMax)
      ) {
        skip.details.set(skipped.detail, (skip.details.get(skipped.detail) ?? 0) + 1)
      }
      const isListed = problems.has(skipped.reason) && skip.examples.length < limits.importExamplesMax
      if (isListed) skip.examples.push(skipped)
    },
    report: () =>
      [...clients].map(([client, { filesRead, filesUnchanged, turns, skips }]) => ({
        client,
        filesRead,
        filesUnchanged,
        turns,
        skipped: [...skips].map(([reason, { count, details, examples }]) => ({
          reason,
          isProblem: problems.has(reason),
          count,
          details: Object.fromEntries(details),
          examples: examples.map(({ file, at }) => ({ file, at })),
        })),
      })),
  }
}
