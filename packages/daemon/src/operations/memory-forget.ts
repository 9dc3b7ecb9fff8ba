import { z } from 'zod'
import { AppError } from '../kit/errors.ts'
import { memoryId, memoryIds, optional } from './fields.ts'
import { defineOperation } from './operation.ts'

export const memoryForget = defineOperation({
  name: 'memory_forget',
  access: 'write',
  summary:
    'Forget memories: text, index entries and links are erased, and the same text is not taken in again.',
  details:
    'A message goes with all its forms, whichever is named; `forgotten` names every id. What a forgotten memory had replaced holds again, as though the correction had never been said: forget that too if it is to go. What remains is a keyed hash of the text, which is what keeps an import from bringing it back.',
  params: z.strictObject({ id: optional(memoryId), ids: optional(memoryIds) }),
  result: z.object({ forgotten: z.array(z.string()), unknown: z.array(z.string()) }),
  example: { ids: ['01890000-0000-7000-8000-000000000001'] },
  async run({ store, now }, params) {
    const ids = [...new Set([...(params.id === undefined ? [] : [params.id]), ...(params.ids ?? [])])]
    if (ids.length === 0) throw new AppError('invalid_params', "missing required param: 'ids'")
    const forgotten = await store.forget(ids, now())
    const gone = new Set(forgotten)
    return { forgotten: [...forgotten], unknown: ids.filter((id) => !gone.has(id)) }
  },
})
