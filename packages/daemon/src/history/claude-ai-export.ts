// Claude.ai's data export: an array of conversations, each with its `chat_messages`. A turn's id is the message's uuid.

import { isBlank } from '../text/blank.ts'
import { exportSource } from './export-file.ts'
import { isObject, type JsonObject, listIn, stringIn, textBlocks, timeIn } from './json-value.ts'
import { nameOf, type Verdict } from './jsonl.ts'
import type { HistorySource } from './source.ts'

const claudeAiClient = 'claude-ai'

export function createClaudeAiSource(path: string): HistorySource {
  return exportSource(claudeAiClient, path, judgeConversation)
}

function* judgeConversation(conversation: JsonObject): Generator<Verdict> {
  const id = stringIn(conversation.uuid)
  if (id === undefined || !Array.isArray(conversation.chat_messages)) {
    yield { reason: 'unknown-type', detail: 'conversation' }
    return
  }
  for (const message of conversation.chat_messages) {
    yield isObject(message) ? judgeMessage(id, message) : { reason: 'not-json' }
  }
}

function judgeMessage(session: string, message: JsonObject): Verdict {
  const { sender } = message
  if (sender !== 'human' && sender !== 'assistant') {
    return { reason: 'unknown-type', detail: `sender/${nameOf(sender)}` }
  }
  // `text` also holds stand-ins for blocks that the export leaves out; the blocks themselves are what was said.
  const isInBlocks = listIn(message.content).length > 0
  const text = isInBlocks ? textBlocks(message.content, 'text').join('\n\n') : (stringIn(message.text) ?? '')
  if (isBlank(text)) return { reason: 'no-text' }
  const messageId = stringIn(message.uuid)
  const saidAt = timeIn(message.created_at)
  if (messageId === undefined || saidAt === undefined) return { reason: 'incomplete' }
  return {
    client: claudeAiClient,
    session_id: session,
    cwd: null,
    parent_session_id: null,
    message_id: messageId,
    role: sender === 'human' ? 'user' : 'assistant',
    text,
    said_at: saidAt,
    speaker: null,
  }
}
