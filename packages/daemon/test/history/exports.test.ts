// Chat services' data exports and the generic format.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createChatGptSource } from '../../src/history/chatgpt-export.ts'
import { createClaudeAiSource } from '../../src/history/claude-ai-export.ts'
import { createGenericSource } from '../../src/history/generic-jsonl.ts'
import { readGuarded } from '../../src/history/reading.ts'
import {
  filesOf,
  gather,
  itemsOf,
  lines,
  noSignal,
  put,
  reasonsIn,
  tempFolder,
  turnsIn,
  turnsOf,
} from './support.ts'
import { zip } from './zip.ts'

const at = Date.UTC(2026, 2, 2, 9)

function node(id: string, role: string, parts: readonly unknown[], more: object = {}): object {
  const message = {
    id,
    author: { role },
    create_time: at / 1_000 + 0.5,
    content: { content_type: 'text', parts },
    recipient: 'all',
    metadata: {},
    ...more,
  }
  return { id, message, parent: null, children: [] }
}

function chat(id: string, nodes: Readonly<Record<string, object>>): object {
  return { conversation_id: id, title: 'A title', create_time: at / 1_000, mapping: nodes, current_node: 'n' }
}

describe('a ChatGPT export', () => {
  const conversations = JSON.stringify([
    chat('conv-1', {
      root: { id: 'root', message: null },
      s: node('s', 'system', ['']),
      u: node('u', 'user', ['Plan a trip']),
      i: node('i', 'user', [{ content_type: 'image_asset_pointer' }, 'What is this?'], {
        content: {
          content_type: 'multimodal_text',
          parts: [{ content_type: 'image_asset_pointer' }, 'What is this?'],
        },
        create_time: null,
      }),
      a1: node('a1', 'assistant', ['To the sea.']),
      a2: node('a2', 'assistant', ['To the hills.']),
      c: node('c', 'assistant', ['search()'], { recipient: 'browser' }),
      t: node('t', 'tool', ['result']),
      h: node('h', 'user', ['profile'], { metadata: { is_visually_hidden_from_conversation: true } }),
      r: node('r', 'assistant', [], { content: { content_type: 'thoughts', thoughts: [] } }),
      n: node('n', 'assistant', [], { content: { content_type: 'hologram' } }),
    }),
    { title: 'newer format' },
  ])

  it('gives what both sides said, in every branch of the conversation', async () => {
    const turns = await turnsOf(
      createChatGptSource(put(join(tempFolder(), 'conversations.json'), conversations)),
    )
    expect(turns.map(({ message_id, role, text, said_at }) => [message_id, role, text, said_at])).toEqual([
      ['u', 'user', 'Plan a trip', at + 500],
      ['i', 'user', 'What is this?', at],
      ['a1', 'assistant', 'To the sea.', at + 500],
      ['a2', 'assistant', 'To the hills.', at + 500],
    ])
    expect(turns[0]).toMatchObject({ client: 'chatgpt', session_id: 'conv-1', cwd: null })
  })

  it('says what it left out', async () => {
    const items = await itemsOf(
      createChatGptSource(put(join(tempFolder(), 'conversations.json'), conversations)),
    )
    const expected = [
      'bookkeeping',
      'tool',
      'tool',
      'bookkeeping',
      'bookkeeping',
      'unknown-type content/hologram',
    ]
    // Each conversation ends with an entry of its own, from which reading can go on.
    expect(reasonsIn(items)).toEqual([...expected, 'bookkeeping', 'unknown-type conversation', 'bookkeeping'])
  })

  it('is read from its zip, whatever the zip is called, and from an unpacked folder', async () => {
    const folder = tempFolder()
    const archive = zip({ 'user.json': '{}', 'conversations.json': conversations, 'chat.html': '<html>' })
    const packed = put(join(folder, 'export (1).zip.download'), archive)
    put(join(folder, 'unpacked', 'conversations.json'), conversations)
    expect(await turnsOf(createChatGptSource(packed))).toHaveLength(4)
    expect(await turnsOf(createChatGptSource(join(folder, 'unpacked')))).toHaveLength(4)
  })

  it('may come in several files', async () => {
    const part = (id: string): string => JSON.stringify([chat(id, { u: node('u', 'user', [`In ${id}`]) })])
    const archive = zip({
      'conversations-001.json': part('conv-b'),
      'conversations-000.json': part('conv-a'),
    })
    const turns = await turnsOf(createChatGptSource(put(join(tempFolder(), 'export.zip'), archive)))
    expect(turns.map(({ session_id }) => session_id)).toEqual(['conv-a', 'conv-b'])
  })

  it('is resumed behind the conversations that were read', async () => {
    const all = [1, 2, 3].map((n) => chat(`conv-${n}`, { u: node(`u-${n}`, 'user', [`Question ${n}`]) }))
    const source = createChatGptSource(put(join(tempFolder(), 'conversations.json'), JSON.stringify(all)))
    const [file] = await filesOf(source)
    if (file === undefined) throw new Error('no file')
    const items = await itemsOf(source)
    const second = items.findIndex((item) => item.kind === 'turn' && item.turn.message_id === 'u-2')
    const resumeIds = async (stop: number): Promise<string[]> =>
      turnsIn(await gather(readGuarded(source, file, items[stop]?.resumeAt ?? 0, noSignal))).map(
        ({ message_id }) => message_id,
      )
    expect(await resumeIds(second)).toEqual(['u-2', 'u-3'])
    expect(await resumeIds(second + 1)).toEqual(['u-3'])
  })

  it('that is cut off or damaged gives what can be read', async () => {
    const folder = tempFolder()
    const cut = put(join(folder, 'conversations.json'), conversations.slice(0, -20))
    const cutItems = await itemsOf(createChatGptSource(cut))
    expect(turnsIn(cutItems)).toHaveLength(4)
    expect(reasonsIn(cutItems).at(-1)).toBe('unfinished')
    const damaged = zip({ 'conversations.json': conversations })
    damaged.fill(0, 60, 90)
    expect(reasonsIn(await itemsOf(createChatGptSource(put(join(folder, 'bad.zip'), damaged))))).toEqual([
      'corrupt',
    ])
    const half = put(join(folder, 'half.zip'), damaged.subarray(0, 100))
    expect(reasonsIn(await itemsOf(createChatGptSource(half)))).toEqual(['corrupt'])
  })
})

