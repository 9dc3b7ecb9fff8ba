// MCP over stdio, as a pipe to the daemon: a line in, a line over the socket, its answer out. Knows of the protocol only
// what a pipe must: which messages want an answer, and what to say when the daemon gives none. Writes nothing else.

import { settlesWithin } from '../../kit/deadline.ts'
import { limits } from '../../kit/limits.ts'
import { readLines } from '../../transport/socket/lines.ts'
import type { DaemonLink } from './daemon-link.ts'
import { type LongMessage, readLongMessage } from './long-message.ts'
import {
  failure,
  isRefusal,
  type LineOfMessages,
  type Message,
  parseLine,
  type Refusal,
  refusal,
  type Understood,
} from './messages.ts'

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

  /** As the handshake settled it; batches end with 2025-06-18. */
  let revision = ''

  async function answerTo(message: Message): Promise<unknown> {
    const isOpening = message.method === 'initialize'
    if (isOpening) client = clientName(message.params) ?? client
    const line = { type: 'mcp', message, cwd, client, legacy_tools: legacyTools }
    try {
      const answer = await link.ask(line, { repeatable: message.method !== 'tools/call' })
      if (answer.ok !== true) throw new Error(reasonOf(answer))
      if (isOpening) revision = revisionIn(answer.reply) ?? revision
      return answer.reply
    } catch (error) {
      return failure(message, error instanceof Error ? error.message : String(error))
    }
  }

  /** One after the other: a batch is no way to have more done at once than anybody else. */
  async function answersTo(messages: readonly Understood[]): Promise<unknown> {
    if (revision === '' || revision >= firstWithoutBatches) return refusal(null, -32600, noBatches)
    const refused = messages.length > limits.bridgeBatchMessagesMax ? tooMany : null
    const answers: unknown[] = []
    for (const message of messages) {
      if (message === null) continue
      if (isRefusal(message)) answers.push(message)
      else if (message.method === 'initialize') answers.push(refusal(message.id, -32600, unbatched))
      else answers.push(refused === null ? await answerTo(message) : refusal(message.id, -32600, refused))
    }
    const given = answers.filter((answer) => answer !== null)
    return given.length === 0 ? null : given
  }

  function answersToLine(line: LineOfMessages): Promise<unknown> | Refusal | null {
    if (line.kind === 'batch') return answersTo(line.messages)
    return line.message === null || isRefusal(line.message) ? line.message : answerTo(line.message)
  }

  function send(message: unknown): void {
    if (message !== null) write(`${JSON.stringify(message)}\n`)
  }

  for await (const line of readLines(input, limits.bridgeMessageBytesMax)) {
    if (line.kind === 'too_long') {
      heard?.()
      send(refuseLong(readLongMessage(line.head, line.tail)))
      continue
    }
    const messages = parseLine(line.bytes)
    if (!isHandshake(messages)) heard?.()
    const answer = answersToLine(messages)
    if (!(answer instanceof Promise)) {
      send(answer)
      continue
    }
    const passed = answer.then(send).finally(() => underWay.delete(passed))
    underWay.add(passed)
  }
  await settlesWithin(Promise.all(underWay), limits.bridgeDrainMsMax)
}

const firstWithoutBatches = '2025-06-18'
const noBatches = `a message is one JSON object; batches are of revisions before ${firstWithoutBatches} only`
const unbatched = 'a request to initialize is never part of a batch'
const tooMany = `a batch holds at most ${limits.bridgeBatchMessagesMax} messages; send several`
const tooLong = `message too long: at most ${limits.bridgeMessageBytesMax} bytes; send less at once`

/** The model reads why its call was not taken, and can send less. */
function refuseLong({ id, method }: LongMessage): object {
  if (id !== null && method === 'tools/call') return failure({ id, method }, tooLong)
  return refusal(id, -32600, tooLong)
}

function isHandshake(line: LineOfMessages): boolean {
  if (line.kind === 'batch' || line.message === null || isRefusal(line.message)) return false
  return line.message.method === 'initialize'
}

function revisionIn(reply: unknown): string | null {
  const version = (reply as { result?: { protocolVersion?: unknown } } | null)?.result?.protocolVersion
  return typeof version === 'string' ? version : null
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
