// Which sessions are sub-agents, and of whom. Learned from the host's events; asked from the host when a session was
// begun before this process.

import { settlesWithin } from '@iai-mcp/client/deadline'
import { BoundedMap } from './bounded-map.ts'
import type { HostClient, HostEvent } from './host.ts'
import { pluginLimits } from './limits.ts'

export interface SessionTree {
  /** Takes note of `session.created` and `session.updated`. */
  learn(event: HostEvent): void
  /** The parent's session id, or null for a session of the user's own. Rejects when the host does not say in time. */
  parentOf(sessionId: string): Promise<string | null>
}

export function createSessionTree(client: HostClient): SessionTree {
  const parents = new BoundedMap<string, string | null>(pluginLimits.sessionsMax)

  async function ask(sessionId: string): Promise<string | null> {
    const asked = client.session.get({ path: { id: sessionId } })
    if (!(await settlesWithin(asked, pluginLimits.parentLookupMsMax)))
      throw new Error('the host did not answer')
    const answer = await asked
    if (answer.data === undefined) throw new Error('the host does not know the session')
    const parent = answer.data.parentID ?? null
    parents.set(sessionId, parent)
    return parent
  }

  return {
    learn({ properties }) {
      const info = properties?.info as { readonly id?: string; readonly parentID?: string } | undefined
      if (info?.id !== undefined) parents.set(info.id, info.parentID ?? null)
    },
    async parentOf(sessionId) {
      const known = parents.get(sessionId)
      return known === undefined ? ask(sessionId) : known
    },
  }
}
