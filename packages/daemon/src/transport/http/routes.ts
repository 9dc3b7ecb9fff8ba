// The routes, as data. A route says which verbs it takes and who may ask; what it does is a call into dispatch.
import { challengePattern } from '../../../../client/src/daemon-proof.ts'
import { sessionText } from '../../context/session-text.ts'
import type { Params } from '../../dispatch/dispatch.ts'
import { AppError } from '../../kit/errors.ts'
import { isJsonObject, parseJson } from '../json.ts'
import { jsonReply, jsonTextReply, type Reply, textReply } from './replies.ts'
import type { RequestHead } from './request-head.ts'

export interface RoutedRequest {
  readonly head: RequestHead
  readonly requestId: string
  body(): Promise<Buffer>
  /** The proof that the daemon at this end of the connection holds the token (GET /healthz?challenge=…). */
  prove(challenge: string): string
  call(method: string, params: Params): Promise<unknown>
}

export interface Route {
  readonly verbs: readonly string[]
  readonly wrongVerbText: string
  /** public: no token, and never turned away for load */
  readonly access: 'public' | 'token'
  answer(request: RoutedRequest): Promise<Reply>
}

const get = { verbs: ['GET', 'HEAD'], wrongVerbText: 'GET only' }
export const post = { verbs: ['POST'], wrongVerbText: 'POST only' }

export type Routes = ReadonlyMap<string, Route>

/** The routes of the contract that are answered here; composition/ adds what other adapters serve. */
export const ownRoutes: Routes = new Map([
  ['/healthz', { ...get, access: 'public', answer: health }],
  ['/memory/session-context', { ...get, access: 'token', answer: sessionContext }],
  ['/rpc', { ...post, access: 'token', answer: rpc }],
])

async function health({ head, prove }: RoutedRequest): Promise<Reply> {
  const challenge = firstGiven(head, 'challenge')
  if (challenge === undefined) return jsonTextReply('{"ok": true}')
  if (!challengePattern.test(challenge)) {
    throw new AppError('invalid_params', "param 'challenge': expected 32 random bytes in base64url")
  }
  return jsonTextReply(`{"ok": true, "proof": "${prove(challenge)}"}`)
}

/** A blank value counts as absent. */
function firstGiven({ query }: RequestHead, name: string): string | undefined {
  return query.getAll(name).find((given) => given.trim() !== '')
}

async function sessionContext({ head, call }: RoutedRequest): Promise<Reply> {
  const value = (name: string) => firstGiven(head, name)
  const params = {
    session_id: value('session_id'),
    wake_depth: value('wake_depth'),
    cwd: value('cwd'),
    project: value('project'),
    client: value('client'),
    budget_tokens: asNumber(value('budget_tokens')),
  }
  const given = Object.entries(params).filter(([, param]) => param !== undefined)
  const payload = await call('session_start_payload', Object.fromEntries(given))
  if (value('format') !== 'text') return jsonReply(payload)
  return textReply(isJsonObject(payload) ? sessionText(payload) : '')
}

/** What is not a decimal integer stays text, for the operation to say what it expected. */
function asNumber(text: string | undefined): number | string | undefined {
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : text
}

async function rpc({ body, call }: RoutedRequest): Promise<Reply> {
  const bytes = await body()
  const message = bytes.length === 0 ? null : parseJson(bytes)
  if (!isJsonObject(message) || typeof message.method !== 'string') {
    throw new AppError('invalid_request', 'expected {method, params}')
  }
  return jsonReply(await call(message.method, rpcParams(message.params)))
}

function rpcParams(params: unknown): Params {
  if (params === undefined || params === null) return {}
  if (isJsonObject(params)) return params
  const came = Array.isArray(params) ? 'an array' : `a ${typeof params}`
  throw new AppError('invalid_params', `params must be an object; got ${came}`)
}
