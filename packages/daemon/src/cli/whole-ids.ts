// An id may be given by its first characters, eight or more, as long as only one memory's begins so.
import type { memoryIds } from '../operations/memory-ids.ts'
import type { Daemon } from './client.ts'
import { UsageError } from './exit-codes.ts'
import type { ResultOf } from './result-of.ts'

const start = /^[0-9a-f]{8}[0-9a-f-]{0,27}$/

/** In the order given; one that no memory's begins with stays as it is, and is missed by whoever looks for it. */
export function wholeIds(daemon: Daemon, ids: readonly string[]): Promise<readonly string[]> {
  return Promise.all(ids.map((id) => wholeId(daemon, id)))
}

/** Raises UsageError, naming them, when several begin so. */
export async function wholeId(daemon: Daemon, given: string): Promise<string> {
  const lower = given.toLowerCase()
  if (!start.test(lower)) return given
  const { ids } = await daemon.call<ResultOf<typeof memoryIds>>('memory_ids', { start: lower })
  if (ids.length > 1)
    throw new UsageError(
      `several ids begin with ${given}; say more of the one that is meant:\n  ${ids.join('\n  ')}`,
    )
  return ids[0] ?? given
}
