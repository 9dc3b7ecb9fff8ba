// Lines of the Unix socket: each gets one answer, in order, and the connection goes on. Also what speaks over it: hooks,
// MCP messages of a bridge, and recall with every kind of cue.
import { connect } from 'node:net'
import fc from 'fast-check'
import { type Finding, mostly, type Target, type World } from '../target.ts'
import { validCalls, wildCall } from '../wild-calls.ts'
import { validMcp, wildMcp } from '../wild-mcp.ts'

/** Longer than any operation may take. */
const answerMsMax = 40_000
const last = { jsonrpc: '2.0', id: 'the last', method: 'profile_get' }

const rpc = fc
  .tuple(wildCall, mostly<unknown>(fc.nat(), fc.oneof(fc.string(), fc.constantFrom(null, [], {}, -1)), 20))
  .chain(([{ method, params }, id]) =>
    fc.record(
      {
        jsonrpc: mostly<unknown>(fc.constant('2.0'), fc.constantFrom('1.0', 2, null), 30),
        id: fc.constant(id),
        method: fc.constant(method),
        params: fc.constant(params),
      },
      { requiredKeys: ['jsonrpc', 'id', 'method'] },
    ),
  )
const control = fc.record(
  {
    type: fc.oneof(
      fc.constantFrom('status', 'resume', 'session_open', 'hook', 'nonsense'),
      fc.string(),
      fc.integer(),
    ),
    client: fc.oneof(fc.constantFrom('claude-code', 'codex'), fc.string()),
    event: fc.oneof(fc.constantFrom('session-start', 'prompt', 'stop'), fc.string()),
    session_id: fc.string(),
    transcript_path: fc.oneof(fc.constantFrom('/etc/passwd', '/dev/zero', '../x.jsonl'), fc.string()),
    prompt: fc.string({ unit: 'binary' }),
  },
  { requiredKeys: ['type'] },
)
const line = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

export const socketTarget: Target = {
  name: 'socket',
  share: 30,
  inputsPerBatch: 200,
  batchesAtOnce: 3,
  structured: fc.oneof(
    { weight: 8, arbitrary: rpc.map(line) },
    { weight: 1, arbitrary: control.map(line) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)) },
  ),
  seeds: [
    ...validCalls.map((call, id) => line({ jsonrpc: '2.0', id, ...call })),
    ...[{ type: 'status' }, { type: 'session_open' }].map(line),
    line({ type: 'hook', client: 'codex', event: 'prompt', session_id: 's', cwd: '/tmp', prompt: 'hello' }),
  ],
  tryBatch: tryLines,
}

export const mcpSocketTarget: Target = {
  name: 'mcp over the socket',
  share: 8,
  inputsPerBatch: 100,
  structured: wildMcp.map((message) => line({ type: 'mcp', message, cwd: '/', client: 'fuzz' })),
  seeds: validMcp.map((message) => line({ type: 'mcp', message, cwd: '/', client: 'fuzz' })),
  tryBatch: tryLines,
}

const syntax = [
  '"',
  '*',
  '^',
  'NEAR(',
  'AND',
  'OR',
  'NOT',
  ':',
  '-',
  '(',
  ')',
  '+',
  'terms:',
  'last week',
  'in March 2026',
  'gestern',
  '#12',
  'src/a.ts:7',
  '\u0000',
  '\ud83d',
  '東京',
  'é',
  '\u200b',
  'zqcanary1x',
]
const cue = fc.oneof(
  fc
    .array(fc.oneof(fc.constantFrom(...syntax), fc.string({ maxLength: 12 })), { maxLength: 12 })
    .map((parts) => parts.join(' ')),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.tuple(fc.constantFrom(...syntax), fc.nat({ max: 3_000 })).map(([part, times]) => part.repeat(times)),
)
const recall = (text: string, more: object = {}): Buffer =>
  line({
    jsonrpc: '2.0',
    id: 1,
    method: 'memory_recall',
    params: { cue: text, project: 'git:example.org/canary', ...more },
  })

export const recallTarget: Target = {
  name: 'recall cues',
  share: 16,
  inputsPerBatch: 100,
  structured: fc
    .tuple(
      cue,
      mostly(fc.constant({}), fc.record({ budget_tokens: fc.integer({ min: 0, max: 200_000 }) }), 4),
    )
    .map(([text, more]) => recall(text, more)),
  seeds: [
    'which port does the canary use',
    '"exact words" last week',
    'who said zqcanary1x on 2026-03-02',
  ].map((text) => recall(text)),
  tryBatch: tryLines,
}

/** A damaged input may be several lines, or none; the last answer has to come all the same. */
async function tryLines({ daemon }: World, inputs: readonly Buffer[]): Promise<readonly Finding[]> {
  const sent = Buffer.concat(inputs.flatMap((input) => [input, Buffer.from('\n')]))
  const { answers, failure } = await talkUntilLast(
    daemon.socketPath,
    Buffer.concat([sent, line(last), Buffer.from('\n')]),
  )
  if (failure !== null) return [{ what: failure, input: sent }]
  const lines = sent.toString('latin1').split('\n').slice(0, -1)
  const findings: Finding[] = []
  if (answers.length !== lines.length + 1) {
    findings.push({ what: `${lines.length + 1} lines, ${answers.length} answers`, input: sent })
  }
  for (const [index, text] of answers.entries()) {
    const wrong = wrongIn(text)
    if (wrong !== null) findings.push({ what: wrong, input: Buffer.from(lines[index] ?? '', 'latin1') })
  }
  return findings
}

function wrongIn(text: string): string | null {
  let answer: Answer
  try {
    answer = JSON.parse(text)
  } catch {
    return `not JSON: ${text.slice(0, 200)}`
  }
  const code = answer.error?.data?.code
  const failure = answer.reply?.error
  if (code === 'internal' || code === 'timeout') return text.slice(0, 500)
  if (failure?.code === -32603 && !listsWrongParams(failure.message)) return text.slice(0, 500)
  return null
}

interface Answer {
  readonly error?: { readonly data?: { readonly code?: string } }
  readonly reply?: { readonly error?: { readonly code: number; readonly message: string } } | null
}

/** The MCP SDK answers parameters of the wrong shape with the code for internal errors, and says which. */
function listsWrongParams(message: string): boolean {
  return /^\[\s*\{/.test(message)
}

interface Talked {
  readonly answers: readonly string[]
  readonly failure: string | null
}

function talkUntilLast(path: string, bytes: Buffer): Promise<Talked> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    const parts: Buffer[] = []
    const end = (failure: string | null): void => {
      clearTimeout(timer)
      socket.destroy()
      const answers = Buffer.concat(parts).toString('utf8').split('\n')
      resolve({ answers: answers.slice(0, -1), failure })
    }
    const timer = setTimeout(() => end(`no answer within ${answerMsMax / 1_000} s`), answerMsMax)
    socket.on('error', (error) => end(`the connection broke: ${error.message}`))
    socket.on('close', () => end('the daemon closed the connection'))
    socket.on('data', (chunk: Buffer) => {
      parts.push(chunk)
      if (chunk.at(-1) === 10 && chunk.includes('"the last"')) end(null)
    })
    socket.write(bytes)
  })
}
