// Calls into a worker thread: numbered, bounded in number and in time. Keeps: every call settles, also when the
// thread dies, and nothing is sent after closing.
import { Worker } from 'node:worker_threads'
import { AppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'

/** What a thread can do: plain data in, plain data out. */
export type ThreadService = Readonly<Record<string, (...args: never[]) => unknown>>

export interface ThreadCall {
  readonly id: number
  readonly method: string
  readonly args: readonly unknown[]
}

export type ThreadReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly code?: string; readonly message: string } }

interface Waiting {
  readonly timer: NodeJS.Timeout
  resolve(value: unknown): void
  reject(error: AppError): void
}

export class ThreadCalls<Service extends ThreadService> {
  private readonly worker: Worker
  /** What stopped working, for messages: 'the embedding thread'. */
  private readonly name: string
  private readonly waiting = new Map<number, Waiting>()
  private lastId = 0
  private stopped: AppError | null = null

  constructor(name: string, entry: URL) {
    this.name = name
    this.worker = new Worker(entry, {
      execArgv: [],
      // A thread's garbage is short-lived; the default lets 16 MB more of it pile up before it is collected.
      resourceLimits: { maxYoungGenerationSizeMb: limits.threadYoungHeapMibMax },
    })
    this.worker.on('message', (reply: ThreadReply) => this.settle(reply))
    this.worker.on('error', (error) => this.stop(error))
    this.worker.on('exit', (code) => this.stop(new Error(`exit code ${code}`)))
  }

  call<Name extends keyof Service & string>(
    method: Name,
    args: Parameters<Service[Name]>,
    msMax: number,
  ): Promise<ReturnType<Service[Name]>> {
    if (this.stopped !== null) return Promise.reject(this.stopped)
    if (this.waiting.size >= limits.embedQueueCallsMax) {
      return Promise.reject(
        new AppError('overloaded', `too many calls wait for ${this.name}; try again shortly`),
      )
    }
    const id = ++this.lastId
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const timer = setTimeout(() => {
      this.waiting.delete(id)
      reject(new AppError('timeout', `${this.name} took longer than ${msMax / 1000} s to answer; try again`))
    }, msMax)
    this.waiting.set(id, { timer, resolve, reject })
    this.worker.postMessage({ id, method, args } satisfies ThreadCall)
    return promise as Promise<ReturnType<Service[Name]>>
  }

  /** The thread has ended; what is called now rejects. */
  get isStopped(): boolean {
    return this.stopped !== null
  }

  notRunning(cause?: unknown): AppError {
    return new AppError('unavailable', `${this.name} is not running; restart the daemon`, { cause })
  }

  async close(): Promise<void> {
    this.stop(new Error('closed'))
    await this.worker.terminate()
  }

  private settle(reply: ThreadReply): void {
    const call = this.waiting.get(reply.id)
    // Nobody waits any more for a call that was given up.
    if (call === undefined) return
    this.waiting.delete(reply.id)
    clearTimeout(call.timer)
    if ('value' in reply) call.resolve(reply.value)
    else call.reject(this.errorOf(reply.error))
  }

  private errorOf({ code, message }: { readonly code?: string; readonly message: string }): AppError {
    return code === 'unavailable'
      ? new AppError(code, message)
      : new AppError('internal', `${this.name}: ${message}`)
  }

  private stop(cause: unknown): void {
    if (this.stopped !== null) return
    const error = this.notRunning(cause)
    this.stopped = error
    for (const { timer, reject } of this.waiting.values()) {
      clearTimeout(timer)
      reject(error)
    }
    this.waiting.clear()
  }
}

/** `./name.ts` beside this module when run from source, `./name.js` when built. */
export function threadEntry(name: string, from: string): URL {
  return new URL(`./${name}${from.endsWith('.ts') ? '.ts' : '.js'}`, from)
}
