// A client that speaks bytes, not HTTP: it sends exactly what a test says and takes apart exactly what came back.
import { connect, type Socket } from 'node:net'

interface RawResponse {
  readonly status: number
  readonly statusLine: string
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

export interface RawAnswer {
  readonly responses: readonly RawResponse[]
  /** The server ended the connection. */
  readonly closed: boolean
  readonly text: string
}

export interface AskOptions {
  /** Stop reading after this many responses; by default read until the server closes or `waitMs` is over. */
  readonly responses?: number
  /** Close our half after sending. */
  readonly halfClose?: boolean
  /** Wait between parts. */
  readonly gapMs?: number
  readonly waitMs?: number
  /** Read nothing before this. */
  readonly readAfterMs?: number
  /** The responses are to HEAD and have no body. */
  readonly head?: boolean
}

/** Sends `parts` one after the other and collects the responses that come back. */
export async function ask(
  port: number,
  parts: string | Buffer | readonly (string | Buffer)[],
  { responses = Number.POSITIVE_INFINITY, head = false, ...options }: AskOptions = {},
): Promise<RawAnswer> {
  const isEnough = (bytes: Buffer): boolean => parseResponses(bytes, head).length >= responses
  const { bytes, closed } = await exchangeBytes(port, parts, options, isEnough)
  return { responses: parseResponses(bytes, head), closed, text: bytes.toString('latin1') }
}

/** Sends `parts` one after the other and collects what comes back until it is enough, or the server closes. */
export async function exchangeBytes(
  port: number,
  parts: string | Buffer | readonly (string | Buffer)[],
  {
    halfClose = false,
    gapMs = 10,
    readAfterMs = 0,
    waitMs = 15_000,
  }: Omit<AskOptions, 'responses' | 'head'> = {},
  isEnough: (bytes: Buffer) => boolean = () => false,
): Promise<{ readonly bytes: Buffer; readonly closed: boolean }> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  try {
    return await new Promise((resolve, reject) => {
      let bytes = Buffer.alloc(0)
      const done = (closed: boolean): void => {
        clearTimeout(timer)
        resolve({ bytes, closed })
      }
      const timer = setTimeout(() => done(false), waitMs)
      socket.on('error', () => done(true)).on('end', () => done(true))
      socket.on('data', (chunk: Buffer) => {
        bytes = Buffer.concat([bytes, chunk])
        try {
          if (isEnough(bytes)) done(false)
        } catch (error) {
          reject(error)
        }
      })
      if (readAfterMs > 0) {
        socket.pause()
        setTimeout(() => socket.resume(), readAfterMs)
      }
      void send(socket, Array.isArray(parts) ? parts : [parts], gapMs, halfClose)
    })
  } finally {
    socket.destroy()
  }
}

async function send(
  socket: Socket,
  parts: readonly (string | Buffer)[],
  gapMs: number,
  halfClose: boolean,
): Promise<void> {
  for (const [index, part] of parts.entries()) {
    if (index > 0) await sleep(gapMs)
    if (socket.writable) socket.write(typeof part === 'string' ? Buffer.from(part, 'utf8') : part)
  }
  if (halfClose) socket.end()
}

/** The complete responses at the start of `bytes`; 1xx answers are left out. */
function parseResponses(bytes: Buffer, head = false): RawResponse[] {
  const found: RawResponse[] = []
  for (let at = 0; at < bytes.length; ) {
    const headEnd = bytes.indexOf('\r\n\r\n', at)
    if (headEnd === -1) break
    const [statusLine = '', ...fields] = bytes.toString('latin1', at, headEnd).split('\r\n')
    const headers = new Map(fields.map((field) => splitField(field)))
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1])
    const length = head || status < 200 ? 0 : Number(headers.get('content-length'))
    const bodyEnd = headEnd + 4 + length
    if (Number.isNaN(status) || Number.isNaN(length))
      throw new Error(`not a response: ${bytes.toString('latin1', at)}`)
    if (bodyEnd > bytes.length) break
    if (status >= 200)
      found.push({ status, statusLine, headers, body: bytes.toString('utf8', headEnd + 4, bodyEnd) })
    at = bodyEnd
  }
  return found
}

function splitField(field: string): [string, string] {
  const colon = field.indexOf(':')
  return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()]
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
