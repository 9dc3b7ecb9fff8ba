// One small, valid history of every program that can be imported, and how it is read: what the fuzzing of the importers
// starts from.
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import Database from 'better-sqlite3-multiple-ciphers'
import { createChatGptSource } from '../../../packages/daemon/src/history/chatgpt-export.ts'
import { createClaudeAiSource } from '../../../packages/daemon/src/history/claude-ai-export.ts'
import { createClaudeCodeSource } from '../../../packages/daemon/src/history/claude-code.ts'
import { createCodexSource } from '../../../packages/daemon/src/history/codex.ts'
import { createGenericSource } from '../../../packages/daemon/src/history/generic-jsonl.ts'
import { createOpenCodeSource } from '../../../packages/daemon/src/history/opencode.ts'
import type { HistorySource } from '../../../packages/daemon/src/history/source.ts'
import { zip } from '../../../packages/daemon/test/history/zip.ts'

const time = '2026-03-02T09:00:00.000Z'

export interface Format {
  readonly name: string
  /** Below the target's folder. */
  readonly file: string
  readonly seeds: readonly Buffer[]
  source(folder: string): HistorySource
}

const lines = (...entries: readonly object[]): Buffer =>
  Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))

const claudeLine = { uuid: 'u1', sessionId: 's1', cwd: '/home/ada/shop', timestamp: time, isSidechain: false }
export const claudeLines = [
  { ...claudeLine, type: 'user', message: { role: 'user', content: 'Which port?' } },
  {
    ...claudeLine,
    type: 'assistant',
    uuid: 'u2',
    message: { content: [{ type: 'text', text: 'Port 5433.' }] },
  },
  {
    ...claudeLine,
    type: 'assistant',
    uuid: 'u3',
    requestSessionId: 's0',
    message: { content: [{ type: 'tool_use' }] },
  },
  { type: 'summary', summary: 'x' },
]
export const codexLines = [
  {
    timestamp: time,
    type: 'session_meta',
    payload: { id: 't1', cwd: '/home/ada/shop', history_mode: 'paginated' },
  },
  {
    timestamp: time,
    type: 'event_msg',
    payload: {
      type: 'item_completed',
      item: { type: 'UserMessage', id: 'i1', content: [{ type: 'text', text: 'Which port?' }] },
      completed_at_ms: 1_772_000_000_000,
    },
  },
  { timestamp: time, type: 'event_msg', payload: { type: 'user_message', message: 'Which port?' } },
  {
    timestamp: time,
    type: 'response_item',
    payload: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'x' }] },
  },
]
export const genericLines = [
  {
    text: 'Which port?',
    role: 'user',
    said_at: time,
    session: 's1',
    message_id: 'm1',
    cwd: '/home/ada',
    speaker: 'Ada',
  },
]
export const chatGpt = [
  {
    conversation_id: 'c1',
    title: 'A title',
    create_time: 1_772_000_000,
    current_node: 'n1',
    mapping: {
      n0: { id: 'n0', message: null, parent: null, children: ['n1'] },
      n1: {
        ...{ id: 'n1', parent: 'n0', children: [] },
        message: {
          ...{
            id: 'm1',
            author: { role: 'user' },
            create_time: 1_772_000_000.5,
            recipient: 'all',
            metadata: {},
          },
          content: { content_type: 'text', parts: ['Which port?'] },
        },
      },
    },
  },
]
export const claudeAi = [
  {
    ...{ uuid: 'c1', name: 'A title', created_at: time },
    chat_messages: [
      {
        uuid: 'm1',
        sender: 'human',
        created_at: time,
        text: 'x',
        content: [{ type: 'text', text: 'Which port?' }],
      },
    ],
  },
]

export function openCodeDatabase(): Buffer {
  const db = new Database(':memory:')
  db.exec(`
    CREATE TABLE session (id TEXT PRIMARY KEY, parent_id TEXT, directory TEXT NOT NULL, time_created INTEGER NOT NULL);
    CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT NOT NULL, time_created INTEGER NOT NULL,
      time_updated INTEGER NOT NULL, data TEXT NOT NULL);
    CREATE TABLE part (id TEXT PRIMARY KEY, message_id TEXT NOT NULL, session_id TEXT NOT NULL, data TEXT NOT NULL);
    CREATE INDEX part_message_id ON part (message_id);
    INSERT INTO session VALUES ('s1', NULL, '/home/ada/shop', 1772000000000);
    INSERT INTO message VALUES ('m1', 's1', 1772000000000, 1772000000000, '{"role":"user","time":{"created":1772000000000}}');
    INSERT INTO part VALUES ('p1', 'm1', 's1', '{"type":"text","text":"Which port?"}');`)
  const bytes = db.serialize()
  db.close()
  return bytes
}

export const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
export const packed = (name: string, value: unknown): Buffer => zip({ [name]: JSON.stringify(value) })

export const formats: readonly Format[] = [
  {
    name: 'claude-code',
    file: 'projects/shop/s1.jsonl',
    seeds: [lines(...claudeLines)],
    source: (folder) => createClaudeCodeSource({ projectsFolder: join(folder, 'projects') }),
  },
  {
    name: 'codex',
    file: 'sessions/2026/03/02/rollout-2026-03-02T09-00-00-t1.jsonl',
    seeds: [lines(...codexLines)],
    source: (folder) => createCodexSource({ home: folder }),
  },
  {
    name: 'codex packed',
    file: 'sessions/2026/03/02/rollout-2026-03-02T09-00-00-t1.jsonl.zst',
    seeds: [zstdCompressSync(lines(...codexLines))],
    source: (folder) => createCodexSource({ home: folder }),
  },
  {
    name: 'opencode database',
    file: 'opencode.db',
    seeds: [openCodeDatabase()],
    source: (folder) => createOpenCodeSource({ dataFolder: folder, database: null }),
  },
  {
    name: 'chatgpt',
    file: 'conversations.json',
    seeds: [json(chatGpt), packed('conversations.json', chatGpt)],
    source: (folder) => createChatGptSource(join(folder, 'conversations.json')),
  },
  {
    name: 'claude-ai',
    file: 'conversations.json',
    seeds: [json(claudeAi), packed('conversations.json', claudeAi)],
    source: (folder) => createClaudeAiSource(join(folder, 'conversations.json')),
  },
  {
    name: 'jsonl',
    file: 'export.jsonl',
    seeds: [lines(...genericLines)],
    source: (folder) => createGenericSource(join(folder, 'export.jsonl')),
  },
]
