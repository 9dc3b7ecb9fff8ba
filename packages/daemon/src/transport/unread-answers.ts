// How much of what was answered may wait in memory for peers to read it, over all connections of all transports. Beyond
// that the peer that has kept an answer waiting longest is hung up on, and when none has for long, the new answer is
// refused: so slow readers of long answers never add up to more, and never keep others from theirs.
import type { Clock } from '../kit/clock.ts'
import { AppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'

export interface UnreadAnswers {
  /**
   * Counts an answer of `bytes` until the returned function is called; `hangUp` is called when its room is needed.
   * Null when there is none: the answer must not be sent.
   */
  hold(bytes: number, hangUp: () => void): (() => void) | null
  /** Bytes of the answers held. */
  bytes(): number
}

export interface UnreadAnswersOptions {
  readonly now: Clock
  readonly bytesMax?: number
  readonly waitMsMin?: number
}

interface Held {
  readonly bytes: number
  readonly since: number
  readonly hangUp: () => void
}

export function createUnreadAnswers({
  now,
  bytesMax = limits.unreadAnswerBytesMax,
  waitMsMin = limits.unreadAnswerWaitMsMin,
}: UnreadAnswersOptions): UnreadAnswers {
  /** In the order in which they were made: the first has waited longest. */
  const held = new Set<Held>()
  let total = 0

  function letGo(answer: Held): void {
    if (held.delete(answer)) total -= answer.bytes
  }

  function makeRoom(bytes: number): boolean {
    for (const oldest of held) {
      if (total + bytes <= bytesMax || now() - oldest.since < waitMsMin) break
      letGo(oldest)
      oldest.hangUp()
    }
    return total + bytes <= bytesMax
  }

  return {
    hold(bytes, hangUp) {
      if (!makeRoom(bytes)) return null
      const answer = { bytes, since: now(), hangUp }
      held.add(answer)
      total += bytes
      return () => letGo(answer)
    },
    bytes: () => total,
  }
}

export function tooMuchUnread(): AppError {
  return new AppError('overloaded', 'too many long answers wait to be read; try again in a moment')
}
