// What the first prompt of a session brings back: a few memories that clearly are about it, put behind what the user
// typed as a part of its own, or nothing. Asked once, for sessions that this process saw begin: a session that goes on
// has had its first prompt, and a sub-agent's was written by its parent.
import { isClientError } from '@iai-mcp/client/client-error'
import type { HttpClient } from '@iai-mcp/client/http-client'
import type { BackOff } from './back-off.ts'
import { BoundedMap } from './bounded-map.ts'
import { clientName } from './client-name.ts'
import type { DaemonStart } from './daemon-start.ts'
import type { HostEvent, HostMessage, HostPart } from './host.ts'
import { pluginLimits } from './limits.ts'
import type { Reporter } from './reporter.ts'

export interface FirstPrompt {
  /** Takes note of `session.created`. */
  learn(event: HostEvent): void
  /** The part to add to the message, null when there is none. Never rejects; ends before its hook has to. */
  partFor(message: HostMessage, typed: readonly TypedPart[]): Promise<HostPart | null>
}

export type TypedPart = HostPart & { readonly id: string; readonly text: string }

export interface FirstPromptParts {
  readonly client: HttpClient
  readonly daemon: DaemonStart
  readonly backOff: BackOff
  readonly reporter: Reporter
  /** How long the hook that begins now may hold the host. */
  readonly holdMs: () => number
  readonly cwd: string
  /** The session's hook was held for an answer that did not come. */
  readonly onLate: (sessionId: string) => void
}

export function createFirstPrompt(parts: FirstPromptParts): FirstPrompt {
  const { client, daemon, backOff, reporter, holdMs, cwd, onLate } = parts
  const unprompted = new BoundedMap<string, true>(pluginLimits.sessionsMax)

  async function recall(sessionId: string, prompt: string): Promise<string> {
    if (backOff.resting) return ''
    const msMax = holdMs() - pluginLimits.recallMarginMs
    try {
      const question = { prompt, session_id: sessionId, client: clientName, cwd }
      const text = await daemon.withDaemon((waitedMs) =>
        client.promptRecallText(question, { timeoutMs: Math.max(1, msMax - waitedMs) }),
      )
      backOff.worked()
      reporter.worked('prompt recall')
      return text
    } catch (error) {
      // Too late for a prompt is not too late for the session's turns and its context.
      if (isClientError(error) && error.kind === 'timed_out') onLate(sessionId)
      else backOff.failed(error)
      reporter.failed('prompt recall', error)
      return ''
    }
  }

  return {
    learn({ type, properties }) {
      const info = properties?.info as { readonly id?: string; readonly parentID?: string } | undefined
      if (type !== 'session.created' || info?.id === undefined || info.parentID !== undefined) return
      unprompted.set(info.id, true)
    },
    async partFor({ id: messageID, sessionID }, typed) {
      const last = typed.at(-1)
      if (last === undefined || !unprompted.has(sessionID)) return null
      unprompted.delete(sessionID)
      const prompt = typed.map((part) => part.text).join('\n\n')
      const text = await recall(sessionID, prompt.slice(0, pluginLimits.promptCharsMax))
      if (text === '') return null
      // Hosts order parts by their ids: this one comes behind what was typed.
      return { id: `${last.id}z`, messageID, sessionID, type: 'text', text, synthetic: true }
    },
  }
}
