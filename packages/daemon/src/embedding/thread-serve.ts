// The thread's end of thread-calls.ts: answers each call in the order it came.
import { parentPort } from 'node:worker_threads'
import { assert } from '../kit/assert.ts'
import { isAppError } from '../kit/errors.ts'
import type { ThreadCall, ThreadReply, ThreadService } from './thread-calls.ts'

export function serveCalls(service: ThreadService): void {
  const port = parentPort
  assert(port !== null, 'serveCalls runs in a worker thread')
  port.on('message', ({ id, method, args }: ThreadCall) =>
    port.postMessage(answer(service, id, method, args)),
  )
}

function answer(service: ThreadService, id: number, method: string, args: readonly unknown[]): ThreadReply {
  try {
    const run = service[method] as ((...args: readonly unknown[]) => unknown) | undefined
    assert(run !== undefined, 'a thread is asked only for what it does')
    return { id, value: run(...args) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { id, error: isAppError(error) ? { code: error.code, message } : { message } }
  }
}
