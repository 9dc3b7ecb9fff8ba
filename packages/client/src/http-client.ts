// Typed calls to the daemon over its loopback port. Port and token are read again for every call (two small files),
// so a restarted daemon or a rotated token needs no reconnecting. Keeps no connection and no state. Token and
// parameters only go to a daemon that has proven to be the directory's own (loopback-http.ts).
import { ClientError, tooLargeToSend } from './client-error.ts'
import { discoverDaemon } from './data-dir.ts'
import { withDeadline } from './deadline.ts'
import type { LoopbackAnswer } from './http-answer.ts'
import { clientLimits } from './limits.ts'
import { type LoopbackRequest, requestLoopback } from './loopback-http.ts'
import type { Call, CallOptions, SessionContextQuery } from './wire.ts'

export interface HttpClient {
  /** POST /rpc; resolves with the bare result. Rejects with ClientError. */
  readonly call: Call
  /** GET /memory/session-context as text; '' when there is nothing to say. Rejects with ClientError. */
  sessionContextText(query: SessionContextQuery, options?: CallOptions): Promise<string>
}

export function createHttpClient({ dataDir }: { readonly dataDir: string }): HttpClient {
  async function exchange(
    what: string,
    request: Omit<LoopbackRequest, 'port' | 'token'>,
    { timeoutMs = clientLimits.callMsMax, signal }: CallOptions,
  ): Promise<LoopbackAnswer> {
    const answer = await withDeadline(what, timeoutMs, signal, async (expired) =>
      requestLoopback({ ...request, ...(await discoverDaemon(dataDir)) }, expired),
    )
    if (answer.status !== 200) throw fromErrorAnswer(answer)
    return answer
  }

  async function call(method: string, params: object, options: CallOptions = {}): Promise<unknown> {
    const json = JSON.stringify({ method, params })
    if (Buffer.byteLength(json) > clientLimits.requestBytesMax) {
      throw tooLargeToSend(method)
    }
    return parseJson(await exchange(method, { method: 'POST', target: '/rpc', json }, options))
  }

  return {
    call: call as Call,
    async sessionContextText(query, options = {}) {
      const search = new URLSearchParams({ format: 'text' })
      for (const [name, value] of Object.entries(query)) {
        if (value !== undefined) search.set(name, String(value))
      }
      const target = `/memory/session-context?${search}`
      const answer = await exchange('session context', { method: 'GET', target }, options)
      if (!answer.contentType.startsWith('text/plain')) throw notOurs()
      return answer.body
    },
  }
}

function parseJson(answer: LoopbackAnswer): unknown {
  try {
    return JSON.parse(answer.body)
  } catch {
    throw notOurs()
  }
}

function fromErrorAnswer(answer: LoopbackAnswer): ClientError {
  const body = parseJson(answer)
  if (typeof body !== 'object' || body === null || !('error' in body)) return notOurs()
  const code = 'code' in body && typeof body.code === 'string' ? body.code : `http_${answer.status}`
  const kind = answer.status === 401 || answer.status === 403 ? 'refused' : 'daemon'
  return new ClientError(kind, String(body.error), code)
}

function notOurs(): ClientError {
  return new ClientError('bad_answer', 'what listens on the port does not answer as the daemon would')
}
