// GET /memory/session-context: the query in, the payload or its text form out.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sessionText } from '../../src/context/session-text.ts'
import type { Dispatch } from '../../src/dispatch/dispatch.ts'
import { startTransports, type Transports, testToken } from './support/fixture.ts'
import { ask } from './support/raw-http.ts'

const payload = {
  l0: 'Ada prefers tea.',
  l1: '',
  l2: ['first', { said: 'second' }],
  rich_club: '  ',
  identity_pointer: '<id:0a1b2c3d>',
  brain_handle: '',
  topic_cluster_hint: '<topic:none>',
  compact_handle: '<iai:0123456789abcdef>',
}
const asked: unknown[] = []
const dispatch: Dispatch = async (method, params, caller) => {
  asked.push({ method, params, transport: caller.transport })
  return payload
}

let transports: Transports
beforeAll(async () => {
  transports = await startTransports({ dispatch })
})
afterAll(() => transports[Symbol.asyncDispose]())

async function fetchContext(query: string): Promise<{ type: string | undefined; body: string | undefined }> {
  asked.length = 0
  const head = `GET /memory/session-context${query} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${testToken}\r\n`
  const [response] = (await ask(transports.port, `${head}\r\n`, { responses: 1 })).responses
  expect(response?.status).toBe(200)
  return { type: response?.headers.get('content-type'), body: response?.body }
}

describe('query', () => {
  const cases: readonly (readonly [query: string, params: object])[] = [
    ['', {}],
    ['?', {}],
    [
      '?session_id=s1&wake_depth=deep&cwd=%2Fhome%2Fada%2Fmy+code&budget_tokens=500',
      { session_id: 's1', wake_depth: 'deep', cwd: '/home/ada/my code', budget_tokens: 500 },
    ],
    [
      '?project=git%3Aexample.org%2Fada%2Fshop&client=opencode&project=other',
      { project: 'git:example.org/ada/shop', client: 'opencode' },
    ],
    ['?session_id=first&session_id=second', { session_id: 'first' }],
    ['?session_id=&wake_depth=%20', {}],
    ['?session_id=&session_id=second', { session_id: 'second' }],
    ['?session_id=%E8%8C%B6', { session_id: '茶' }],
    ['?wake_depth=DEEP', { wake_depth: 'DEEP' }],
    ['?budget_tokens=lots', { budget_tokens: 'lots' }],
    ['?budget_tokens=1e3', { budget_tokens: '1e3' }],
    ['?budget_tokens=-1', { budget_tokens: -1 }],
    ['?__proto__=x&method=status&params=1', {}],
    ['?session_id=s1#?session_id=s2', { session_id: 's1' }],
  ]
  test.each(cases)('%s', async (query, params) => {
    await fetchContext(query)
    expect(asked).toEqual([{ method: 'session_start_payload', params, transport: 'http' }])
  })
})

describe('format', () => {
  const text =
    '## L0 Identity\nAda prefers tea.\n\n## L2 Episode\nfirst\n\n## L2 Episode\n{"said":"second"}\n\n' +
    '## Handles\n<id:0a1b2c3d> <iai:0123456789abcdef> <topic:none>'

  test('is text with format=text exactly; of two formats the first counts', async () => {
    expect(await fetchContext('?format=text')).toEqual({ type: 'text/plain; charset=utf-8', body: text })
    expect(await fetchContext('?format=text&format=json')).toEqual({
      type: 'text/plain; charset=utf-8',
      body: text,
    })
  })
  test.each(['', '?format=', '?format=TEXT', '?format=txt', '?format=json', '?format=json&format=text'])(
    'JSON for %j',
    async (query) => {
      const { type, body } = await fetchContext(query)
      expect(type).toBe('application/json')
      expect(JSON.parse(body ?? '')).toEqual(payload)
    },
  )
})

describe('text form', () => {
  test('all blocks in their order', () => {
    const all = {
      l2: ['e1', 'e2\n'],
      rich_club: 'r\n',
      l1: '\n two lines\nof summary ',
      l0: 'who',
      topic_cluster_hint: '<topic:t>',
      brain_handle: '<sess:a pend:0>',
      compact_handle: '<iai:b>',
      identity_pointer: '<id:c>',
    }
    expect(sessionText(all)).toBe(
      '## L0 Identity\nwho\n\n## L1 Recent Summary\ntwo lines\nof summary\n\n## Rich Club\nr\n\n' +
        '## L2 Episode\ne1\n\n## L2 Episode\ne2\n\n## Handles\n<id:c> <iai:b> <sess:a pend:0> <topic:t>',
    )
  })
  test('nothing to say is nothing', () => {
    expect(sessionText({})).toBe('')
    expect(sessionText({ l0: ' ', l1: '\n', l2: [], rich_club: '', brain_handle: '\t' })).toBe('')
  })
  test('values of another shape are left out', () => {
    expect(sessionText({ l0: 5, l1: null, l2: 'not a list', rich_club: ['x'], compact_handle: 7 })).toBe('')
    expect(sessionText({ l2: ['', '  ', null, 7, { a: 'é' }] })).toBe(
      '## L2 Episode\nnull\n\n## L2 Episode\n7\n\n## L2 Episode\n{"a":"é"}',
    )
  })
})

test('an empty context is an empty body', async () => {
  await using empty = await startTransports({
    dispatch: async () => ({ l0: '', l2: [] }),
    auth: { kind: 'off', current: () => testToken },
  })
  const [response] = (
    await ask(empty.port, 'GET /memory/session-context?format=text HTTP/1.0\r\n\r\n', { responses: 1 })
  ).responses
  expect(response).toMatchObject({ status: 200, body: '' })
  expect(response?.headers.get('content-length')).toBe('0')
  expect(empty.logged[0]).toEqual({ event: 'http_auth_off', fields: { port: empty.port } })
})
