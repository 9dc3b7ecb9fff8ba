// Runs the background tasks: on start, then every so often, one at a time, and at once when asked. However often it is
// asked for, one run at most waits behind the one under way. A failing task is logged and tried again the next time; it
// never takes the daemon down or keeps the other tasks from running.
import type { Log } from '../kit/log.ts'
import type { Service } from '../kit/service.ts'

export interface BackgroundTask {
  readonly name: string
  /** Returns soon after `signal` aborts. */
  run(signal: AbortSignal): Promise<void>
}

export interface BackgroundWork extends Service {
  /** Runs every task once, after a run that is under way; who asks meanwhile shares that run. */
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
  let underWay: Promise<void> | null = null
  /** The run that begins when the one under way has ended. */
  let next: Promise<void> | null = null

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

  function run(): Promise<void> {
    underWay = runTasks().finally(() => {
      underWay = null
    })
    return underWay
  }

  function runNow(): Promise<void> {
    if (underWay === null) return run()
    next ??= underWay.then(() => {
      next = null
      return run()
    })
    return next
  }

  return {
    async start() {
      void runNow()
      timer = setInterval(() => {
        if (!isPaused && underWay === null) void run()
      }, everyMs)
    },
    async stop() {
      clearInterval(timer)
      stopping.abort()
      await (next ?? underWay)
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
