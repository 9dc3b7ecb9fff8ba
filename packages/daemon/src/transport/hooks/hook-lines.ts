// The control line `hook` of the Unix socket: one call of a host's hook in, the text for its model out. Only the socket
// takes it: it names files to read, and whoever may open the socket can read them anyway.
import { z } from 'zod'
import { limits } from '../../kit/limits.ts'
import type { Control } from '../socket/answers.ts'
import { type Hooks, hookEvents } from './hooks.ts'

const id = z.string().min(1).max(limits.idCharsMax)
const path = z.string().min(1).max(limits.pathCharsMax)

/** Answers lines of type `hook` with `{ok: true, text}`. */
export function withHookLines<Client extends string>(
  control: Control,
  hooks: Hooks<Client>,
  clients: readonly Client[],
): Control {
  const call = z.object({
    client: z.enum(clients),
    event: z.enum(hookEvents),
    session_id: id,
    cwd: path.optional(),
    transcript_path: path.optional(),
    source: id.optional(),
    prompt: z.string().max(limits.hookPromptCharsMax).optional(),
  })
  return async (line) => {
    if (line.type !== 'hook') return control(line)
    const parsed = call.safeParse(line)
    if (!parsed.success) return { ok: false, reason: `not a hook's call: ${z.prettifyError(parsed.error)}` }
    return { ok: true, text: await hooks.answer(parsed.data) }
  }
}