describe('a Claude.ai export', () => {
  const message = (uuid: string, sender: string, more: object): object => ({
    uuid,
    sender,
    created_at: '2026-03-02T09:00:00.000Z',
    text: '',
    content: [],
    ...more,
  })

  it('gives what both sides said', async () => {
    const content = [
      { type: 'thinking', thinking: 'hm' },
      { type: 'text', text: 'To the sea.' },
      { type: 'tool_use', name: 'search' },
    ]
    const conversations = [
      {
        uuid: 'conv-1',
        name: 'Trip',
        chat_messages: [
          message('m-1', 'human', { text: 'Plan a trip' }),
          message('m-2', 'assistant', { text: 'stand-in\nTo the sea.', content }),
          message('m-3', 'assistant', { content: [{ type: 'tool_use' }] }),
          message('m-4', 'oracle', { text: 'newer format' }),
        ],
      },
    ]
    const path = put(
      join(tempFolder(), 'data.zip'),
      zip({ 'conversations.json': JSON.stringify(conversations) }),
    )
    const items = await itemsOf(createClaudeAiSource(path))
    expect(turnsIn(items)).toEqual([
      {
        client: 'claude-ai',
        session_id: 'conv-1',
        cwd: null,
        parent_session_id: null,
        message_id: 'm-1',
        role: 'user',
        text: 'Plan a trip',
        said_at: at,
        speaker: null,
      },
      expect.objectContaining({ message_id: 'm-2', role: 'assistant', text: 'To the sea.' }),
    ])
    expect(reasonsIn(items)).toEqual(['no-text', 'unknown-type sender/oracle', 'bookkeeping'])
  })
})

describe('generic JSONL', () => {
  const line = { session: 's-1', role: 'user', text: 'Hello', said_at: '2026-03-02T10:00:00+01:00' }

  it('takes the documented fields, and only lines that have them', async () => {
    const path = put(
      join(tempFolder(), 'history.jsonl'),
      `\ufeff${lines(
        { ...line, message_id: 'm-1', client: 'mychat', cwd: '/home/ada/shop', speaker: 'Ada' },
        { ...line, role: 'oracle' },
        { ...line, said_at: undefined },
        { ...line, session: undefined },
        { ...line, text: '' },
      )}`,
    )
    const items = await itemsOf(createGenericSource(path))
    expect(turnsIn(items)).toEqual([
      {
        client: 'mychat',
        session_id: 's-1',
        cwd: '/home/ada/shop',
        parent_session_id: null,
        message_id: 'm-1',
        role: 'user',
        text: 'Hello',
        said_at: at,
        speaker: 'Ada',
      },
    ])
    expect(reasonsIn(items)).toEqual(['unknown-type role/oracle', 'incomplete', 'incomplete', 'no-text'])
  })

  it('gives lines without an id one that does not hang on their place', async () => {
    const other = { ...line, text: 'Other' }
    const read = async (content: string): Promise<string[]> =>
      (await turnsOf(createGenericSource(put(join(tempFolder(), 'h.jsonl'), content)))).map(
        (turn) => turn.message_id,
      )
    const [first, second] = await read(lines(line, other))
    expect(await read(lines(other, line))).toEqual([second, first])
    expect(first).not.toBe(second)
  })
})
