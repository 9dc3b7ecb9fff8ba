// The bridge as a pipe, without processes: what it passes on, what it answers by itself, and what it never says.
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { ClientError } from '../../../client/src/client-error.ts'
import type { DaemonLink } from '../../src/cli/bridge/daemon-link.ts'
import { runBridge } from '../../src/cli/bridge/stdio-bridge.ts'
import { limits } from '../../src/kit/limits.ts'

interface Line {
  readonly type: string
  readonly [member: string]: unknown
}

/** Feeds `lines` to a bridge whose daemon answers with `reply`; resolves with what the bridge wrote and asked. */
async function bridge(
  lines: readonly string[],
  reply: (line: Line) => Promise<Record<string, unknown>> = async () => ({
    ok: true,
    reply: { id: 1, result: {} },
  }),
  { oneByOne = false } = {},
) {
  let heard = 0
  const asked: { line: Line; repeatable: boolean }[] = []
  const written: string[] = []
  const link: DaemonLink = {
    async ask(line, { repeatable }) {
      asked.push({ line: line as Line, repeatable })
      return reply(line as Line)
    },
    close() {},
  }
  async function* input() {
    for (const line of lines) {
      yield Buffer.from(`${line}\n`)
      if (oneByOne) await wait(1) // as a host that waits for the handshake
    }
  }
  await runBridge({
    link,
    cwd: '/home/ada/shop',
    legacyTools: false,
    input: input(),
    heard: () => {
      heard += 1
    },
    write: (text) => written.push(text),
  })
  expect(written.every((text) => text.endsWith('\n') && text.indexOf('\n') === text.length - 1)).toBe(true)
  return { asked, heard, written: written.map((text) => JSON.parse(text)) }
}

const request = (method: string, params: object = {}) =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })

test('a request is passed on with what is known of the host, and its answer comes back as it is', async () => {
  const answer = { jsonrpc: '2.0', id: 1, result: { odd: ['\u2028', 1.5, null] } }
  const initialize = request('initialize', { clientInfo: { name: 'claude-code', version: '2' } })
  const { asked, written } = await bridge([initialize, request('tools/list')], async () => ({
    ok: true,
    reply: answer,
  }))
  expect(written).toEqual([answer, answer])
  expect(asked.map(({ line }) => line)).toEqual([
    {
      type: 'mcp',
      message: JSON.parse(initialize),
      cwd: '/home/ada/shop',
      client: 'claude-code',
      legacy_tools: false,
    },
    expect.objectContaining({ message: JSON.parse(request('tools/list')), client: 'claude-code' }),
  ])
})

test('what wants no answer gets none, and does not trouble the daemon', async () => {
  const silent = [
    '',
    '  ',
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}',
    '{"jsonrpc":"2.0","id":9,"result":{"roots":[]}}',
    '{"jsonrpc":"2.0","id":9,"error":{"code":-32601,"message":"no"}}',
  ]
  expect(await bridge(silent)).toMatchObject({ asked: [], written: [] })
  expect((await bridge([request('ping')], async () => ({ ok: true, reply: null }))).written).toEqual([])
})

