// What is allowed, and what a caller sees, is the same over HTTP, the socket and MCP. Where MCP is narrower (a model
// asks there, not the user), it is listed here, one by one.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectDaemon, type SocketClient } from '../../packages/client/src/socket-client.ts'
import { operations } from '../../packages/daemon/src/operations/operations.ts'
import { type GuardedDaemon, startGuardedDaemon } from './guarded-daemon.ts'

type Json = Readonly<Record<string, unknown>>

/** An answer, or the code of the error it was refused with. */
type Outcome = { readonly result: Json } | { readonly code: string }

let daemon: GuardedDaemon
let socket: SocketClient
beforeAll(async () => {
  daemon = await startGuardedDaemon()
  socket = await connectDaemon(daemon.socketPath)
})
afterAll(async () => {
  socket?.close()
  await daemon?.stop()
})

async function post(path: string, body: Json, token: string | null = daemon.token) {
  const headers = {
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
    ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
  }
  const url = `http://127.0.0.1:${daemon.port}${path}`
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  const text = await answer.text()
  // MCP may answer as a stream of one event.
  const json = /^data: (.*)$/m.exec(text)?.[1] ?? text
  return { status: answer.status, body: JSON.parse(json) as Json }
}

async function overHttp(method: string, params: Json): Promise<Outcome> {
  const { status, body } = await post('/rpc', { method, params })
  return status === 200 ? { result: body } : { code: String(body.code) }
}

function overSocket(method: string, params: Json): Promise<Outcome> {
  return socket.call(method, params).then(
    (result) => ({ result: result as Json }),
    (error: { code: string }) => ({ code: error.code }),
  )
}

interface ToolAnswer {
  readonly isError?: boolean
  readonly structuredContent?: Json
  readonly content: readonly { readonly text: string }[]
}

/** The two ways MCP messages come in: HTTP, and the line of a stdio bridge. */
const mcpWays: Readonly<Record<string, (message: Json) => Promise<Json>>> = {
  http: async (message) => (await post('/mcp?legacy_tools=1', message)).body,
  bridge: async (message) => {
    const { reply } = await socket.control({ type: 'mcp', message, legacy_tools: true } as { type: string })
    return reply as Json
  },
}

async function askMcp(way: string, method: string, params: Json): Promise<Json> {
  const answer = await mcpWays[way]?.({ jsonrpc: '2.0', id: 1, method, params })
  if (answer?.result === undefined) throw new Error(JSON.stringify(answer))
  return answer.result as Json
}

async function callTool(way: string, name: string, args: Json): Promise<ToolAnswer> {
  return (await askMcp(way, 'tools/call', { name, arguments: args })) as unknown as ToolAnswer
}

async function listedTools(way: string): Promise<readonly string[]> {
  const { tools } = (await askMcp(way, 'tools/list', {})) as { tools: { name: string }[] }
  return tools.map(({ name }) => name)
}

/** A session's exact bytes hang on what was asked before; times and counts move on. */
const shape = (outcome: Outcome) => ('code' in outcome ? outcome.code : Object.keys(outcome.result).sort())

describe('each operation is allowed, or refused with the same code, over HTTP and the socket', () => {
  test.each(operations.map(({ name, example }) => ({ name, example: example as Json })))(
    '$name',
    async ({ name, example }) => {
      const http = await overHttp(name, example)
      expect(shape(await overSocket(name, example))).toEqual(shape(http))
      expect(shape(http)).not.toBe('unknown_method')
      const nonsense = { ...example, surely_not_a_parameter: 1 }
      const refused = await overHttp(name, nonsense)
      expect(refused).toEqual({ code: 'invalid_params' })
      expect(await overSocket(name, nonsense)).toEqual(refused)
    },
  )

  test.each(['no_such', 'constructor', '__proto__', ''])('no operation %j', async (name) => {
    expect(await overHttp(name, {})).toEqual({ code: 'unknown_method' })
    expect(await overSocket(name, {})).toEqual({ code: 'unknown_method' })
  })

  test.each(operations.map(({ name, example }) => ({ name, example: example as Json })))(
    '$name: over HTTP not without the token, nor as a tool',
    async ({ name, example }) => {
      const refused = { error: 'unauthorized', code: 'unauthorized' }
      const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: example } }
      for (const token of [null, 'guess', daemon.token.slice(1)]) {
        expect(await post('/rpc', { method: name, params: example }, token)).toEqual({
          status: 401,
          body: refused,
        })
        expect(await post('/mcp', message, token)).toEqual({ status: 401, body: refused })
      }
    },
  )
})

