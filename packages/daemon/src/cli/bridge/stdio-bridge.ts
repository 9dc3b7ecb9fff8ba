// MCP over stdio, as a pipe to the daemon: a line in, a line over the socket, its answer out. Knows of the protocol only
// what a pipe must: which messages want an answer, and what to say when the daemon gives none. Writes nothing else.

import { settlesWithin } from '../../kit/deadline.ts'
import { limits } from '../../kit/limits.ts'
import { readLines } from '../../transport/socket/lines.ts'
import type { DaemonLink } from './daemon-link.ts'

export interface BridgeOptions {
  readonly link: DaemonLink
  /** undefined: the tools ask for it */
  readonly cwd: string | undefined
  readonly legacyTools: boolean
  readonly input: AsyncIterable<Buffer>
  /** Called for whatever the host sends beyond a request to initialize. */
  heard?(): void
  write(line: string): void
}

interface Message {
  readonly id: string | number
  readonly method: string
  readonly params?: unknown
}

/** Resolves when the host has closed its end and what it asked is answered, or limits.bridgeDrainMsMax later. */
export async function runBridge({
  link,
  cwd,
  legacyTools,
  input,
  heard,
  write,
}: BridgeOptions): Promise<void> {
  const underWay = new Set<Promise<void>>()
  /** The host's own name, from the handshake; later revisions say it in every message. */
  let client: string | undefined

  async function pass(message: Message): Promise<void> {
    if (message.method === 'initialize') client = clientName(message.params) ?? client
    const line = { type: 'mcp', message, cwd, client, legacy_tools: legacyTools }
    try {
      const answer = await link.ask(line, { repeatable: message.method !== 'tools/call' })
      if (answer.ok !== true) throw new Error(reasonOf(answer))
      if (answer.reply !== null) send(answer.reply)
    } catch (error) {
      send(failure(message, error instanceof Error ? error.message : String(error)))
    }
  }

  function send(message: unknown): void {
    write(`${JSON.stringify(message)}\n`)
  }

  for await (const line of readLines(input, limits.bridgeMessageBytesMax)) {
    const message = line.kind === 'line' ? parse(line.bytes) : tooLong
    if (message === null || 'error' in message || message.method !== 'initialize') heard?.()
    if (message === null) continue
    if ('error' in message) {
      send(message)
      continue
    }
    const passed = pass(message).finally(() => underWay.delete(passed))
    underWay.add(passed)
  }
  await settlesWithin(Promise.all(underWay), limits.bridgeDrainMsMax)
}

const tooLong = refusal(null, -32600, `message too long: at most ${limits.bridgeMessageBytesMax} bytes`)

/** A request, an error to answer with, or null for what wants no answer. */
function parse(bytes: Buffer): Message | ReturnType<typeof refusal> | null {
  const text = bytes.toString('utf8').trim()
  if (text === '') return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return refusal(null, -32700, 'not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refusal(null, -32600, 'a message is one JSON object')
  }
  const { id, method } = value as Partial<Record<string, unknown>>
  // A notification, or an answer to a question that was never put: both mean nothing to a server without state.
  if (id === undefined || (method === undefined && ('result' in value || 'error' in value))) return null
  if (typeof method !== 'string' || (typeof id !== 'string' && typeof id !== 'number')) {
    return refusal(null, -32600, "a request has a 'method' and an 'id'")
  }
  return value as Message
}

/** A tool that could not be reached failed, and the model should read why; everything else is the protocol's error. */
function failure({ id, method }: Message, text: string): object {
  if (method !== 'tools/call') return refusal(id, -32603, text)
  return { jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }], isError: true } }
}

function refusal(id: string | number | null, code: number, message: string) {
  return { jsonrpc: '2.0', id, error: { code, message } } as const
}

/** A refused line says `reason`; a connection that was turned away gets a JSON-RPC error. */
function reasonOf({ reason, error }: Readonly<Record<string, unknown>>): string {
  if (typeof reason === 'string') return reason
  const message = (error as { message?: unknown } | undefined)?.message
  return typeof message === 'string' ? message : 'the daemon refused the message'
}

function clientName(params: unknown): string | undefined {
  const info = (params as { clientInfo?: { name?: unknown } } | null)?.clientInfo
  return typeof info?.name === 'string' && info.name !== ''
    ? info.name.slice(0, limits.idCharsMax)
    : undefined
}
