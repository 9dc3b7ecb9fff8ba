// Runs the background tasks: on start, then every so often, one at a time, and at once when asked. A failing task is
// logged and tried again the next time; it never takes the daemon down or keeps the other tasks from running.
import type { Log } from '../kit/log.ts'
import type { Service } from '../kit/service.ts'

export interface BackgroundTask {
  readonly name: string
  /** Returns soon after `signal` aborts. */
  run(signal: AbortSignal): Promise<void>
}

export interface BackgroundWork extends Service {
  /** Runs every task once, after a run that is under way. */
  runNow(): Promise<void>
  pause(): void
  resume(): void
  paused(): boolean
}

export interface BackgroundWorkOptions {
  readonly tasks: readonly BackgroundTask[]
  readonly everyMs: number
  readonly log: Log
}

export function createBackgroundWork({ tasks, everyMs, log }: BackgroundWorkOptions): BackgroundWork {
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let isPaused = false
  /** The run under way and those waiting behind it. */
  let queue: Promise<void> = Promise.resolve()

  async function runTasks(): Promise<void> {
    for (const task of tasks) {
      if (stopping.signal.aborted) return
      try {
        await task.run(stopping.signal)
      } catch (error) {
        log.error('background_task_failed', error, { task: task.name })
      }
    }
  }

  function runNow(): Promise<void> {
    queue = queue.then(runTasks)
    return queue
  }

  return {
    async start() {
      void runNow()
      timer = setInterval(() => {
        if (!isPaused) void runNow()
      }, everyMs)
    },
    async stop() {
      clearInterval(timer)
      stopping.abort()
      await queue
    },
    runNow,
    pause() {
      isPaused = true
    },
    resume() {
      isPaused = false
    },
    paused: () => isPaused,
  }
}