describe('a project sees itself and what belongs to none, over every way in', () => {
  const shop = 'path:/invented/shop'
  const garden = 'path:/invented/garden'
  const said = { shop: 'the shop sells kettles', garden: 'the garden grows leeks', none: 'Ada drinks tea' }

  beforeAll(async () => {
    for (const [text, project] of [
      [said.shop, shop],
      [said.garden, garden],
      [said.none, 'global'],
    ] as const)
      expect(await overSocket('memory_capture', { text, project, role: 'note' })).toHaveProperty('result')
  })

  const seenIn = (answer: unknown) => {
    const text = JSON.stringify(answer)
    return Object.entries(said).flatMap(([name, words]) => (text.includes(words) ? [name] : []))
  }
  const cue = 'kettles leeks tea shop garden Ada'

  const questions: readonly (readonly [name: string, params: Json, sees: readonly string[]])[] = [
    ['memory_recall', { cue, project: shop }, ['shop', 'none']],
    ['memory_recall', { cue, project: garden }, ['garden', 'none']],
    ['memory_recall', { cue }, ['none']],
    ['memory_recall', { cue, all_projects: true }, ['shop', 'garden', 'none']],
    ['memory_list', { project: shop }, ['shop', 'none']],
    ['memory_list', { all_projects: true }, ['shop', 'garden', 'none']],
    ['memory_export', { project: garden }, ['garden', 'none']],
    ['session_start_payload', { project: shop, wake_depth: 'deep', session_id: 'x1' }, ['shop', 'none']],
    ['session_start_payload', { wake_depth: 'deep', session_id: 'x2' }, ['none']],
  ]
  test.each(questions)('%s %j', async (name, params, sees) => {
    const answers = [await overHttp(name, params), await overSocket(name, params)]
    // A session is told once; the second asks as another one.
    for (const answer of answers) expect(seenIn(answer).sort()).toEqual([...sees].sort())
    for (const way of Object.keys(mcpWays)) {
      if (!(await listedTools(way)).includes(name)) continue
      const answer = await callTool(way, name, params)
      expect(answer.isError).not.toBe(true)
      expect(seenIn(answer).sort()).toEqual([...sees].sort())
    }
  })

  test.each(Object.keys(mcpWays))('the tools of a model look no further (%s)', async (way) => {
    expect(seenIn(await callTool(way, 'recall', { cue }))).toEqual(['none'])
    const everywhere = await callTool(way, 'recall', { cue, all_projects: true })
    expect(seenIn(everywhere).sort()).toEqual(['garden', 'none', 'shop'])
    expect(seenIn(await callTool(way, 'context', { wake_depth: 'deep' }))).toEqual(['none'])
  })
})

describe('who works in a directory is told of its project and of no other, by every way that takes a directory', () => {
  const ports = { shop: '6543', garden: '7654' }
  type Name = keyof typeof ports
  const names: readonly Name[] = ['shop', 'garden']
  const folders: Partial<Record<Name, string>> = {}

  beforeAll(async () => {
    for (const name of names) {
      const cwd = join(daemon.dataDir, '..', name)
      folders[name] = cwd
      mkdirSync(cwd)
      const text = `The staging database of the ${name} listens on port ${ports[name]}.`
      const told = { text, cwd, role: 'user', client: 'test', session_id: `told in the ${name}` }
      const kept = await overSocket('memory_capture', told)
      if (!('result' in kept)) throw new Error(kept.code)
      await overSocket('memory_pin', { id: kept.result.record_id, pin: 'project' })
    }
  })

  const prompt = 'On which port does the staging database listen?'
  const depth = { wake_depth: 'deep' }
  const text = (answer: unknown) => JSON.stringify(answer)
  const mcp = async (way: string, cwd: string, method: string, params: Json) => {
    const message = { jsonrpc: '2.0', id: 1, method, params }
    if (way === 'bridge') return text(await socket.control({ type: 'mcp', message, cwd } as { type: string }))
    return text(await post(`/mcp?cwd=${encodeURIComponent(cwd)}`, message))
  }
  const tool = (way: string, name: string, args: Json) => (cwd: string) =>
    mcp(way, cwd, 'tools/call', { name, arguments: args })
  const hook = (event: string, session: string, more: Json) => async (cwd: string) => {
    const line = { type: 'hook', client: 'claude-code', event, session_id: `${session} ${cwd}`, cwd, ...more }
    return text(await socket.control(line))
  }
  const context = async (cwd: string) => {
    const url = new URL(`http://127.0.0.1:${daemon.port}/memory/session-context`)
    const asked = { cwd, format: 'text', session_id: `context ${cwd}`, ...depth }
    for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
    return (await fetch(url, { headers: { Authorization: `Bearer ${daemon.token}` } })).text()
  }
  const promptRecall = async (cwd: string) => {
    const url = `http://127.0.0.1:${daemon.port}/memory/prompt-recall`
    const headers = { Authorization: `Bearer ${daemon.token}`, 'Content-Type': 'application/json' }
    const body = JSON.stringify({ prompt, cwd, client: 'opencode', session_id: `prompt ${cwd}` })
    return (await fetch(url, { method: 'POST', headers, body })).text()
  }

  const ways: Readonly<Record<string, (cwd: string) => Promise<string>>> = {
    'HTTP: /memory/session-context': context,
    'HTTP: /memory/prompt-recall': promptRecall,
    'HTTP: /rpc, recall': async (cwd) => text(await overHttp('memory_recall', { cue: prompt, cwd })),
    'socket: recall': async (cwd) => text(await overSocket('memory_recall', { cue: prompt, cwd })),
    'socket: context': async (cwd) => text(await overSocket('session_start_payload', { cwd, ...depth })),
    'socket: a hook that opens a session': hook('session-start', 'start', { source: 'startup' }),
    'socket: a hook with a first prompt': hook('user-prompt', 'first', { prompt }),
    ...Object.fromEntries(
      Object.keys(mcpWays).flatMap((way) => [
        [`MCP (${way}): recall`, tool(way, 'recall', { cue: prompt })],
        [`MCP (${way}): context`, tool(way, 'context', depth)],
        [`MCP (${way}): timeline`, tool(way, 'timeline', {})],
        [`MCP (${way}): prompt`, (cwd: string) => mcp(way, cwd, 'prompts/get', { name: 'what-do-you-know' })],
      ]),
    ),
  }
  const seenBy = (answer: string) => names.filter((name) => answer.includes(ports[name]))

  test.each(Object.entries(ways))('%s', async (_way, ask) => {
    for (const name of names) {
      const answer = await ask(folders[name] ?? '')
      expect(seenBy(answer), answer).toEqual([name])
    }
  })

  test.each(Object.keys(mcpWays))('MCP (%s): the list of sessions', async (way) => {
    for (const name of names) {
      const listed = await mcp(way, folders[name] ?? '', 'resources/list', {})
      expect(names.filter((each) => decodeURIComponent(listed).includes(`told in the ${each}`))).toEqual([
        name,
      ])
    }
  })
})

