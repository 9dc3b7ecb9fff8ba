// Calls into a worker thread that runs a ThreadService: one message out, one back (thread-serve.ts).
// Keeps: every call settles, also when the thread dies, and nothing is sent after closing.
import { Worker } from 'node:worker_threads'
import { lateError } from '../kit/deadline.ts'
import { AppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import { createWaitingCalls, type WaitingCalls } from '../kit/waiting-calls.ts'

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

export class ThreadCalls<Service extends ThreadService> {
  private readonly worker: Worker
  /** What stopped working, for messages: 'the embedding thread'. */
  private readonly name: string
  private readonly waiting: WaitingCalls
  private stopped = false

  constructor(name: string, entry: URL) {
    this.name = name
    this.waiting = createWaitingCalls(
      limits.embedQueueCallsMax,
      () => new AppError('overloaded', `too many calls wait for ${name}; try again shortly`),
    )
    this.worker = new Worker(entry, {
      execArgv: [],
      // A thread's garbage is short-lived; the default lets 16 MB more of it pile up before it is collected.
      resourceLimits: { maxYoungGenerationSizeMb: limits.vectorThreadYoungHeapMibMax },
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
    const send = (id: number) => this.worker.postMessage({ id, method, args } satisfies ThreadCall)
    const late = () => lateError(this.name, msMax, 'try again')
    return this.waiting.ask(send, msMax, late) as Promise<ReturnType<Service[Name]>>
  }

  /** The thread has ended; what is called now rejects. */
  get isStopped(): boolean {
    return this.stopped
  }

  notRunning(cause?: unknown): AppError {
    return new AppError('unavailable', `${this.name} is not running; restart the daemon`, { cause })
  }

  async close(): Promise<void> {
    this.stop(new Error('closed'))
    await this.worker.terminate()
  }

  private settle(reply: ThreadReply): void {
    if ('value' in reply) this.waiting.answer(reply.id, reply)
    else this.waiting.answer(reply.id, { error: this.errorOf(reply.error) })
  }

  private errorOf({ code, message }: { readonly code?: string; readonly message: string }): AppError {
    return code === 'unavailable'
      ? new AppError(code, message)
      : new AppError('internal', `${this.name}: ${message}`)
  }

  private stop(cause: unknown): void {
    this.stopped = true
    this.waiting.end(this.notRunning(cause))
  }
}
