// What a consolidation reads from the store: a session's turns and a project's derived rows, page by page, and no more of
// either than may be looked at.
import type { ClosedSession } from '../consolidation/digest.ts'
import { limits } from '../kit/limits.ts'
import type { Memory } from '../model/memory.ts'
import type { Session } from '../model/session.ts'
import type { DerivedKind, KeptRow } from '../store/derived.ts'
import { turnsOfSession } from '../store/filter.ts'
import type { Store } from '../store/store.ts'

/** The latest turns of a session that hold, oldest first, as many as may be looked at. */
export async function closedSession(store: Store, session: Session): Promise<ClosedSession> {
  const filter = turnsOfSession(session)
  const newestFirst: Memory[] = []
  let chars = 0
  for (;;) {
    const page = await store.list(filter, {
      limit: limits.consolidationTurnsPerPage,
      order: 'newest',
      after: newestFirst.at(-1)?.id,
      charsMax: limits.consolidationCharsMax,
    })
    for (const turn of page) {
      chars += turn.text.length
      if (chars > limits.consolidationCharsMax) break
      newestFirst.push(turn)
    }
    const isLast = page.length < limits.consolidationTurnsPerPage
    if (
      isLast ||
      chars > limits.consolidationCharsMax ||
      newestFirst.length >= limits.consolidationTurnsMax
    ) {
      return { session, turns: newestFirst.reverse() }
    }
  }
}

/** Rows in order of their rank, until there are as many, or as many characters in them. */
async function readRows(
  store: Store,
  kind: DerivedKind,
  project: string,
  { rowsMax, charsMax }: { readonly rowsMax: number; readonly charsMax: number },
): Promise<readonly KeptRow[]> {
  const rows: KeptRow[] = []
  const limit = limits.consolidationRowsPerPage
  let chars = 0
  for (;;) {
    const page = await store.derived({ kind, project, limit, unranked: true, after: rows.at(-1) })
    rows.push(...page)
    chars += page.reduce((sum, { body }) => sum + body.length, 0)
    if (page.length < limit || rows.length >= rowsMax || chars > charsMax) return rows
  }
}

/** The extracts of a project, as many as may be looked at. */
export function extractsOf(store: Store, project: string): Promise<readonly KeptRow[]> {
  return readRows(store, 'extract', project, {
    rowsMax: limits.consolidationExtractsMax,
    charsMax: limits.consolidationExtractCharsMax,
  })
}

/** Everything else that is kept of a project: it was derived from its extracts, and is as bounded as they are. */
export async function othersOf(store: Store, project: string): Promise<readonly KeptRow[]> {
  const all = { rowsMax: Number.POSITIVE_INFINITY, charsMax: Number.POSITIVE_INFINITY }
  const kinds = ['fact', 'thread', 'correction', 'proposal', 'dismissal'] as const
  return (await Promise.all(kinds.map((kind) => readRows(store, kind, project, all)))).flat()
}
