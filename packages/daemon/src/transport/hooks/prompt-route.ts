// `/memory/prompt-recall` on the HTTP port: what a session's first prompt brings back, as text for the model; empty when
// nothing clearly is about it. For hosts whose plugin calls over HTTP; which prompt is the first, the plugin knows.
import { z } from 'zod'
import { explainInvalidParams } from '../../dispatch/invalid-params.ts'
import { AppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { client, cwd, optional, sessionId } from '../../operations/fields.ts'
import { textReply } from '../http/replies.ts'
import { post, type Route } from '../http/routes.ts'
import { parseJson } from '../json.ts'
import { promptRecall } from './prompt-recall.ts'

const question = z.strictObject({
  prompt: z.string().max(limits.cueCharsMax),
  session_id: sessionId,
  client,
  cwd: optional(cwd),
})

export const promptRoute: Route = {
  ...post,
  access: 'token',
  async answer({ body, call }) {
    const asked = parseJson(await body())
    const parsed = question.safeParse(asked)
    if (!parsed.success) throw new AppError('invalid_params', explainInvalidParams(parsed.error, asked))
    const { prompt, ...scope } = parsed.data
    return textReply((await promptRecall(call, scope, prompt)) ?? '')
  },
}
