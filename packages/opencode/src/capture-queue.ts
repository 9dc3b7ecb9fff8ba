// Takes turns, and what the host did with them later, to the daemon, in order, off the host's path. What cannot be
// delivered goes to the spool, at once: the process may be gone a moment later. Keeps the invariant that each is in the
// queue, delivered, or spooled; only when the spool refuses too is it lost, and that is said in the host's log.
import { ClientError } from '@iai-mcp/client/client-error'
import { settlesWithin } from '@iai-mcp/client/deadline'
import type { HttpClient } from '@iai-mcp/client/http-client'
import type { Spool } from '@iai-mcp/client/spool'
import type { SessionNotice } from '@iai-mcp/client/spooled-turn'
import type { CaptureBatch, CaptureTurn } from '@iai-mcp/client/wire'
import type { BackOff } from './back-off.ts'
import { clientName } from './client-name.ts'
import { pluginLimits } from './limits.ts'
import type { Options } from './options.ts'
import type { Reporter } from './reporter.ts'
import type { SessionTree } from './session-tree.ts'
import type { Turn } from './turns.ts'

export interface CaptureQueue {
  /** Returns at once. */
  add(said: readonly (Turn | SessionNotice)[]): void
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
  const waiting: (Turn | SessionNotice)[] = []
  const givingUp = new AbortController()
  let working: Promise<void> | null = null

  async function work(): Promise<void> {
    try {
      await Promise.resolve() // turns added in the same tick travel together
      for (let next = takeNext(waiting); next !== null; next = takeNext(waiting)) {
        if ('notice' in next) await tell(next)
        else await deliver(await toBatch(next))
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

  /** Behind the turns it is about, when those wait in the spool. */
  async function tell(said: SessionNotice): Promise<void> {
    const { notice, ...params } = said
    const isBehind = await spool.waits(said.client, said.session_id)
    if (isBehind || givingUp.signal.aborted || backOff.resting) return keepNotice(said)
    try {
      const options = { timeoutMs: pluginLimits.captureCallMsMax, signal: givingUp.signal }
      const answer = await client.call(notice, params, options)
      backOff.worked()
      reporter.worked('taking back')
      // The daemon goes on with it by itself.
      if ('complete' in answer && !answer.complete) await keepNotice(said)
    } catch (error) {
      backOff.failed(error)
      reporter.failed('taking back', error)
      await keepNotice(said)
    }
  }

  function keep(batch: CaptureBatch): Promise<void> {
    return spooling(() => spool.append(batch))
  }

  function keepNotice(notice: SessionNotice): Promise<void> {
    return spooling(() => spool.appendNotice(notice))
  }

  async function spooling(append: () => Promise<unknown>): Promise<void> {
    try {
      await append()
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
    add(said) {
      if (said.length === 0) return
      waiting.push(...said)
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

/** From the front: a notice, or turns of one session within the limits of one call, at least one. */
function takeNext(waiting: (Turn | SessionNotice)[]): SessionNotice | readonly Turn[] | null {
  const [first] = waiting
  if (first === undefined) return null
  if ('notice' in first) {
    waiting.shift()
    return first
  }
  const batch: Turn[] = []
  let bytes = 0
  for (const said of waiting) {
    if ('notice' in said) break
    bytes += Buffer.byteLength(JSON.stringify(said))
    const fits = said.sessionId === first.sessionId && bytes <= pluginLimits.batchBytesMax
    if (batch.length > 0 && (!fits || batch.length >= pluginLimits.batchTurnsMax)) break
    batch.push(said)
  }
  waiting.splice(0, batch.length)
  return batch
}

function toWire({ text, role, messageId, saidAt }: Turn, parent: string | null): CaptureTurn {
  const turn = { text, role, message_id: messageId, said_at: saidAt }
  if (parent === null) return turn
  // What looks like the user in a sub-agent's session is the parent agent; it must not pass for the user's own word.
  const told = role === 'user' ? { role: 'assistant' as const, speaker: 'delegating agent' } : {}
  return { ...turn, ...told, parent_session_id: parent }
}
