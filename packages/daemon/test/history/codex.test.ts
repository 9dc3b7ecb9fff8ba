import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createCodexSource } from '../../src/history/codex.ts'
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

const at = Date.UTC(2026, 2, 2, 9)
let ordinal = 0

function line(type: string, payload: object): object {
  ordinal += 1
  return { timestamp: new Date(at).toISOString(), ordinal, type, payload }
}

function meta(more: object = {}): object {
  return line('session_meta', {
    id: 'thread-1',
    session_id: 'thread-1',
    cwd: '/home/ada/shop',
    cli_version: '0.169.0',
    history_mode: 'paginated',
    ...more,
  })
}

function item(type: string, id: string, text: string, completedAt = at): object {
  const content = [{ type: type === 'UserMessage' ? 'text' : 'Text', text }]
  return line('event_msg', {
    type: 'item_completed',
    item: { type, id, content },
    completed_at_ms: completedAt,
  })
}

const event = (payload: object): object => line('event_msg', payload)

function source(rollout: string | Buffer, name = 'rollout-2026-03-02T09-00-00-thread-1.jsonl') {
  const home = tempFolder()
  const path = put(join(home, 'sessions', '2026', '03', '02', name), rollout)
  return { source: createCodexSource({ home }), home, path }
}

describe('a Codex rollout', () => {
  it('gives the messages of the user and the agent, once each', async () => {
    const { source: codex } = source(
      lines(
        meta(),
        line('response_item', {
          type: 'message',
          role: 'user',
          content: [{ type: 'input_text', text: 'Hello' }],
        }),
        item('UserMessage', 'item-1', 'Hello'),
        item('AgentMessage', 'msg_a', 'Hi.', at + 5),
        line('response_item', { type: 'message', role: 'assistant', content: [] }),
      ),
    )
    expect(await turnsOf(codex)).toEqual([
      {
        client: 'codex',
        session_id: 'thread-1',
        cwd: '/home/ada/shop',
        parent_session_id: null,
        message_id: `item-1@${at}`,
        role: 'user',
        text: 'Hello',
        said_at: at,
        speaker: null,
      },
      expect.objectContaining({ message_id: `msg_a@${at + 5}`, role: 'assistant', text: 'Hi.' }),
    ])
  })

  it('tells messages apart to which the model server gave one id', async () => {
    const { source: codex } = source(
      lines(meta(), item('AgentMessage', 'msg', 'One', at), item('AgentMessage', 'msg', 'Two', at + 1)),
    )
    expect(new Set((await turnsOf(codex)).map((turn) => turn.message_id)).size).toBe(2)
  })

  it('leaves out the rest, each for its reason', async () => {
    const { source: codex } = source(
      lines(
        meta(),
        item('CommandExecution', 'c', ''),
        item('Reasoning', 'r', 'thinking'),
        item('UserMessage', 'u', ' '),
        item('Hologram', 'h', 'newer'),
        event({ type: 'token_count' }),
        event({ type: 'user_message', message: 'the same again' }),
        event({ type: 'exec_command_end' }),
        event({ type: 'telepathy' }),
        line('response_item', { type: 'function_call' }),
        line('compacted', { message: 'summary' }),
        line('seance', {}),
      ),
    )
    const items = await itemsOf(codex)
    expect(turnsIn(items)).toEqual([])
    expect(reasonsIn(items)).toEqual([
      'bookkeeping',
      'tool',
      'bookkeeping',
      'no-text',
      'unknown-type item/Hologram',
      'bookkeeping',
      'bookkeeping',
      'tool',
      'unknown-type event_msg/telepathy',
      'tool',
      'summary',
      'unknown-type seance',
    ])
  })

  it('from before completed items is read by its message events', async () => {
    const { source: codex } = source(
      lines(
        meta({ history_mode: undefined }),
        event({ type: 'user_message', message: '<environment_context/>', kind: 'environment_context' }),
        event({ type: 'user_message', message: 'Old question', kind: 'plain' }),
        event({ type: 'agent_message', message: 'Old answer' }),
      ),
    )
    expect((await turnsOf(codex)).map(({ message_id, text }) => [message_id, text])).toEqual([
      [`user@${at}`, 'Old question'],
      [`agent@${at}`, 'Old answer'],
    ])
  })

  it('of a sub-agent names its parent, and its prompts are not the user’s', async () => {
    const spawned = {
      id: 'thread-2',
      source: { subagent: { thread_spawn: { parent_thread_id: 'thread-1' } } },
    }
    const { source: codex } = source(lines(meta(spawned), item('UserMessage', 'i', 'Look for callers')))
    expect(await turnsOf(codex)).toMatchObject([
      {
        session_id: 'thread-2',
        parent_session_id: 'thread-1',
        role: 'assistant',
        speaker: 'delegating agent',
      },
    ])
  })

  it('without its first line is not guessed at', async () => {
    const { source: codex } = source(lines(item('UserMessage', 'i', 'Whose?')))
    expect(reasonsIn(await itemsOf(codex))).toEqual(['unsupported no session_meta line'])
  })

  it('goes on from an offset with what its first line said', async () => {
    const { source: codex } = source(
      lines(meta(), item('UserMessage', 'i-1', 'One'), item('UserMessage', 'i-2', 'Two')),
    )
    const [file] = await filesOf(codex)
    if (file === undefined) throw new Error('no file')
    const first = (await itemsOf(codex)).find((each) => each.kind === 'turn')
    const rest = turnsIn(await gather(readGuarded(codex, file, first?.resumeAt ?? 0, noSignal)))
    expect(rest).toMatchObject([{ text: 'Two', session_id: 'thread-1', cwd: '/home/ada/shop' }])
  })
})

describe('a packed Codex rollout', () => {
  const rollout = lines(meta(), item('UserMessage', 'i-1', 'One'), item('UserMessage', 'i-2', 'Two'))
  const packed = zstdCompressSync(rollout)
  const name = 'rollout-2026-03-02T09-00-00-thread-1.jsonl.zst'

  it('is read like a plain one, from any offset', async () => {
    const { source: codex } = source(packed, name)
    const items = await itemsOf(codex)
    expect(turnsIn(items).map(({ text }) => text)).toEqual(['One', 'Two'])
    const [file] = await filesOf(codex)
    if (file === undefined) throw new Error('no file')
    const rest = await gather(readGuarded(codex, file, items[1]?.resumeAt ?? 0, noSignal))
    expect(turnsIn(rest).map(({ text }) => text)).toEqual(['Two'])
  })

  it('that is damaged is said to be', async () => {
    const { source: codex } = source(Buffer.concat([packed.subarray(0, 20), Buffer.alloc(40, 7)]), name)
    expect(reasonsIn(await itemsOf(codex)).at(-1)).toMatch(/^corrupt/u)
  })

  it('is left alone while the plain one lies beside it', async () => {
    const { source: codex, path } = source(rollout)
    put(`${path}.zst`, packed)
    expect((await filesOf(codex)).map((file) => file.path)).toEqual([path])
  })
})
