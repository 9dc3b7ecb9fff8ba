// When the daemon was last asked for anything from outside (what it asks of itself does not count), and when a session
// last ended.
import type { Clock } from '../kit/clock.ts'
import { sessionExit } from '../operations/session-exit.ts'
import type { Dispatch } from './dispatch.ts'

export interface Activity {
  /** The same dispatch, watched. */
  readonly dispatch: Dispatch
  /** ms; now while a question is under way, and the time of creation before the first. */
  lastAskedAt(): number
  /** ms; null when none has ended since the start. */
  sessionEndedAt(): number | null
}

export function watchActivity(dispatch: Dispatch, now: Clock): Activity {
  let lastAt = now()
  let underWay = 0
  let endedAt: number | null = null
  return {
    async dispatch(method, params, caller) {
      const isOutside = caller.transport !== 'internal'
      if (isOutside) underWay += 1
      try {
        const answer = await dispatch(method, params, caller)
        if (method === sessionExit.name) endedAt = now()
        return answer
      } finally {
        if (isOutside) {
          underWay -= 1
          lastAt = now()
        }
      }
    },
    lastAskedAt: () => (underWay > 0 ? now() : lastAt),
    sessionEndedAt: () => endedAt,
  }
}
