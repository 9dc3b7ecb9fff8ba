// What the daemon does when a host's hook calls: the session context when a session opens or was compacted, a recall for
// its first prompt, and at every call the sign to read on in the transcript. Answers at once; reading happens behind it.
// A thin adapter to dispatch; what a hook may break, it does not: a part that fails is logged and left out.
import type { Dispatch, Params } from '../../dispatch/dispatch.ts'
import type { Clock } from '../../kit/clock.ts'
import { limits } from '../../kit/limits.ts'
import type { Log } from '../../kit/log.ts'
import type { RequestIds } from '../request-ids.ts'
import { contextWithin } from './context-within.ts'
import { type PromptScope, promptRecall } from './prompt-recall.ts'
import { createFirstPrompts, createOpenings } from './seen-sessions.ts'

export const hookEvents = [
  'session-start',
  'user-prompt',
  'stop',
  'subagent-stop',
  'pre-compact',
  'session-end',
] as const
export type HookEvent = (typeof hookEvents)[number]

export interface HookCall<Client extends string> {
  readonly client: Client
  readonly event: HookEvent
  readonly session_id: string
  readonly cwd?: string | undefined
  readonly transcript_path?: string | undefined
  /** Of session-start: startup, resume, clear, compact. */
  readonly source?: string | undefined
  readonly prompt?: string | undefined
}

/** Who reads the transcripts; see background/transcripts.ts. */
export interface TranscriptReader<Client extends string> {
  grew(client: Client, path: string): Promise<{ readonly read: Promise<void> }>
  catchUp(client: Client): void
}

export interface HooksOptions<Client extends string> {
  readonly dispatch: Dispatch
  readonly transcripts: TranscriptReader<Client>
  readonly recallsFirstPrompt: boolean
  readonly requestIds: RequestIds
  readonly now: Clock
  readonly log: Log
}

export interface Hooks<Client extends string> {
  /** Text for the model, null when there is none. Never rejects. */
  answer(call: HookCall<Client>): Promise<string | null>
}

export function createHooks<Client extends string>(options: HooksOptions<Client>): Hooks<Client> {
  const { dispatch, transcripts, requestIds, log } = options
  const firstPrompts = createFirstPrompts()
  const openings = createOpenings(options.now)

  function textFor(call: HookCall<Client>): Promise<string | null> {
    if (call.event === 'session-start') return contextFor(call)
    if (call.event === 'user-prompt') return recalledFor(call)
    return Promise.resolve(null)
  }

  /** What the session begins with, or goes on with after it was compacted. */
  async function contextFor(call: HookCall<Client>): Promise<string | null> {
    const { source } = call
    if (openings.isTwin(keyOf(call), source)) return null
    transcripts.catchUp(call.client)
    // A session that goes on has had its first prompt, whatever this process knows of it.
    if (source === 'resume' || source === 'compact') firstPrompts.take(keyOf(call))
    const ask = asking()
    const bytesMax = limits.hookTextBytesMax - limits.hookNoticeBytesMax
    const text = await contextWithin(bytesMax, (budget_tokens) =>
      ask('session_start_payload', {
        ...scopeOf(call),
        wake_depth: 'standard',
        ...(budget_tokens !== undefined && { budget_tokens }),
      }),
    )
    return source === 'compact' && text !== '' ? `${text}\n\n${compactedNotice}` : text
  }

  /** What is about a session's first prompt. */
  async function recalledFor(call: HookCall<Client>): Promise<string | null> {
    if (call.prompt === undefined || !options.recallsFirstPrompt) return null
    if (!firstPrompts.take(keyOf(call))) return null
    return promptRecall(asking(), scopeOf(call), call.prompt)
  }

  /** One hook's questions are one request in the log. */
  function asking(): (method: string, params: Params) => Promise<unknown> {
    const caller = { transport: 'socket', requestId: requestIds() } as const
    return (method, params) => dispatch(method, params, caller)
  }

  async function readOn(call: HookCall<Client>): Promise<void> {
    const { client, session_id, transcript_path: path } = call
    if (path === undefined) return
    const { read } = await transcripts.grew(client, path)
    if (call.event !== 'session-end') return
    const caller = { transport: 'internal', requestId: requestIds() } as const
    void read
      .then(() => dispatch('session_exit', { client, session_id }, caller))
      .catch((error) => log.error('session_not_closed', error))
  }

  return {
    async answer(call) {
      const about = { client: call.client, event: call.event }
      const [text] = await Promise.all([
        textFor(call).catch((error) => {
          log.error('hook_failed', error, about)
          return null
        }),
        readOn(call).catch((error) => {
          log.error('transcript_refused', error, about)
        }),
      ])
      return text === '' ? null : text
    },
  }
}

const compactedNotice =
  'This session was compacted. What was said in it before is kept word for word in iai-mcp; its recall tool finds it.'

function scopeOf({ client, session_id, cwd }: HookCall<string>): PromptScope {
  return { client, session_id, cwd }
}

function keyOf({ client, session_id }: { client: string; session_id: string }): string {
  return JSON.stringify([client, session_id])
}
