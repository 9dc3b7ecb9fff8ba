// Which memories a condition for forgetting matches, walked a page at a time and bounded in time. Nothing is left to
// ranking: a text is matched when it holds the words, and not when it merely resembles them.
import { AppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import type { Memory } from '../model/memory.ts'
import { noSession } from '../model/session.ts'
import type { MemoryFilter } from '../store/filter.ts'
import { pageOf, thatFit } from './listing.ts'
import type { OperationContext } from './operation.ts'
import { projectOf } from './scope.ts'

export interface ForgetWhere {
  readonly session_id?: string | undefined
  readonly client?: string | undefined
  readonly cwd?: string | undefined
  readonly project?: string | undefined
  readonly all_projects?: boolean | undefined
  readonly since?: number | undefined
  readonly until?: number | undefined
  readonly containing?: string | undefined
}

/**
 * How many would go, all forms of a message counted, and the latest of those that match; `complete` is false when time was
 * over before all were looked at.
 */
export async function matching(
  context: OperationContext,
  where: ForgetWhere,
): Promise<{ count: number; complete: boolean; latest: readonly Memory[] }> {
  let latest: readonly Memory[] = []
  const doomed = new Set<string>()
  const complete = await walk(context, where, async (memories) => {
    for (const id of await context.store.withForms(memories.map((memory) => memory.id))) doomed.add(id)
    latest = thatFit([...latest, ...memories].slice(0, limits.forgetPreviewMax))
  })
  return { count: doomed.size, complete, latest }
}

/** Forgets what matches, a page at a time. */
export async function forgetWhere(
  context: OperationContext,
  where: ForgetWhere,
): Promise<{ ids: readonly string[]; complete: boolean }> {
  const ids: string[] = []
  const complete = await walk(context, where, async (memories) => {
    const asked = memories.map((memory) => memory.id)
    ids.push(...(await context.store.forget(asked, context.now())))
  })
  return { ids, complete }
}

/** Calls `visit` with the matches of each page, newest first; false when it had to stop before the last page. */
async function walk(
  context: OperationContext,
  where: ForgetWhere,
  visit: (memories: readonly Memory[]) => Promise<void>,
): Promise<boolean> {
  const { store, now } = context
  const filter = await filterFor(context, where)
  const holds = where.containing === undefined ? () => true : holding(where.containing)
  const until = now() + limits.forgetMsMax
  let after: string | undefined
  for (;;) {
    const page = { limit: limits.forgetPageRows, order: 'newest', after } as const
    const { memories, next } = await pageOf(store, filter, page)
    const matches = memories.filter((memory) => holds(memory.text))
    if (matches.length > 0) await visit(matches)
    if (next === null) return true
    if (now() > until) return false
    after = next
  }
}

async function filterFor(context: OperationContext, where: ForgetWhere): Promise<MemoryFilter> {
  const { session_id, client, since, until, containing } = where
  if (session_id === noSession) {
    throw new AppError('invalid_params', "'-' is no session; name a session, a project or a time")
  }
  const isScoped = session_id !== undefined || where.project !== undefined || where.cwd !== undefined
  if (!isScoped && where.all_projects !== true) {
    throw new AppError(
      'invalid_params',
      "say where: 'session_id', 'project' or 'cwd', or 'all_projects: true' for everywhere",
    )
  }
  if (!isScoped && since === undefined && until === undefined && containing === undefined) {
    throw new AppError(
      'invalid_params',
      "'all_projects' alone would forget everything; add 'since', 'until' or 'containing'",
    )
  }
  const isInProject = where.project !== undefined || where.cwd !== undefined
  const projects = isInProject ? [await projectOf(context, where)] : null
  return { projects, session: session_id, client, since, until, currentOnly: false }
}

/** Tells whether a text holds `words`, whatever their case, spacing and composition. */
function holding(words: string): (text: string) => boolean {
  const fold = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ')
  const sought = fold(words).trim()
  if (sought === '') throw new AppError('invalid_params', "param 'where.containing': it holds no words")
  return (text) => fold(text).includes(sought)
}
