// What the daemon does when a host's hook calls: the session context when a session opens or was compacted, a recall for
// its first prompt, and at every call the sign to read on in the transcript. Answers at once; reading happens behind it.
// A thin adapter to dispatch; what a hook may break, it does not: a part that fails is logged and left out.
import type { Dispatch } from '../../dispatch/dispatch.ts'
import type { Clock } from '../../kit/clock.ts'
import { limits } from '../../kit/limits.ts'
import type { Log } from '../../kit/log.ts'
import type { RequestIds } from '../request-ids.ts'
import { contextWithin } from './context-within.ts'
import { promptRecall } from './prompt-recall.ts'

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
  catchUp(): void
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
  const firstPrompt = createFirstPrompt()
  const openings = createOpenings(options.now)

  async function textFor(call: HookCall<Client>): Promise<string | null> {
    const caller = { transport: 'socket', requestId: requestIds() } as const
    const { client, session_id, cwd, source, prompt } = call
    const scope = { client, session_id, cwd }
    if (call.event === 'session-start') {
      if (openings.isTwin(keyOf(call), source)) return null
      transcripts.catchUp()
      // A session that goes on has had its first prompt, whatever this process knows of it.
      if (source === 'resume' || source === 'compact') firstPrompt.isFirst(keyOf(call))
      const text = await contextWithin(limits.hookTextBytesMax - limits.hookNoticeBytesMax, (budget) =>
        dispatch(
          'session_start_payload',
          { ...scope, wake_depth: 'standard', ...(budget !== undefined && { budget_tokens: budget }) },
          caller,
        ),
      )
      return source === 'compact' && text !== '' ? `${text}\n\n${compactedNotice}` : text
    }
    if (call.event !== 'user-prompt' || prompt === undefined || !options.recallsFirstPrompt) return null
    if (!firstPrompt.isFirst(keyOf(call))) return null
    return promptRecall((method, params) => dispatch(method, params, caller), scope, prompt)
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

function keyOf({ client, session_id }: { client: string; session_id: string }): string {
  return JSON.stringify([client, session_id])
}

interface FirstPrompt {
  /** True once for each session. */
  isFirst(session: string): boolean
}

/** Remembers sessions that have had a prompt. */
function createFirstPrompt(): FirstPrompt {
  const prompted = new Set<string>()
  return {
    isFirst(session) {
      if (prompted.has(session)) return false
      const [oldest] = prompted
      if (prompted.size >= limits.promptedSessionsHeldMax && oldest !== undefined) prompted.delete(oldest)
      prompted.add(session)
      return true
    },
  }
}

interface Openings {
  /** True when the same session opened in the same way a moment ago: its host has our hook in two places. */
  isTwin(session: string, source: string | undefined): boolean
}

/** A host that has our plugin and our hooks in its settings runs both at once; the context is given to the first. */
function createOpenings(now: Clock): Openings {
  const opened = new Map<string, number>()
  return {
    isTwin(session, source = '') {
      for (const [key, at] of opened) if (now() - at >= limits.hookTwinMsMax) opened.delete(key)
      const key = JSON.stringify([session, source])
      if (opened.has(key)) return true
      opened.set(key, now())
      return false
    },
  }
}
