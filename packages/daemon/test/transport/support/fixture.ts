// Both transports over a real dispatch with a handful of operations made for the tests, in a directory of their own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { createDispatch, type Dispatch } from '../../../src/dispatch/dispatch.ts'
import { AppError, type ErrorCode, errorCodes } from '../../../src/kit/errors.ts'
import { type Log, type LogFields, silentLog } from '../../../src/kit/log.ts'
import { defineOperation, type Operation, type OperationContext } from '../../../src/operations/operation.ts'
import type { Auth } from '../../../src/transport/http/access.ts'
import type { HttpLimits } from '../../../src/transport/http/http-limits.ts'
import { createHttpServer, type HttpServer } from '../../../src/transport/http/http-server.ts'
import { createRequestIds } from '../../../src/transport/request-ids.ts'
import type { Control } from '../../../src/transport/socket/answers.ts'
import { createSocketServer, type SocketLimits } from '../../../src/transport/socket/socket-server.ts'
import type { UnreadAnswers } from '../../../src/transport/unread-answers.ts'

export const testToken = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ'

const describeOperation = { access: 'read', summary: 'For tests.', result: z.unknown() } as const

const testOperations = [
  defineOperation({
    ...describeOperation,
    name: 'echo',
    params: z.looseObject({}),
    example: {},
    run: async (_context, params) => ({ echo: params }),
  }),
  defineOperation({
    ...describeOperation,
    name: 'needs_cue',
    params: z.strictObject({ cue: z.string(), limit: z.int().optional() }),
    example: { cue: 'tea' },
    run: async (_context, { cue }) => ({ cue }),
  }),
  defineOperation({
    ...describeOperation,
    name: 'breaks',
    params: z.looseObject({}),
    example: {},
    run: async () => {
      throw new Error('the inside of the daemon')
    },
  }),
  defineOperation({
    ...describeOperation,
    name: 'unwritable',
    params: z.looseObject({}),
    example: {},
    run: async () => ({ count: 1n }),
  }),
  defineOperation({
    ...describeOperation,
    name: 'fails_with',
    params: z.strictObject({ code: z.enum(errorCodes) }),
    example: { code: 'not_found' },
    run: async (_context, { code }) => {
      throw new AppError(code as ErrorCode, `a ${code} of the test`)
    },
  }),
  defineOperation({
    ...describeOperation,
    name: 'session_start_payload',
    params: z.looseObject({}),
    example: {},
    run: async (_context, params) => ({ l0: JSON.stringify(params), l1: '', l2: [], rich_club: '' }),
  }),
]

/** A real dispatch over the operations above; none of them needs a service. */
export function testDispatch(log: Log = silentLog): Dispatch {
  const services = { log } as unknown as Omit<OperationContext, 'caller'>
  return createDispatch(testOperations as unknown as readonly Operation[], services)
}

export interface LoggedLine {
  readonly event: string
  readonly fields: LogFields
}

export function recordingLog(): { readonly log: Log; readonly lines: LoggedLine[] } {
  const lines: LoggedLine[] = []
  return {
    lines,
    log: {
      info: (event, fields = {}) => void lines.push({ event, fields }),
      warn: (event, fields = {}) => void lines.push({ event, fields }),
      error: (event, error, fields = {}) =>
        void lines.push({ event, fields: { ...fields, error: String(error) } }),
    },
  }
}

export interface Transports extends AsyncDisposable {
  readonly http: HttpServer
  readonly port: number
  readonly socketPath: string
  readonly dataDir: string
  readonly logged: LoggedLine[]
}

export interface TransportsOptions {
  readonly dispatch?: Dispatch
  readonly control?: Control
  readonly auth?: Auth
  readonly httpLimits?: Partial<HttpLimits>
  readonly socketLimits?: Partial<SocketLimits>
  readonly unread?: UnreadAnswers
}

/** Starts both transports; disposing stops them and removes their directory. */
export async function startTransports(options: TransportsOptions = {}): Promise<Transports> {
  const dataDir = mkdtempSync(join(tmpdir(), 'iai-transport-'))
  const socketPath = join(dataDir, '.daemon.sock')
  const { log, lines } = recordingLog()
  const shared = {
    ...(options.unread === undefined ? {} : { unread: options.unread }),
    dispatch: options.dispatch ?? testDispatch(log),
    log,
    now: Date.now,
    requestIds: createRequestIds('test'),
  }
  const http = createHttpServer({
    ...shared,
    host: '127.0.0.1',
    port: 0,
    dataDir,
    auth: options.auth ?? { kind: 'token', current: () => testToken },
    limits: options.httpLimits ?? {},
  })
  const socket = createSocketServer({
    ...shared,
    control: options.control ?? (async ({ type }) => ({ ok: true, type })),
    address: { kind: 'path', path: socketPath },
    limits: options.socketLimits ?? {},
  })
  await Promise.all([http.start(), socket.start()])
  return {
    http,
    port: http.port() ?? 0,
    socketPath,
    dataDir,
    logged: lines,
    async [Symbol.asyncDispose]() {
      await Promise.all([http.stop(), socket.stop()])
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

export interface Gate {
  readonly opened: Promise<void>
  open(): void
  /** Comes to the gate, and resolves when it opens. */
  pass(): Promise<void>
  /** Resolves when so many have come to it. */
  reached(count?: number): Promise<void>
}

/** What a test holds back until it says so, and by which it knows that somebody has come that far. */
export function gate(): Gate {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  let come = 0
  return {
    opened,
    open,
    pass() {
      come += 1
      for (const { count, resolve } of waiting) if (come >= count) resolve()
      return opened
    },
    reached: (count = 1) =>
      new Promise((resolve) => {
        waiting.push({ count, resolve })
        if (come >= count) resolve()
      }),
  }
}
