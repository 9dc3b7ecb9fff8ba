// The log on stderr: one JSON line per event. Of an error that is not ours only its name, code and our own stack
// frames are kept, because its message could quote what a user wrote.
import { pino } from 'pino'
import { errnoOf, isAppError } from '../kit/errors.ts'
import type { Log, LogFields } from '../kit/log.ts'

export interface LogOptions {
  readonly level: 'info' | 'warn' | 'error' | 'silent'
  /** Where lines go; stderr when left out. */
  readonly write?: (line: string) => void
}

/** How deep a chain of causes is followed. */
const causesMax = 5

export function createPinoLog({ level, write }: LogOptions): Log {
  const settings = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  const logger = pino(settings, write === undefined ? standardError() : { write })
  return {
    info: (event: string, fields?: LogFields) => logger.info({ event, ...fields }),
    warn: (event: string, fields?: LogFields) => logger.warn({ event, ...fields }),
    error: (event: string, error: unknown, fields?: LogFields) =>
      logger.error({ event, ...fields, error: describeError(error) }),
  }
}

function standardError() {
  // Synchronous: the last line before a crash is the one that matters.
  const destination = pino.destination({ fd: 2, sync: true })
  // Nobody may be left to read it (a closed terminal or pipe); the memory is worth more than its log.
  destination.on('error', () => {})
  return destination
}

interface ErrorDescription {
  readonly name: string
  readonly code?: string
  readonly message?: string
  readonly stack?: string
  readonly cause?: ErrorDescription
}

function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error }
  const code = errnoOf(error)
  const stack = framesOf(error)
  return {
    name: error.name,
    ...(code !== undefined && { code }),
    ...(isAppError(error) && { message: error.message }),
    ...(stack !== '' && { stack }),
    ...(error.cause !== undefined && depth < causesMax && { cause: describeError(error.cause, depth + 1) }),
  }
}

/** The stack without its head, which repeats the message; nothing when the message cannot be told from the frames. */
function framesOf({ stack = '', message }: Error): string {
  const messageAt = stack.indexOf(message)
  if (messageAt < 0) return ''
  const lines = stack.slice(messageAt + message.length).split('\n')
  const frames = lines.filter((line) => /^\s+at /.test(line))
  return frames.map((line) => line.trim()).join('\n')
}