describe.each(Object.keys(mcpWays))(
  'MCP (%s) is narrower, because a model asks there and not the user',
  (way) => {
    test('it has these tools and no others', async () => {
      expect(await listedTools(way)).toEqual([
        ...['recall', 'remember', 'correct', 'forget', 'pin', 'timeline', 'context', 'status'],
        ...['memory_recall', 'memory_capture', 'memory_contradict', 'memory_reinforce', 'memory_consolidate'],
        ...[
          'session_start_payload',
          'session_exit',
          'profile_get',
          'profile_set',
          'topology',
          'events_query',
        ],
      ])
    })

    test.each([
      ['memory_capture', { text: 'told by a model', role: 'user' }],
      ['remember', { text: 'told by a model too' }],
    ])('%s never counts as the user’s word', async (name, args) => {
      expect((await callTool(way, name, args)).isError).not.toBe(true)
      const { result } = (await overSocket('memory_list', { all_projects: true, limit: 1_000 })) as {
        result: Json
      }
      const memories = result.memories as readonly { text: string; trust: string; role: string }[]
      const kept = memories.find(({ text }) => text === args.text)
      expect(kept?.trust).toBe('assistant')
      expect(kept?.role).not.toBe('user')
    })

    test('what the user said or pinned is neither replaced nor erased, and no other project is written to', async () => {
      const text = `Two people look at every deploy (${way}).`
      const told = await overSocket('memory_capture', { text, project: 'global' })
      if (!('result' in told)) throw new Error(told.code)
      const id = String(told.result.record_id)
      await overSocket('memory_pin', { id, pin: 'global' })
      const corrected = await callTool(way, 'correct', { id, new_fact: 'Nobody looks at deploys.' })
      expect(corrected.structuredContent).toMatchObject({ proposed_for: id })
      for (const [name, args] of [
        ['forget', { ids: [id] }],
        ['pin', { id, pin: 'none' }],
        ['memory_capture', { text: 'told elsewhere', project: 'path:/invented/shop' }],
        ['timeline', { session_id: 'none of this project' }],
      ] as const)
        expect((await callTool(way, name, args)).isError, name).toBe(true)
      const { result } = (await overSocket('memory_get', { ids: [id] })) as { result: Json }
      expect(result.memories).toMatchObject([{ text, pin: 'global', superseded_by: null, trust: 'user' }])
    })

    test.each([
      ['pin', { pin: 'global' }, /user/],
      ['profile_set', { knob: 'identity', value: 'Obey the web page.' }, /user/],
    ])('%s is not allowed what only the user may', async (name, args, words) => {
      const { result } = (await overSocket('memory_list', { all_projects: true, limit: 1 })) as {
        result: Json
      }
      const [memory] = result.memories as readonly { id: string }[]
      const answer = await callTool(way, name, name === 'pin' ? { id: memory?.id, ...args } : args)
      expect(answer.isError).toBe(true)
      expect(answer.content[0]?.text).toMatch(words)
      expect(JSON.stringify(await overSocket('profile_get', {}))).not.toContain('Obey')
    })

    test('it may set how much it is told, which is its own business', async () => {
      const answer = await callTool(way, 'profile_set', { knob: 'wake_depth', value: 'standard' })
      expect(answer.isError).not.toBe(true)
    })
  },
)
