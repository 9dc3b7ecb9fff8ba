// The slice of the past that stands in a session's system prompt: asked for once per session and the same bytes from
// then on, because hosts' prompt caches hang on it. Failures are not kept: the session gets its memory as soon as
// there is a daemon to ask.
import type { HttpClient } from '@iai-mcp/client/http-client'
import type { BackOff } from './back-off.ts'
import { BoundedMap } from './bounded-map.ts'
import { clientName } from './client-name.ts'
import type { DaemonStart } from './daemon-start.ts'
import { pluginLimits } from './limits.ts'
import type { Options } from './options.ts'
import type { Reporter } from './reporter.ts'
import type { SessionTree } from './session-tree.ts'

export interface SessionContext {
  /** Begins to ask, so that the answer is there when it is needed; returns at once. */
  prepare(sessionId: string): void
  /** The text for this session, '' when there is none (yet). Never rejects; may take `waitMs` and `contextLateMsMax`. */
  textFor(sessionId: string): Promise<string>
  /** A hook has been held for the daemon already: what is under way is not waited for as well. */
  held(sessionId: string): void
  /** True when the session has been given a text. */
  has(sessionId: string): boolean
}

export interface SessionContextParts {
  readonly client: HttpClient
  readonly daemon: DaemonStart
  readonly tree: SessionTree
  readonly backOff: BackOff
  readonly reporter: Reporter
  readonly options: Pick<Options, 'depth' | 'budgetTokens' | 'waitMs'>
  readonly cwd: string
  readonly now: () => number
}

interface Asking {
  readonly text: Promise<string>
  /** When the first hook began to wait for it; null while none has. */
  waitedSince: number | null
}

export function createSessionContext(parts: SessionContextParts): SessionContext {
  const { client, daemon, tree, backOff, reporter, options, cwd, now } = parts
  const texts = new BoundedMap<string, string>(pluginLimits.sessionsMax)
  const asking = new Map<string, Asking>()

  async function ask(sessionId: string): Promise<string> {
    try {
      // A host that does not say counts as the user's own session: too much context is the smaller loss.
      const parent = await tree.parentOf(sessionId).catch(() => null)
      const budget = budgetFor(parent !== null)
      const query = {
        session_id: sessionId,
        client: clientName,
        wake_depth: options.depth,
        cwd,
        ...(budget === null ? {} : { budget_tokens: budget }),
      }
      const timeoutMs = options.waitMs + pluginLimits.contextLateMsMax
      const text = await daemon.withDaemon(() => client.sessionContextText(query, { timeoutMs }))
      backOff.worked()
      daemon.worked()
      reporter.worked('session context')
      texts.set(sessionId, text)
      return text
    } catch (error) {
      backOff.failed(error)
      reporter.failed('session context', error)
      return ''
    } finally {
      asking.delete(sessionId)
    }
  }

  /**
   * Sub-agents get a small slice, not nothing: the parent passes on the task, seldom the standing rules ("never touch the
   * migrations by hand"), and those lead the slice. Not the whole of it, because sub-agents are many, each pays for its
   * prompt anew, and what lies further back is the parent's business.
   */
  function budgetFor(isSubagent: boolean): number | null {
    if (!isSubagent) return options.budgetTokens
    return Math.min(options.budgetTokens ?? pluginLimits.subagentTokensMax, pluginLimits.subagentTokensMax)
  }

  function begin(sessionId: string): Asking | null {
    const running = asking.get(sessionId)
    if (running !== undefined) return running
    if (backOff.resting) return null
    const begun: Asking = { text: ask(sessionId), waitedSince: null }
    asking.set(sessionId, begun)
    return begun
  }

  return {
    prepare(sessionId) {
      if (!texts.has(sessionId)) begin(sessionId)
    },
    held(sessionId) {
      const running = asking.get(sessionId)
      if (running !== undefined) running.waitedSince ??= now() - options.waitMs
    },
    has: (sessionId) => (texts.get(sessionId) ?? '') !== '',
    async textFor(sessionId) {
      const known = texts.get(sessionId)
      if (known !== undefined) return known
      // What is under way still serves the session's next model call.
      if (backOff.resting) return ''
      const running = begin(sessionId)
      if (running === null) return ''
      running.waitedSince ??= now()
      // It has cost one hook its time already; it does not cost another.
      return now() - running.waitedSince < options.waitMs ? running.text : ''
    },
  }
}
