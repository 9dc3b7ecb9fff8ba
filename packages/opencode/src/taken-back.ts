// What the host undid, removed or deleted, from its events: told to the memory in its place among the turns, so that words
// taken back no longer lead. An undone turn may come back (`session.revert` moves or goes); a removed message does not.
// A session that this process has not seen before may have been undone by an earlier one: its state is told once.
import type { SessionNotice } from '@iai-mcp/client/spooled-turn'
import { BoundedMap } from './bounded-map.ts'
import { clientName } from './client-name.ts'
import type { HostEvent } from './host.ts'
import { pluginLimits } from './limits.ts'
import type { Options } from './options.ts'

export interface TakenBack {
  /** What the event says about words that were said. */
  observe(event: HostEvent): readonly SessionNotice[]
}

interface SessionInfo {
  readonly id?: string
  readonly revert?: { readonly messageID?: string; readonly partID?: string } | null
}

/** Sorts before every id that a message may have. */
const beforeEveryMessage = '!'

export function createTakenBack({
  deletedSessions,
  capture,
}: Pick<Options, 'deletedSessions' | 'capture'>): TakenBack {
  /** From which message on each session is undone, '' for not at all, as told last. */
  const told = new BoundedMap<string, string>(pluginLimits.sessionsMax)

  function undone(info: SessionInfo): readonly SessionNotice[] {
    if (info.id === undefined) return []
    const { messageID, partID } = info.revert ?? {}
    const from = messageID === undefined ? '' : partID === undefined ? messageID : `${messageID}/${partID}`
    const before = told.get(info.id) ?? (capture ? undefined : '')
    if (before === from) return []
    told.set(info.id, from)
    return [{ ...takeBack(info.id), from_message_id: from === '' ? null : from }]
  }

  function deleted(sessionId: string | undefined): readonly SessionNotice[] {
    if (sessionId === undefined || deletedSessions === 'keep') return []
    if (deletedSessions === 'forget')
      return [{ notice: 'session_forget', client: clientName, session_id: sessionId }]
    return [{ ...takeBack(sessionId), from_message_id: beforeEveryMessage }]
  }

  return {
    observe({ type, properties = {} }) {
      const info = (properties.info ?? {}) as SessionInfo
      const { sessionID, messageID, partID } = properties
      const isMessage = typeof sessionID === 'string' && typeof messageID === 'string'
      switch (type) {
        case 'session.created':
          if (info.id !== undefined) told.set(info.id, '')
          return []
        case 'session.updated':
          return undone(info)
        case 'session.deleted':
          return deleted(info.id)
        case 'message.removed':
          return isMessage ? [{ ...takeBack(sessionID), message_ids: [messageID] }] : []
        case 'message.part.removed':
          return isMessage && typeof partID === 'string'
            ? [{ ...takeBack(sessionID), message_ids: [`${messageID}/${partID}`] }]
            : []
        default:
          return []
      }
    },
  }
}

function takeBack(sessionId: string) {
  return { notice: 'session_take_back', client: clientName, session_id: sessionId } as const
}
