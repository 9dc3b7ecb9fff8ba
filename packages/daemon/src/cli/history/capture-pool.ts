// Hands batches of turns to the daemon, several at once: answers on one connection come in order, so each batch on its
// way has a connection. A turn too long for a request goes through the spool, which the daemon empties when asked.
// Errors become AppErrors, so that the import knows which to wait for; a broken connection is made anew by the next batch.
import type { TakeBackTurns } from '../../history/import.ts'
import type { CaptureTurns, TurnBatch, TurnCounts } from '../../history/turn-batches.ts'
import { AppError, type ErrorCode, errorCodes } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { isClientError, type OpenDaemon, openDaemon, spoolTurns } from '../client.ts'

export interface CapturePool {
  readonly capture: CaptureTurns
  readonly takeBack: TakeBackTurns
  /** Long turns that went through the spool so far. */
  spooled(): number
  /** Asks the daemon to take in what went through the spool. Idempotent. */
  drain(): Promise<void>
  close(): void
}

export interface CapturePoolOptions {
  readonly socketPath: string
  /** The daemon's own. */
  readonly dataDir: string
}

const nothing: TurnCounts = { inserted: 0, reinforced: 0, skipped: 0 }

export function createCapturePool({ socketPath, dataDir }: CapturePoolOptions): CapturePool {
  const idle: OpenDaemon[] = []
  let spooled = 0
  let waitingBytes = 0

  async function withConnection<T>(work: (daemon: OpenDaemon) => Promise<T>): Promise<T> {
    let daemon: OpenDaemon | undefined
    try {
      daemon = idle.pop() ?? (await openDaemon(socketPath))
      const result = await work(daemon)
      idle.push(daemon)
      return result
    } catch (error) {
      if (isClientError(error) && error.kind === 'daemon' && daemon !== undefined) idle.push(daemon)
      else daemon?.close()
      throw asAppError(error)
    }
  }

  async function drain(): Promise<void> {
    if (waitingBytes === 0) return
    waitingBytes = 0
    const options = { timeoutMs: limits.importCallMsMax }
    await withConnection((daemon) => daemon.control('session_open', options))
  }

  async function spool(batch: TurnBatch, bytes: number): Promise<TurnCounts> {
    try {
      await spoolTurns(dataDir, batch)
    } catch (error) {
      throw asAppError(error)
    }
    spooled += 1
    waitingBytes += bytes
    if (waitingBytes > limits.importSpoolBytesMax) await drain()
    return nothing
  }

  return {
    async capture(batch) {
      const bytes = batch.turns.length === 1 ? Buffer.byteLength(JSON.stringify(batch)) : 0
      if (bytes + limits.importEnvelopeBytesMax > limits.socketLineBytesMax) return spool(batch, bytes)
      const options = { timeoutMs: limits.importCallMsMax }
      return withConnection((daemon) => daemon.call<TurnCounts>('memory_capture_batch', batch, options))
    },
    takeBack: (said) =>
      withConnection((daemon) =>
        daemon.call('session_take_back', said, { timeoutMs: limits.importCallMsMax }),
      ),
    spooled: () => spooled,
    drain,
    close() {
      for (const daemon of idle.splice(0)) daemon.close()
    },
  }
}

/** What the daemon said keeps its code; a connection that failed may be better in a moment. */
function asAppError(error: unknown): unknown {
  if (!isClientError(error)) return error
  const code: ErrorCode | undefined = errorCodes.find((known) => known === error.code)
  const byKind = error.kind === 'timed_out' ? 'timeout' : 'unavailable'
  return new AppError(code ?? byKind, error.message, { cause: error })
}
