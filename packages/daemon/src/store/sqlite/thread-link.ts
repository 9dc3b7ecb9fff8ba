// The main thread's end of one store thread: opens it, calls it, tells of its death, closes it.
// Keeps: every call settles, also when the thread dies, and nothing is called after that.
import { Worker } from 'node:worker_threads'
import { unreachable } from '../../kit/assert.ts'
import { adviceWhenLate, answeredWithin, lateError } from '../../kit/deadline.ts'
import { AppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import type { Log } from '../../kit/log.ts'
import { createWaitingCalls } from '../../kit/waiting-calls.ts'
import type { StoreFile } from './connection.ts'
import { type FromThread, fromWire, type Reply, type ThreadRole, type ToThread } from './protocol.ts'

export interface ThreadLink<T> {
  /** Opens the store in the thread. Rejects with whatever opening raised. */
  open(store: StoreFile): Promise<void>
  call<Name extends keyof T & string>(
    method: Name,
    ...args: T[Name] extends (...args: infer Args) => unknown ? Args : never
  ): Promise<T[Name] extends (...args: never[]) => infer Result ? Result : never>
  /** Lets the thread finish what it was given, then ends it. */
  close(): Promise<void>
}

interface LinkOptions {
  readonly role: ThreadRole
  /** The thread's code: a file that calls serveStoreThread. */
  readonly entry: URL
  readonly log: Log
  /** Called once if the thread ends after it has opened and without having been asked to. */
  onDeath(error: AppError): void
}

export function createThreadLink<T extends object>(options: LinkOptions): ThreadLink<T> {
  const { role, entry, log, onDeath } = options
  const access = role === 'writer' ? 'write' : 'read'
  const worker = new Worker(entry, {
    workerData: { role },
    execArgv: [],
    // A thread's garbage is short-lived; the default lets 40 MB more of it pile up before it is collected.
    resourceLimits: { maxYoungGenerationSizeMb: limits.storeThreadYoungHeapMibMax },
  })
  const waiting = createWaitingCalls(
    limits.storeQueueCallsMax,
    () => new AppError('overloaded', 'too many calls are waiting for the store; try again shortly'),
  )
  const opened = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  // Opening and ending may both be over before anybody looks.
  opened.promise.catch(() => {})
  let state: 'opening' | 'running' | 'closing' | 'dead' = 'opening'

  worker.on('message', (message: FromThread) => {
    switch (message.type) {
      case 'opened':
        state = 'running'
        return opened.resolve()
      case 'open-failed':
        return opened.reject(fromWire(message.error))
      case 'replies':
        return message.replies.forEach(settle)
      case 'log':
        return log[message.level](message.event, message.fields)
      case 'closed':
        return ended.resolve()
      default:
        return unreachable(message)
    }
  })
  worker.on('error', (error) => die(error))
  worker.on('exit', (code) => die(new Error(`exit code ${code}`)))

  function send(message: ToThread): void {
    worker.postMessage(message)
  }

  function settle(reply: Reply): void {
    waiting.answer(reply.id, reply.ok ? reply : { error: fromWire(reply.error) })
  }

  function die(cause: unknown): void {
    ended.resolve()
    if (state === 'dead') return
    const wasRunning = state === 'running'
    state = 'dead'
    const error = new AppError(
      'unavailable',
      `the store's ${role} stopped unexpectedly; restart the daemon (what was acknowledged is safe)`,
      { cause },
    )
    opened.reject(error)
    waiting.end(error)
    if (wasRunning) onDeath(error)
  }

  return {
    open(store) {
      send({ type: 'open', store })
      return inTime(opened.promise, limits.storeOpenMsMax, 'opening the store')
    },
    async call(method, ...args) {
      if (state !== 'running') {
        throw new AppError('unavailable', 'the store is closed; start the daemon again')
      }
      const late = () => lateError(method, limits.storeCallMsMax, adviceWhenLate[access])
      const sendAs = (id: number) => send({ type: 'call', id, method, args })
      return waiting.ask(sendAs, limits.storeCallMsMax, late) as Promise<never>
    },
    async close() {
      if (state === 'opening' || state === 'running') {
        state = 'closing'
        send({ type: 'close' })
      }
      try {
        await inTime(ended.promise, limits.storeCloseMsMax, 'closing the store')
      } finally {
        await worker.terminate()
      }
    },
  }
}

function inTime<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  return answeredWithin(work, ms, () => lateError(what, ms, 'check the disk, then start the daemon again'))
}
