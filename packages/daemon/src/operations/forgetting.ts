// Which memories a condition for forgetting matches, walked a page at a time and bounded in time. Nothing is left to
// ranking: a text is matched when it holds the words, and not when it merely resembles them.
import { AppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import type { Memory, SaidIn } from '../model/memory.ts'
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
    return true
  })
  return { count: doomed.size, complete, latest }
}

export interface Forgotten {
  /** Every id that is gone. */
  readonly ids: readonly string[]
  /** Those of the ids asked about that belong to no memory; known when it is complete. */
  readonly unknown: readonly string[]
  /** False when time was over before all were looked at. */
  readonly complete: boolean
}

/**
 * Forgets these memories in steps, each durable before the next begins: a text is gone whole or there whole, and what a
 * crash leaves is forgotten by asking again. A new step is begun until `until` only.
 */
export async function forgetIds(
  { store, now }: OperationContext,
  ids: readonly string[],
  until: number,
): Promise<Forgotten> {
  const gone = new Set<string>()
  let rest = ids
  while (rest.length > 0 && (gone.size === 0 || now() <= until)) {
    const step = await store.forget(rest, now(), limits.forgetPageCharsMax)
    for (const id of step) gone.add(id)
    rest = rest.filter((id) => !gone.has(id))
    if (step.length === 0) return { ids: [...gone], unknown: rest, complete: true }
  }
  return { ids: [...gone], unknown: [], complete: rest.length === 0 }
}

/** Forgets what matches, a page at a time. */
export async function forgetWhere(
  context: OperationContext,
  where: ForgetWhere,
): Promise<{ ids: readonly string[]; complete: boolean }> {
  const ids: string[] = []
  const complete = await walk(context, where, async (memories, until) => {
    const asked = memories.map((memory) => memory.id)
    const forgotten = await forgetIds(context, asked, until)
    ids.push(...forgotten.ids)
    return forgotten.complete
  })
  return { ids, complete }
}

/** Forgets the turns of one session that are not pinned, a page at a time; their words may be said elsewhere. */
export async function forgetTurns(
  { store, now }: OperationContext,
  { client, session }: SaidIn,
  until: number,
): Promise<{ count: number; complete: boolean }> {
  const filter = { projects: null, client, session, kinds: ['turn'], currentOnly: false } as const
  const page = { limit: limits.forgetPageRows, order: 'newest', charsMax: limits.forgetPageCharsMax } as const
  let after: string | undefined
  for (let count = 0; ; ) {
    const listed = await store.list(filter, { ...page, after })
    const ids = listed.filter(({ pin }) => pin === null).map(({ id }) => id)
    count += (await store.forget(ids, now(), Number.POSITIVE_INFINITY, false)).length
    after = listed.at(-1)?.cursor
    if (after === undefined) return { count, complete: true }
    if (now() > until) return { count, complete: false }
  }
}

/** Calls `visit` with the matches of each page, newest first, until it says false; false when it stopped before the end. */
async function walk(
  context: OperationContext,
  where: ForgetWhere,
  visit: (memories: readonly Memory[], until: number) => Promise<boolean>,
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
    if (matches.length > 0 && !(await visit(matches, until))) return false
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
