// Remembers how to take back each step of a start, and does so in reverse: after a failed start as well as for a stop.
import type { Log } from '../kit/log.ts'

export interface Undo {
  add(step: () => void | Promise<void>): void
  /** Runs every step once, last first; a failing step is logged and the rest still run. Idempotent. */
  run(): Promise<void>
}

export function createUndo(log: Log): Undo {
  const steps: (() => void | Promise<void>)[] = []
  let running: Promise<void> | null = null

  async function runSteps(): Promise<void> {
    for (const step of steps.reverse()) {
      try {
        await step()
      } catch (error) {
        log.error('stop_step_failed', error)
      }
    }
  }

  return {
    add(step) {
      steps.push(step)
    },
    run() {
      running ??= runSteps()
      return running
    },
  }
}