test.each([
  ['{"jsonrpc":', -32700, null],
  ['nonsense', -32700, null],
  ['[]', -32600, null],
  ['"text"', -32600, null],
  ['{"jsonrpc":"2.0","id":1}', -32600, null],
  ['{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600, null],
  ['{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600, null],
  ['{"jsonrpc":"2.0","id":1,"method":7}', -32600, null],
])('%s is answered with %i, and the next message is served', async (line, code, id) => {
  const { asked, written } = await bridge([line, request('ping')])
  expect(written).toEqual([
    expect.objectContaining({ id, error: expect.objectContaining({ code }) }),
    { id: 1, result: {} },
  ])
  expect(asked).toHaveLength(1)
})

test('a message over the limit is refused, and the next one is served', async () => {
  const params = { text: 'x'.repeat(limits.bridgeMessageBytesMax) }
  // Where the id stands is the host's choice; the model of one that called a tool reads what to do.
  const lines = [
    { jsonrpc: '2.0', id: 7, method: 'tools/call', params },
    { method: 'tools/call', params, jsonrpc: '2.0', id: 'call-8' },
    { jsonrpc: '2.0', id: 9, method: 'prompts/get', params },
    { jsonrpc: '2.0', params, id: 10, more: {} },
  ]
  const { asked, written } = await bridge([...lines.map((line) => JSON.stringify(line)), request('ping')])
  const told = { isError: true, content: [{ text: expect.stringContaining('at most 1032192 bytes') }] }
  expect(written).toMatchObject([
    { id: 7, result: told },
    { id: 'call-8', result: told },
    { id: 9, error: { code: -32600 } },
    { id: null, error: { code: -32600 } },
    { result: {} },
  ])
  expect(asked).toHaveLength(1)
})

describe('a batch', () => {
  const handshake = request('initialize', { protocolVersion: '2025-03-26' })
  const answering = (revision: string) => async (line: Line) => {
    const { id, method } = line.message as { id: number; method: string }
    const result = method === 'initialize' ? { protocolVersion: revision } : { method }
    return { ok: true, reply: { jsonrpc: '2.0', id, result } }
  }
  const batchOf = (...messages: readonly object[]) => JSON.stringify(messages)

  /** What is answered to `batch` after a handshake that settled on `revision`. */
  async function answersTo(batch: string, revision = '2025-03-26'): Promise<unknown> {
    const { written } = await bridge([handshake, batch], answering(revision), { oneByOne: true })
    return written[1]
  }

  test('of a revision that has batches is answered as one, in its order', async () => {
    const answers = await answersTo(
      batchOf(
        { jsonrpc: '2.0', id: 2, method: 'tools/list' },
        { jsonrpc: '2.0', method: 'notifications/initialized' },
        { jsonrpc: '2.0', id: 3, method: 7 },
        { jsonrpc: '2.0', id: 4, method: 'initialize' },
        { jsonrpc: '2.0', id: 5, method: 'ping' },
      ),
    )
    expect(answers).toMatchObject([
      { id: 2, result: { method: 'tools/list' } },
      { id: null, error: { code: -32600 } },
      { id: 4, error: { code: -32600, message: expect.stringContaining('never part of a batch') } },
      { id: 5, result: { method: 'ping' } },
    ])
  })

  test('that wants no answers gets none', async () => {
    expect(await answersTo(batchOf({ jsonrpc: '2.0', method: 'notifications/initialized' }))).toBeUndefined()
  })

  test('that is too long is refused, each message by its id', async () => {
    const many = Array.from({ length: limits.bridgeBatchMessagesMax + 1 }, (_, id) => ({
      id,
      method: 'ping',
    }))
    const answers = (await answersTo(batchOf(...many))) as readonly object[]
    expect(answers).toHaveLength(many.length)
    expect(answers.at(-1)).toMatchObject({ id: many.length - 1, error: { code: -32600 } })
  })

  test('of a later revision is no message', async () => {
    expect(await answersTo(batchOf({ jsonrpc: '2.0', id: 2, method: 'ping' }), '2025-06-18')).toMatchObject({
      id: null,
      error: { code: -32600, message: expect.stringContaining('2025-06-18') },
    })
  })
})

test('a model reads why its tool could not be reached; other requests get an error', async () => {
  const gone = async () => {
    throw new ClientError('timed_out', 'the daemon did not answer; run: iai-mcp doctor')
  }
  const { written, asked } = await bridge([request('tools/call'), request('tools/list')], gone)
  expect(written).toEqual([
    {
      jsonrpc: '2.0',
      id: 1,
      result: {
        content: [{ type: 'text', text: 'the daemon did not answer; run: iai-mcp doctor' }],
        isError: true,
      },
    },
    {
      jsonrpc: '2.0',
      id: 1,
      error: { code: -32603, message: 'the daemon did not answer; run: iai-mcp doctor' },
    },
  ])
  expect(asked.map(({ repeatable }) => repeatable)).toEqual([false, true])
})

test('a daemon that does not know the line is an error with its words', async () => {
  const { written } = await bridge([request('ping')], async () => ({
    ok: false,
    reason: 'unknown control type',
  }))
  expect(written).toMatchObject([{ error: { message: 'unknown control type' } }])
})

test('a connection that was turned away is an error with its words', async () => {
  const error = { code: -32001, message: 'too many connections; try again in a moment' }
  const { written } = await bridge([request('ping')], async () => ({ jsonrpc: '2.0', id: null, error }))
  expect(written).toMatchObject([{ id: 1, error: { message: error.message } }])
})

test('answers under way are waited for when the host closes its end', async () => {
  const { written } = await bridge([request('ping')], async () => {
    await wait(50)
    return { ok: true, reply: { id: 1, result: {} } }
  })
  expect(written).toEqual([{ id: 1, result: {} }])
})

test('a host is heard by whatever follows its handshake', async () => {
  expect((await bridge([request('initialize'), request('initialize')])).heard).toBe(0)
  const initialized = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })
  expect((await bridge([request('initialize'), initialized])).heard).toBe(1)
  // Later revisions of the protocol have no handshake.
  expect((await bridge([request('tools/list')])).heard).toBe(1)
})
