// What one connection is still owed. Keeps: its requests are answered one after the other, in the order in which they
// came, and while too many of them wait nothing more is read from it. What an answer is, is for the exchange.
import type { Socket } from 'node:net'

export interface Pipeline {
  /** In its turn. `answer` must not reject. */
  add(answer: () => Promise<void>): void
  /** After everything added so far, as the last thing of this connection. `closing` must not reject. */
  end(closing: () => Promise<void>): void
  /** Settles when everything asked so far is answered. Never rejects. */
  answered(): Promise<void>
}

export function createPipeline(socket: Socket, owedMax: number): Pipeline {
  let owed = 0
  let answered: Promise<void> = Promise.resolve()

  function pauseWhileOwing(): void {
    if (owed >= owedMax) socket.pause()
  }

  return {
    add(answer) {
      owed += 1
      // Not at once: Node resumes reading when it has parsed this request to its end.
      if (owed >= owedMax) process.nextTick(pauseWhileOwing)
      answered = answered.then(async () => {
        await answer()
        owed -= 1
        if (owed === owedMax - 1) socket.resume()
      })
    },
    end(closing) {
      answered = answered.then(closing)
    },
    answered: () => answered,
  }
}
