// When the daemon was last asked for anything from outside (what it asks of itself does not count), and when a session
// last ended.
import type { Clock } from '../kit/clock.ts'
import { watchUnderWay } from '../kit/under-way.ts'
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
  const asked = watchUnderWay(now)
  let endedAt: number | null = null

  async function watched(...[method, params, caller]: Parameters<Dispatch>): Promise<unknown> {
    const answer = await dispatch(method, params, caller)
    if (method === sessionExit.name) endedAt = now()
    return answer
  }

  return {
    dispatch: (method, params, caller) =>
      caller.transport === 'internal'
        ? watched(method, params, caller)
        : asked.during(() => watched(method, params, caller)),
    lastAskedAt: asked.lastAt,
    sessionEndedAt: () => endedAt,
  }
}
