// Takes turns to the daemon, in order, off the host's path. What cannot be delivered goes to the spool, at once: the
// process may be gone a moment later. Keeps the invariant that a turn is in the queue, delivered, or spooled; only
// when the spool refuses too is it lost, and that is said in the host's log.
import { ClientError } from '@iai-mcp/client/client-error'
import { settlesWithin } from '@iai-mcp/client/deadline'
import type { HttpClient } from '@iai-mcp/client/http-client'
import type { Spool } from '@iai-mcp/client/spool'
import type { CaptureBatch, CaptureTurn } from '@iai-mcp/client/wire'
import type { BackOff } from './back-off.ts'
import { pluginLimits } from './limits.ts'
import type { Options } from './options.ts'
import type { Reporter } from './reporter.ts'
import type { SessionTree } from './session-tree.ts'
import type { Turn } from './turns.ts'

export const clientName = 'opencode'

export interface CaptureQueue {
  /** Returns at once. */
  add(turns: readonly Turn[]): void
  /** Delivers or spools everything within `disposeMsMax` (or a longer `waitMs`) + `disposeSpoolMsMax`. Never rejects. */
  drain(): Promise<void>
}

export interface CaptureQueueParts {
  readonly client: HttpClient
  readonly spool: Spool
  readonly tree: SessionTree
  readonly backOff: BackOff
  readonly reporter: Reporter
  readonly options: Pick<Options, 'waitMs'>
  readonly cwd: string
}

export function createCaptureQueue(parts: CaptureQueueParts): CaptureQueue {
  const { client, spool, tree, backOff, reporter, options, cwd } = parts
  const waiting: Turn[] = []
  const givingUp = new AbortController()
  let working: Promise<void> | null = null

  async function work(): Promise<void> {
    try {
      await Promise.resolve() // turns added in the same tick travel together
      for (let turns = takeBatch(waiting); turns.length > 0; turns = takeBatch(waiting)) {
        await deliver(await toBatch(turns))
      }
    } finally {
      working = null
    }
  }

  async function toBatch(turns: readonly Turn[]): Promise<CaptureBatch> {
    const sessionId = turns[0]?.sessionId ?? '-'
    // A host that does not say leaves the session without a parent; the turn itself matters more.
    const parent = await tree.parentOf(sessionId).catch(() => null)
    return {
      client: clientName,
      session_id: sessionId,
      cwd,
      turns: turns.map((turn) => toWire(turn, parent)),
    }
  }

  async function deliver(batch: CaptureBatch): Promise<void> {
    if (givingUp.signal.aborted || backOff.resting || waiting.length > pluginLimits.queueTurnsMax) {
      return keep(batch)
    }
    try {
      const options = { timeoutMs: pluginLimits.captureCallMsMax, signal: givingUp.signal }
      const answer = await client.call('memory_capture_batch', batch, options)
      // Anything else than one outcome per turn was not our daemon speaking: the turns are not safe with it.
      if (!Array.isArray(answer?.results) || answer.results.length !== batch.turns.length) {
        throw new ClientError('bad_answer', 'the answer to memory_capture_batch has no results')
      }
      backOff.worked()
      reporter.worked('capture')
    } catch (error) {
      backOff.failed(error)
      reporter.failed('capture', error)
      await keep(batch)
    }
  }

  async function keep(batch: CaptureBatch): Promise<void> {
    try {
      await spool.append(batch)
      reporter.worked('spool')
    } catch (error) {
      reporter.failed('spool', error, 'turns are not remembered until this is mended')
    }
  }

  function start(): Promise<void> {
    working ??= work()
    return working
  }

  return {
    add(turns) {
      if (turns.length === 0) return
      waiting.push(...turns)
      start().catch((error: unknown) => reporter.failed('capture', error))
    },
    async drain() {
      const done = start().catch((error: unknown) => reporter.failed('capture', error))
      if (await settlesWithin(done, Math.max(pluginLimits.disposeMsMax, options.waitMs))) return
      givingUp.abort()
      if (await settlesWithin(done, pluginLimits.disposeSpoolMsMax)) return
      reporter.warn('stopped before everything was spooled')
    },
  }
}

/** From the front: turns of one session, within the limits of one call, at least one. */
function takeBatch(waiting: Turn[]): Turn[] {
  const first = waiting[0]
  if (first === undefined) return []
  let count = 0
  let bytes = 0
  for (const turn of waiting) {
    bytes += Buffer.byteLength(JSON.stringify(turn))
    const fits = turn.sessionId === first.sessionId && bytes <= pluginLimits.batchBytesMax
    if (count > 0 && (!fits || count >= pluginLimits.batchTurnsMax)) break
    count += 1
  }
  return waiting.splice(0, count)
}

function toWire({ text, role, messageId, saidAt }: Turn, parent: string | null): CaptureTurn {
  const turn = { text, role, message_id: messageId, said_at: saidAt }
  if (parent === null) return turn
  // What looks like the user in a sub-agent's session is the parent agent; it must not pass for the user's own word.
  const told = role === 'user' ? { role: 'assistant' as const, speaker: 'delegating agent' } : {}
  return { ...turn, ...told, parent_session_id: parent }
}
