// What a bridge must know of JSON-RPC: which of the messages on a line want an answer, and how to refuse one.

export interface Message {
  readonly id: string | number
  readonly method: string
  readonly params?: unknown
}

export type Refusal = ReturnType<typeof refusal>

/** A request, an error to answer with, or null for what wants no answer. */
export type Understood = Message | Refusal | null

/** What one line holds: several in a batch. */
export type LineOfMessages =
  | { readonly kind: 'single'; readonly message: Understood }
  | { readonly kind: 'batch'; readonly messages: readonly Understood[] }

export function parseLine(bytes: Buffer): LineOfMessages {
  const text = bytes.toString('utf8').trim()
  if (text === '') return { kind: 'single', message: null }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { kind: 'single', message: refusal(null, -32700, 'not JSON') }
  }
  if (!Array.isArray(value) || value.length === 0) return { kind: 'single', message: understand(value) }
  return { kind: 'batch', messages: value.map(understand) }
}

function understand(value: unknown): Understood {
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

export function isRefusal(message: Understood): message is Refusal {
  return message !== null && 'error' in message
}

/** A tool that could not be reached failed, and the model should read why; everything else is the protocol's error. */
export function failure({ id, method }: Message, text: string): object {
  if (method !== 'tools/call') return refusal(id, -32603, text)
  return { jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }], isError: true } }
}

export function refusal(id: string | number | null, code: number, message: string) {
  return { jsonrpc: '2.0', id, error: { code, message } } as const
}
