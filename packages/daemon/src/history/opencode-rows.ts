// What OpenCode's rows say, whether they stand in its database or in the JSON files of before. Follows the same rules
// and gives the same ids as the plugin's live capture (docs/internals/message-ids.md).

import { isBlank } from '../text/blank.ts'
import { isObject, type JsonObject, objectIn, stringIn, timeIn } from './json-value.ts'
import { nameOf, type Verdict } from './jsonl.ts'
import { saidBy } from './said-by.ts'
import type { HistoryTakeBack } from './source.ts'

export const openCodeClient = 'opencode'

export interface OpenCodeSession {
  readonly id: string
  readonly directory: string | null
  readonly parent: string | null
}

const toolParts: ReadonlySet<unknown> = new Set(['tool', 'patch', 'snapshot', 'file', 'agent', 'subtask'])
const bookkeepingParts: ReadonlySet<unknown> = new Set(['step-start', 'step-finish', 'retry', 'compaction'])

/** Why none of a message's parts are turns, or null. */
export function messageSkip(message: unknown): Verdict | null {
  if (!isObject(message)) return { reason: 'not-json' }
  if (message.summary === true || message.agent === 'compaction') return { reason: 'summary' }
  if (message.role !== 'user' && message.role !== 'assistant') {
    return { reason: 'unknown-type', detail: `role/${nameOf(message.role)}` }
  }
  return null
}

export interface MessageRow {
  readonly id: string
  readonly data: JsonObject
}

/** The turn that one part of a message is. */
export function judgePart(
  session: OpenCodeSession,
  message: MessageRow,
  partId: string,
  part: unknown,
): Verdict {
  if (!isObject(part)) return { reason: 'not-json' }
  if (part.type === 'reasoning') return { reason: 'no-text' }
  if (toolParts.has(part.type)) return { reason: 'tool' }
  if (bookkeepingParts.has(part.type)) return { reason: 'bookkeeping' }
  if (part.type !== 'text') return { reason: 'unknown-type', detail: `part/${nameOf(part.type)}` }
  if (part.synthetic === true || part.ignored === true) return { reason: 'bookkeeping' }
  return textTurn(session, message, partId, part)
}

function textTurn(session: OpenCodeSession, message: MessageRow, partId: string, part: JsonObject): Verdict {
  const isUser = message.data.role === 'user'
  const time = objectIn(part.time)
  const created = timeIn(objectIn(message.data.time)?.created)
  if (!isUser && time?.end === undefined) return { reason: 'unfinished' }
  const saidAt = isUser ? created : (timeIn(time?.start) ?? created)
  if (saidAt === undefined) return { reason: 'incomplete' }
  const text = stringIn(part.text) ?? ''
  if (isBlank(text)) return { reason: 'no-text' }
  return {
    client: openCodeClient,
    session_id: session.id,
    cwd: session.directory,
    parent_session_id: session.parent,
    message_id: `${message.id}/${partId}`,
    text,
    said_at: saidAt,
    ...saidBy(isUser, session.parent !== null),
  }
}

/** A session that is undone from a message (or a part of it) on: its messages are there until the next prompt. */
export function undoneOf(sessionId: string, revert: unknown): readonly HistoryTakeBack[] {
  const { messageID, partID } = objectIn(revert) ?? {}
  const message = stringIn(messageID)
  if (message === undefined) return []
  const part = stringIn(partID)
  const from = part === undefined ? message : `${message}/${part}`
  return [{ client: openCodeClient, session_id: sessionId, from_message_id: from }]
}
