// Calls to a thread that wait for their answers: numbered, bounded in number and in time. Keeps: every call settles, also
// when the thread ends, and none is sent after that. What goes over the wire is left to the two ends.
import type { AppError } from './errors.ts'

export interface WaitingCalls {
  /**
   * Hands `send` the call's number and settles with its answer; with `late()` after `msMax`, and at once with `crowded()`
   * when too many wait, or with what `end` was given.
   */
  ask(send: (id: number) => void, msMax: number, late: () => AppError): Promise<unknown>
  /** An answer to a call that was given up goes nowhere. */
  answer(id: number, outcome: Outcome): void
  /** Rejects what waits, and what is asked from now on. Idempotent: the first error stays. */
  end(error: AppError): void
}

export type Outcome = { readonly value: unknown } | { readonly error: AppError }

interface Waiting {
  readonly timer: NodeJS.Timeout
  resolve(value: unknown): void
  reject(error: AppError): void
}

export function createWaitingCalls(callsMax: number, crowded: () => AppError): WaitingCalls {
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let ended: AppError | null = null

  return {
    async ask(send, msMax, late) {
      if (ended !== null) throw ended
      if (waiting.size >= callsMax) throw crowded()
      const id = ++lastId
      send(id)
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      const timer = setTimeout(() => {
        waiting.delete(id)
        reject(late())
      }, msMax)
      waiting.set(id, { timer, resolve, reject })
      return promise
    },
    answer(id, outcome) {
      const call = waiting.get(id)
      if (call === undefined) return
      waiting.delete(id)
      clearTimeout(call.timer)
      if ('value' in outcome) call.resolve(outcome.value)
      else call.reject(outcome.error)
    },
    end(error) {
      if (ended !== null) return
      ended = error
      for (const { timer, reject } of waiting.values()) {
        clearTimeout(timer)
        reject(error)
      }
      waiting.clear()
    },
  }
}
