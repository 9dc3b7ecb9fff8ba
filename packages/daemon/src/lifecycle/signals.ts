// Ends the process: cleanly on the first SIGINT, SIGTERM or SIGHUP, at once on a second, and with a message when
// something broke that nobody handled, so that a daemon is either whole or gone.
import { constants } from 'node:os'
import { isAppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import type { Log } from '../kit/log.ts'

/** The parts of `process` that are used; a test hands in its own. */
export interface ProcessHandle {
  on(event: string, listener: (...args: never[]) => void): unknown
  exit(code: number): void
  readonly stderr: { write(text: string): unknown }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
type Signal = (typeof signals)[number]

export interface StopOnSignals {
  readonly process: ProcessHandle
  readonly log: Log
  /** Milliseconds that only grow. */
  readonly now: () => number
  stop(): Promise<void>
}

/** From now on a signal stops the daemon. */
export function stopOnSignals({ process, log, now, stop }: StopOnSignals): void {
  let firstAt: number | null = null
  const onSignal = (signal: Signal): void => {
    if (firstAt !== null) {
      if (now() - firstAt >= limits.secondSignalMsMin) process.exit(128 + constants.signals[signal])
      return
    }
    firstAt = now()
    log.info('stopping', { signal })
    const timer = setTimeout(() => {
      process.stderr.write('iai-mcp: stopping took too long; ended without finishing\n')
      process.exit(1)
    }, limits.stopMsMax)
    stop()
      .then(
        () => process.exit(0),
        (error) => {
          log.error('stop_failed', error)
          process.exit(1)
        },
      )
      .finally(() => clearTimeout(timer))
  }
  for (const signal of signals) process.on(signal, () => onSignal(signal))
}

/** Reports an error and ends the process with code 1. Files it leaves behind are replaced by the next start. */
export function createFatal(process: ProcessHandle, log: Log): (error: unknown) => void {
  return function fatal(error) {
    log.error('fatal', error)
    const reason = isAppError(error)
      ? error.message
      : 'a part of it failed unexpectedly (see the log line above)'
    process.stderr.write(`iai-mcp: the daemon stopped: ${reason}\n`)
    process.exit(1)
  }
}

/** What nobody handled is fatal: after it no promise about the state can be kept. */
export function failOnUnhandled(process: ProcessHandle, fatal: (error: unknown) => void): void {
  process.on('uncaughtException', fatal)
  process.on('unhandledRejection', fatal)
}
