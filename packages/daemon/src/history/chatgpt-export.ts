// ChatGPT's data export. A conversation is a tree of messages (`mapping`): edited prompts and regenerated answers are
// branches of it, and all of them were said. A turn's id is the message's.

import { isBlank } from '../text/blank.ts'
import { exportSource } from './export-file.ts'
import { isObject, type JsonObject, listIn, objectIn, stringIn, timeIn } from './json-value.ts'
import { nameOf, type Verdict } from './jsonl.ts'
import type { HistorySource } from './source.ts'

const chatGptClient = 'chatgpt'

export function createChatGptSource(path: string): HistorySource {
  return exportSource(chatGptClient, path, judgeConversation)
}

function* judgeConversation(conversation: JsonObject): Generator<Verdict> {
  const id = stringIn(conversation.conversation_id) ?? stringIn(conversation.id)
  const mapping = objectIn(conversation.mapping)
  if (id === undefined || mapping === undefined) {
    yield { reason: 'unknown-type', detail: 'conversation' }
    return
  }
  for (const node of Object.values(mapping)) {
    const message = objectIn(objectIn(node)?.message)
    // The root of the tree holds no message.
    if (message !== undefined) yield judgeMessage(id, conversation, message)
  }
}

const textTypes: ReadonlySet<unknown> = new Set(['text', 'multimodal_text'])
const hiddenTypes: ReadonlySet<unknown> = new Set([
  'app_pairing_content',
  'model_editable_context',
  'reasoning_recap',
  'system_error',
  'thoughts',
  'user_editable_context',
])
const toolTypes: ReadonlySet<unknown> = new Set([
  'code',
  'computer_output',
  'execution_output',
  'sonic_webpage',
  'super_widget',
  'tether_browsing_display',
  'tether_quote',
])

function judgeMessage(session: string, conversation: JsonObject, message: JsonObject): Verdict {
  const role = objectIn(message.author)?.role
  if (role === 'system') return { reason: 'bookkeeping' }
  if (role === 'tool') return { reason: 'tool' }
  if (role !== 'user' && role !== 'assistant')
    return { reason: 'unknown-type', detail: `role/${nameOf(role)}` }
  if (objectIn(message.metadata)?.is_visually_hidden_from_conversation === true)
    return { reason: 'bookkeeping' }
  // What is addressed to someone else than the reader is a call of a tool.
  if (message.recipient !== undefined && message.recipient !== 'all') return { reason: 'tool' }
  const content = objectIn(message.content)
  if (toolTypes.has(content?.content_type)) return { reason: 'tool' }
  if (hiddenTypes.has(content?.content_type)) return { reason: 'bookkeeping' }
  if (!textTypes.has(content?.content_type)) {
    return { reason: 'unknown-type', detail: `content/${nameOf(content?.content_type)}` }
  }
  return turnOf(session, conversation, message, role)
}

function turnOf(
  session: string,
  conversation: JsonObject,
  message: JsonObject,
  role: 'user' | 'assistant',
): Verdict {
  const text = listIn(objectIn(message.content)?.parts).flatMap(partText).join('\n')
  if (isBlank(text)) return { reason: 'no-text' }
  const messageId = stringIn(message.id)
  // Some messages carry no time of their own; the conversation's is the nearest that is known.
  const saidAt = secondsIn(message.create_time) ?? secondsIn(conversation.create_time)
  if (messageId === undefined || saidAt === undefined) return { reason: 'incomplete' }
  return {
    client: chatGptClient,
    session_id: session,
    cwd: null,
    parent_session_id: null,
    message_id: messageId,
    role,
    text,
    said_at: saidAt,
    speaker: null,
  }
}

/** Parts are texts, or objects for images and for what was said aloud. */
function partText(part: unknown): readonly string[] {
  if (typeof part === 'string') return part === '' ? [] : [part]
  const isSpoken = isObject(part) && part.content_type === 'audio_transcription'
  return isSpoken ? [stringIn(part.text) ?? ''] : []
}

function secondsIn(value: unknown): number | undefined {
  return typeof value === 'number' ? timeIn(value * 1_000) : undefined
}
