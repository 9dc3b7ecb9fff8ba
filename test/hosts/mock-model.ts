// A stand-in for the model providers: answers OpenAI chat completions, OpenAI responses and Anthropic messages as
// server-sent events, and keeps every request body. It decides nothing: replies are scripted by a marker that
// stands in the last user message; without one it says "ok".
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ModelRequest {
  readonly path: string
  readonly body: string
  readonly model: string
  /** All system text, in order, one entry per system message. */
  readonly system: readonly string[]
  /** Text of the last user message. */
  readonly lastUser: string
  /** True when the last message is the result of a tool call. */
  readonly afterTool: boolean
}

type Reply =
  | { readonly text: string; readonly tokensIn?: number }
  /** `namespace`: where a host keeps its tools in groups. `again`: also right after a call. */
  | { readonly tool: string; readonly namespace?: string; readonly input: unknown; readonly again?: true }

/** The answer is begun and never ended. */
type Hanging = { readonly hangs: true }

export interface MockModel {
  readonly baseUrl: string
  readonly requests: readonly ModelRequest[]
  /** Answers the first matching request whose last user message holds `marker`; later calls win over earlier. */
  when(marker: string, reply: Reply | Hanging | ((request: ModelRequest) => Reply)): void
  close(): Promise<void>
}

type Json = Record<string, unknown>
type Rule = {
  readonly marker: string
  readonly reply: Reply | Hanging | ((request: ModelRequest) => Reply)
}
const requestBytesMax = 32 * 1024 * 1024

