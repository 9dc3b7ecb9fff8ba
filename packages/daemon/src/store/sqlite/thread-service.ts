// What the two threads of the store have in common: being called by name, and answering.
import { assert } from '../../kit/assert.ts'
import type { LogFields } from '../../kit/log.ts'

/** A thread's way of answering; given to the service by thread.ts. */
export interface ThreadHost {
  reply(id: number, value: unknown): void
  fail(id: number, error: unknown): void
  log(level: 'info' | 'warn', event: string, fields: LogFields): void
}

export interface ThreadService {
  call(id: number, method: string, args: readonly unknown[]): void
  /** Finishes what was taken on, then closes the connection. */
  close(): void
}

/** Calls `target[method]`; the proxy on the other side is typed, so a missing method is our own mistake. */
export function callMethod(target: object, method: string, args: readonly unknown[]): unknown {
  const run: unknown = Object.hasOwn(target, method) ? target[method as keyof typeof target] : undefined
  assert(typeof run === 'function', 'the store thread is asked only for methods it has')
  return run(...args)
}
