import { z } from 'zod'
import type { Behind } from '../context/context-cache.ts'
import { limits } from '../kit/limits.ts'
import type { Memory } from '../model/memory.ts'
import type { Store } from '../store/store.ts'
import { memoryIds } from './fields.ts'
import { thatFit } from './listing.ts'
import { memoryView, viewOf } from './memory-view.ts'
import { defineOperation, type OperationContext } from './operation.ts'

const handleKinds = { id: 'identity', iai: 'context', sess: 'session' } as const
type HandleKind = keyof typeof handleKinds

const resolvedHandle = z.object({
  handle: z.string(),
  stands_for: z.enum(['identity', 'context', 'session']),
  text: z.string(),
  memory_ids: z.array(z.string()),
})

export const memoryGet = defineOperation({
  name: 'memory_get',
  access: 'read',
  summary:
    'Memories by id, whole, superseded ones included; or what a handle of a session context stands for.',
  details:
    'Handles (`<id:…>`, `<iai:…>`, `<sess:…>`) come from session_start_payload: who the user is, what a standard context would have said, what was said in the session. They resolve until a fact, pin, correction or forgetting changes what they stand for, or the daemon restarts; then they are `missing`, and session_start_payload gives new ones.',
  params: z.strictObject({ ids: memoryIds }),
  result: z.object({
    memories: z.array(memoryView),
    missing: z.array(z.string()),
    remaining: z
      .array(z.string())
      .optional()
      .describe(
        'Ids not looked at, because the texts of those before them fill the answer: ask for these again.',
      ),
    handles: z.array(resolvedHandle).optional(),
  }),
  example: { ids: ['01890000-0000-7000-8000-000000000001'] },
  async run(context, { ids }) {
    const asked = [...new Set(ids)].map((id) => ({ id, kind: handleKindOf(id) }))
    const { memories, remaining } = await read(
      context.store,
      asked.flatMap(({ id, kind }) => (kind === null ? [id] : [])),
    )
    const handles = await resolveHandles(context, asked)
    const told = new Set([
      ...memories.map((memory) => memory.id),
      ...handles.map(({ handle }) => handle),
      ...remaining,
    ])
    return {
      memories: memories.map(viewOf),
      missing: ids.filter((id) => !told.has(id)),
      ...(remaining.length > 0 && { remaining }),
      ...(handles.length > 0 && { handles }),
    }
  },
})

/** As many of them as fit one answer, and the ids after those. */
async function read(
  store: Store,
  ids: readonly string[],
): Promise<{ readonly memories: readonly Memory[]; readonly remaining: string[] }> {
  const found = await store.get(ids, limits.listTextCharsMax)
  const memories = thatFit(found)
  const last = memories.at(-1)
  const isWhole = last === undefined || memories.length === found.length
  return { memories, remaining: isWhole ? [] : ids.slice(ids.indexOf(last.id) + 1) }
}

function handleKindOf(id: string): HandleKind | null {
  const kind = /^<(id|iai|sess):[^<>]+>$/u.exec(id)?.[1]
  return kind === undefined ? null : (kind as HandleKind)
}

async function resolveHandles(
  context: OperationContext,
  asked: readonly { readonly id: string; readonly kind: HandleKind | null }[],
): Promise<z.infer<typeof resolvedHandle>[]> {
  if (asked.every(({ kind }) => kind === null)) return []
  const standing = await context.store.standingRevision()
  const resolved = asked.map(async ({ id, kind }) => {
    const behind = kind === null ? undefined : context.contextCache.behind(id, standing)
    if (kind === null || behind === undefined) return []
    return [{ handle: id, stands_for: handleKinds[kind], ...(await contentOf(context, kind, behind)) }]
  })
  return (await Promise.all(resolved)).flat()
}

async function contentOf({ store }: OperationContext, kind: HandleKind, { sessionId, lines }: Behind) {
  if (kind === 'sess') {
    const filter = { projects: null, session: sessionId }
    const said = await store.list(filter, { limit: limits.listLimitDefault, order: 'newest' })
    return { text: sessionId, memory_ids: said.map((memory) => memory.id).reverse() }
  }
  const meant = kind === 'id' ? lines.filter((line) => line.layer === 'l0') : lines
  return {
    text: meant.map((line) => line.line).join('\n'),
    memory_ids: [...new Set(meant.flatMap((line) => line.memories))],
  }
}