export async function startMockModel(): Promise<MockModel> {
  const requests: ModelRequest[] = []
  const rules: Rule[] = []
  const server = createServer((request, response) => {
    answer(request, response, requests, rules).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    requests,
    when(marker, reply) {
      rules.unshift({ marker, reply })
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  requests: ModelRequest[],
  rules: readonly Rule[],
): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  const speak = dialects.find(([suffix]) => path.endsWith(suffix))?.[1]
  const body = await readAll(request)
  if (speak === undefined) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"no route"}}')
    return
  }
  const asked = describe(path, body)
  requests.push(asked)
  const rule = rules.find(({ marker }) => asked.lastUser.includes(marker))
  const scripted = typeof rule?.reply === 'function' ? rule.reply(asked) : rule?.reply
  if (scripted !== undefined && 'hangs' in scripted) {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    return
  }
  // A scripted tool call is made once: the round after it ends the turn.
  const isDone = scripted !== undefined && 'tool' in scripted && asked.afterTool && scripted.again !== true
  const reply = scripted === undefined || isDone ? { text: 'ok' } : scripted
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const [event, data] of speak(reply, asked.model)) {
    if (event !== '') response.write(`event: ${event}\n`)
    response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`)
  }
  response.end()
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > requestBytesMax) throw new Error('request to the mock model is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

// The three dialects differ in where the system text and the messages are, not in what a message holds.
function describe(path: string, body: string): ModelRequest {
  const json = JSON.parse(body) as Json
  const messages = (json.messages ?? json.input ?? []) as Json[]
  const system = [json.system, json.instructions].flatMap((value) =>
    value === undefined ? [] : blocks(value),
  )
  for (const message of messages) {
    if (message.role === 'system' || message.role === 'developer') system.push(text(message.content))
  }
  const spoken = messages.filter(
    (message) => message.role === 'user' && !isToolResult(message) && text(message.content) !== '',
  )
  const last = messages.at(-1)
  return {
    path,
    body,
    model: String(json.model),
    system,
    lastUser: text(spoken.at(-1)?.content),
    afterTool: last !== undefined && isToolResult(last),
  }
}

function isToolResult(message: Json): boolean {
  if (message.role === 'tool' || message.type === 'function_call_output') return true
  return Array.isArray(message.content) && message.content.some((part: Json) => part.type === 'tool_result')
}

function blocks(value: unknown): string[] {
  return Array.isArray(value) ? value.map((part: Json) => text(part.text)) : [text(value)]
}

function text(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: Json) => (typeof part.text === 'string' ? part.text : '')).join('\n')
}

// Streams in pieces cut at odd places, so that a host that loses or doubles a delta is noticed.
function pieces(whole: string): string[] {
  const characters = [...whole]
  const out: string[] = []
  for (let at = 0; at < characters.length; at += 7) out.push(characters.slice(at, at + 7).join(''))
  return out
}

type SseEvent = readonly [event: string, data: unknown]
type Dialect = (reply: Reply, model: string) => SseEvent[]

const dialects: readonly (readonly [suffix: string, speak: Dialect])[] = [
  ['/chat/completions', chatCompletions],
  ['/responses', responses],
  ['/messages', anthropicMessages],
]

function tokensIn(reply: Reply): number {
  return 'text' in reply ? (reply.tokensIn ?? 100) : 100
}

function chatCompletions(reply: Reply, model: string): SseEvent[] {
  const chunk = (delta: Json, finish: string | null = null): SseEvent => [
    '',
    {
      id: 'chatcmpl-mock',
      object: 'chat.completion.chunk',
      created: 0,
      model,
      choices: [{ index: 0, delta, finish_reason: finish }],
    },
  ]
  const spoken =
    'text' in reply
      ? [...pieces(reply.text).map((content) => chunk({ content })), chunk({}, 'stop')]
      : [
          chunk({
            tool_calls: [
              {
                index: 0,
                id: 'call_mock',
                type: 'function',
                function: { name: reply.tool, arguments: JSON.stringify(reply.input) },
              },
            ],
          }),
          chunk({}, 'tool_calls'),
        ]
  const prompt = tokensIn(reply)
  const usage = { prompt_tokens: prompt, completion_tokens: 10, total_tokens: prompt + 10 }
  return [
    chunk({ role: 'assistant' }),
    ...spoken,
    ['', { id: 'chatcmpl-mock', object: 'chat.completion.chunk', created: 0, model, choices: [], usage }],
    ['', '[DONE]'],
  ]
}

function responses(reply: Reply, model: string): SseEvent[] {
  const prompt = tokensIn(reply)
  const usage = {
    input_tokens: prompt,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 10,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: prompt + 10,
  }
  const item =
    'text' in reply
      ? {
          type: 'message',
          id: 'msg_mock',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: reply.text, annotations: [] }],
        }
      : {
          type: 'function_call',
          id: 'fc_mock',
          call_id: 'call_mock',
          name: reply.tool,
          ...(reply.namespace !== undefined && { namespace: reply.namespace }),
          arguments: JSON.stringify(reply.input),
          status: 'completed',
        }
  const envelope = { id: 'resp_mock', object: 'response', created_at: 0, model }
  const deltas =
    'text' in reply
      ? pieces(reply.text).map((delta) => ({
          type: 'response.output_text.delta',
          item_id: item.id,
          output_index: 0,
          content_index: 0,
          delta,
        }))
      : []
  const opening =
    'text' in reply ? { ...item, status: 'in_progress', content: [] } : { ...item, arguments: '' }
  const events: Json[] = [
    { type: 'response.created', response: { ...envelope, status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item: opening },
    ...deltas,
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { ...envelope, status: 'completed', output: [item], usage } },
  ]
  return events.map((event, sequence) => [String(event.type), { ...event, sequence_number: sequence }])
}

function anthropicMessages(reply: Reply, model: string): SseEvent[] {
  const isText = 'text' in reply
  const block = isText
    ? { type: 'text', text: '' }
    : { type: 'tool_use', id: 'toolu_mock', name: reply.tool, input: {} }
  const deltas = isText
    ? pieces(reply.text).map((piece) => ({ type: 'text_delta', text: piece }))
    : [{ type: 'input_json_delta', partial_json: JSON.stringify(reply.input) }]
  const message = {
    id: 'msg_mock',
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: tokensIn(reply), output_tokens: 1 },
  }
  const events: Json[] = [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: isText ? 'end_turn' : 'tool_use', stop_sequence: null },
      usage: { output_tokens: 10 },
    },
    { type: 'message_stop' },
  ]
  return events.map((event) => [String(event.type), event])
}
