import { z } from 'zod'
import { contradictionOf, dismissalRow, pairOf } from '../consolidation/rows.ts'
import { AppError } from '../kit/errors.ts'
import { memoryId } from './fields.ts'
import { defineOperation } from './operation.ts'

export const memoryConflictDismiss = defineOperation({
  name: 'memory_conflict_dismiss',
  access: 'write',
  summary: 'Say that two statements which seemed to contradict each other both hold.',
  details:
    'Takes the two memory ids of a conflict from memory_conflicts; it is not proposed again as long as both memories are held. Nothing else is changed. If one of them does not hold, use memory_contradict.',
  params: z.strictObject({ older: memoryId, newer: memoryId }),
  result: z.object({ dismissed: z.boolean() }),
  example: {
    older: '01890000-0000-7000-8000-000000000001',
    newer: '01890000-0000-7000-8000-000000000002',
  },
  async run({ store }, { older, newer }) {
    const proposals = await store.derivedQuoting({ kinds: ['proposal'], memories: [older] })
    const dismissed = proposals.filter((row) => pairOf(contradictionOf(row)) === `${older} ${newer}`)
    const [first] = dismissed
    if (first === undefined) {
      throw new AppError(
        'not_found',
        'there is no open conflict between these two; memory_conflicts returns the ones there are',
      )
    }
    const put = [dismissalRow(first.project, contradictionOf(first))]
    return { dismissed: await store.applyDerived({ put, remove: dismissed, standing: false }) }
  },
})
