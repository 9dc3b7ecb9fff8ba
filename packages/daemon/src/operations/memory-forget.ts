import { z } from 'zod'
import { AppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import { client, cwd, memoryId, memoryIds, optional, project, saidAt, sessionId } from './fields.ts'
import { type ForgetWhere, forgetIds, forgetWhere, matching } from './forgetting.ts'
import { thatFit } from './listing.ts'
import { memoryView, viewOf } from './memory-view.ts'
import { defineOperation, type OperationContext } from './operation.ts'

const where = z.strictObject({
  session_id: optional(sessionId.describe('What was said in this session.')),
  client: optional(client),
  cwd: optional(cwd),
  project: optional(project),
  all_projects: optional(z.boolean().describe('In every project.')),
  since: optional(saidAt.describe('Said at or after this time.')),
  until: optional(saidAt.describe('Said before this time.')),
  containing: optional(
    z
      .string()
      .min(limits.forgetTextCharsMin)
      .max(limits.cueCharsMax)
      .describe('Holding these words, whatever case and spacing.'),
  ),
})

export const memoryForget = defineOperation({
  name: 'memory_forget',
  access: 'write',
  summary:
    'Forget memories: text, index entries, quotations and everything derived from them are erased, and the same text is not taken in again.',
  details:
    'By `id` or `ids`, or everything `where` matches: all its conditions together, in one session, one project or `all_projects`. `dry_run` tells how many would go and shows the latest of them, and changes nothing. Many are forgotten in steps, each durable before the next: a call that fails may have forgotten some, every memory is gone whole or there whole, and the same call again goes on. With `complete: false` there were more than fit in one call; call again. A message goes with all its forms, whichever is named or matches; `forgotten` names every id. What a forgotten memory had replaced holds again, as though the correction had never been said: forget that too if it is to go. What remains is a keyed hash of the text, which is what keeps an import from bringing it back.',
  params: z.strictObject({
    id: optional(memoryId),
    ids: optional(memoryIds),
    where: optional(where),
    dry_run: optional(z.boolean()),
  }),
  result: z.object({
    forgotten: z
      .array(z.string())
      .describe(`The ids that were forgotten; with \`where\` the first ${limits.idsPerCallMax}.`),
    unknown: z.array(z.string()),
    count: z
      .int()
      .optional()
      .describe('Memories that are gone, or would go, all forms of a message counted.'),
    complete: z.boolean().optional(),
    matches: z.array(memoryView).optional(),
  }),
  example: { ids: ['01890000-0000-7000-8000-000000000001'] },
  async run(context, params) {
    const ids = [...new Set([...(params.id === undefined ? [] : [params.id]), ...(params.ids ?? [])])]
    if (params.where !== undefined) {
      if (ids.length > 0) throw new AppError('invalid_params', "give 'ids' or 'where', not both")
      return params.dry_run === true ? preview(context, params.where) : forgetAll(context, params.where)
    }
    if (ids.length === 0) throw new AppError('invalid_params', "missing required param: 'ids'")
    return params.dry_run === true ? previewIds(context, ids) : forgetNamed(context, ids)
  },
})

async function forgetNamed(context: OperationContext, asked: readonly string[]) {
  try {
    const { ids, unknown, complete } = await forgetIds(context, asked, context.now() + limits.forgetMsMax)
    return { forgotten: [...ids], unknown: [...unknown], ...(complete ? {} : { complete }) }
  } finally {
    // Contexts that were given out may hold the text.
    context.contextCache.clear()
  }
}

async function previewIds({ store }: OperationContext, ids: readonly string[]) {
  const doomed = await store.withForms(ids)
  const found = await store.get(doomed.slice(0, limits.forgetPreviewMax), limits.listTextCharsMax)
  const known = new Set(doomed)
  return {
    forgotten: [],
    unknown: ids.filter((id) => !known.has(id)),
    count: doomed.length,
    complete: true,
    matches: thatFit(found).map(viewOf),
  }
}

async function preview(context: OperationContext, asked: ForgetWhere) {
  const { count, complete, latest } = await matching(context, asked)
  return { forgotten: [], unknown: [], count, complete, matches: latest.map(viewOf) }
}

async function forgetAll(context: OperationContext, asked: ForgetWhere) {
  const { ids, complete } = await forgetWhere(context, asked).finally(() => context.contextCache.clear())
  return { forgotten: ids.slice(0, limits.idsPerCallMax), unknown: [], count: ids.length, complete }
}
