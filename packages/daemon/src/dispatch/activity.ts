// When the daemon was last asked for anything from outside. What it asks of itself does not count.
import type { Clock } from '../kit/clock.ts'
import type { Dispatch } from './dispatch.ts'

export interface Activity {
  /** The same dispatch, watched. */
  readonly dispatch: Dispatch
  /** ms; now while a question is under way, and the time of creation before the first. */
  lastAskedAt(): number
}

export function watchActivity(dispatch: Dispatch, now: Clock): Activity {
  let lastAt = now()
  let underWay = 0
  return {
    async dispatch(method, params, caller) {
      if (caller.transport === 'internal') return dispatch(method, params, caller)
      underWay += 1
      try {
        return await dispatch(method, params, caller)
      } finally {
        underWay -= 1
        lastAt = now()
      }
    },
    lastAskedAt: () => (underWay > 0 ? now() : lastAt),
  }
}
