// Which of the host's messages are turns worth remembering, verbatim, and under which id: `<messageID>/<partID>`, one
// text part, one turn. The import of OpenCode's history (parts of type `text` that are neither `synthetic` nor `ignored`,
// messages without `summary: true` and not of agent `compaction`) finds the same ids and texts, so that it adds nothing
// to a session that was captured live. Whose word a prompt in a sub-agent's session is, capture-queue.ts says.
import { createHash } from 'node:crypto'
import { BoundedMap } from './bounded-map.ts'
import type { HostEvent, HostMessage, HostPart } from './host.ts'
import { pluginLimits } from './limits.ts'

export interface Turn {
  readonly sessionId: string
  readonly messageId: string
  readonly role: 'user' | 'assistant'
  readonly text: string
  readonly saidAt: number
}

export interface Turns {
  /** What the user typed, from `chat.message`. */
  typed(message: HostMessage, parts: readonly HostPart[]): readonly Turn[]
  /** What the assistant finished saying, from `experimental.text.complete`. */
  completed(sessionId: string, messageId: string, partId: string, text: string): readonly Turn[]
  /**
   * Follows messages by the host's events. Also catches what `text.complete` does not: the text of an answer that
   * was broken off, and what other plugins made of a text after we saw it.
   */
  observe(event: HostEvent): readonly Turn[]
}

interface Message {
  readonly role: string
  readonly isSummary: boolean
  /** Seen while it was being written. A fork copies finished messages; those are not said again. */
  readonly isLive: boolean
}

export function createTurns(now: () => number): Turns {
  const messages = new BoundedMap<string, Message>(pluginLimits.messagesMax)
  const startedAt = new BoundedMap<string, number>(pluginLimits.partsMax)
  const lastSeen = new BoundedMap<string, string>(pluginLimits.partsMax)

  function follow(info: HostMessage): void {
    const isSummary = info.summary === true || info.agent === 'compaction'
    const isLive = messages.get(info.id)?.isLive ?? info.time?.completed === undefined
    messages.set(info.id, { role: info.role, isSummary, isLive })
  }

  function assistantTurn(
    sessionId: string,
    messageId: string,
    partId: string,
    text: string,
  ): readonly Turn[] {
    if (text.trim() === '') return []
    if (!isNews(partId, text)) return []
    const saidAt = startedAt.get(partId) ?? now()
    return [{ sessionId, messageId: `${messageId}/${partId}`, role: 'assistant', text, saidAt }]
  }

  /** Whether the part reads otherwise than it did when it was seen last. */
  function isNews(partId: string, text: string): boolean {
    const seen = createHash('sha256').update(text).digest('base64')
    if (lastSeen.get(partId) === seen) return false
    lastSeen.set(partId, seen)
    return true
  }

  /** A prompt that was edited after it was sent, or that another plugin changed behind us: another form of it. */
  function rewritten(part: HostPart): readonly Turn[] {
    const { messageID: messageId, sessionID: sessionId } = part
    if (!isTyped(part) || messageId === undefined || sessionId === undefined) return []
    if (!lastSeen.has(part.id) || !isNews(part.id, part.text)) return []
    return [{ sessionId, messageId: `${messageId}/${part.id}`, role: 'user', text: part.text, saidAt: now() }]
  }

  function observePart(part: HostPart): readonly Turn[] {
    const { id, messageID, sessionID, type, text, time } = part
    if (type !== 'text' || id === undefined || messageID === undefined || sessionID === undefined) return []
    if (time?.start !== undefined) startedAt.set(id, time.start)
    const message = messages.get(messageID)
    if (message?.role === 'user') return rewritten(part)
    if (message?.role !== 'assistant' || message.isSummary || !message.isLive) return []
    if (time?.end === undefined || part.synthetic === true || text === undefined) return []
    return assistantTurn(sessionID, messageID, id, text)
  }

  return {
    typed(message, parts) {
      const saidAt = message.time?.created ?? now()
      const typed = parts.filter(isTyped)
      for (const { id, text } of typed) isNews(id, text)
      return typed.map((part) => ({
        sessionId: message.sessionID,
        messageId: `${message.id}/${part.id}`,
        role: 'user',
        text: part.text,
        saidAt,
      }))
    },
    completed(sessionId, messageId, partId, text) {
      if (messages.get(messageId)?.isSummary === true) return []
      return assistantTurn(sessionId, messageId, partId, text)
    },
    observe({ type, properties }) {
      if (type === 'message.updated') {
        const info = properties?.info as HostMessage | undefined
        if (info !== undefined) follow(info)
      }
      if (type !== 'message.part.updated') return []
      const part = properties?.part as HostPart | undefined
      return part === undefined ? [] : observePart(part)
    },
  }
}

/** Whether the user typed it, and not the host or a plugin. */
export function isTyped(part: HostPart): part is HostPart & { id: string; text: string } {
  if (part.type !== 'text' || part.synthetic === true || part.ignored === true) return false
  return part.id !== undefined && part.text !== undefined && part.text.trim() !== ''
}
