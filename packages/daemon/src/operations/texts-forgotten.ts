import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { defineOperation } from './operation.ts'

const digest = z.string().regex(/^[0-9a-f]{32}$/, 'expected 32 hexadecimal digits')

export const textsForgotten = defineOperation({
  name: 'texts_forgotten',
  access: 'read',
  summary: 'Which of these texts were forgotten on request: to tell them from what was missed.',
  details:
    'A text is asked for by its digest (`saidDigest` in store/capture-rules.ts), so that it need not be sent. A digest that is not in the answer was never forgotten here.',
  params: z.strictObject({ digests: z.array(digest).min(1).max(limits.idsPerCallMax) }),
  result: z.object({ forgotten: z.array(z.string()) }),
  example: { digests: ['0123456789abcdef0123456789abcdef'] },
  async run({ store }, { digests }) {
    return { forgotten: [...(await store.forgottenAmong(digests))] }
  },
})
