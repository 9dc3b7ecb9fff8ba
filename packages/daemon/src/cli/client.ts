// The command line's way to what the client package knows: the socket, the spool, and what can go wrong with them.
// The only file that commands have it from; the bridge and the hooks, which load little, go to it themselves.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isClientError } from '../../../client/src/client-error.ts'
import { createHttpClient } from '../../../client/src/http-client.ts'
import { connectDaemon, type SocketClient } from '../../../client/src/socket-client.ts'
import { createSpool, spoolFolder } from '../../../client/src/spool.ts'
import { inspectSpool } from '../../../client/src/spool-drain.ts'
import { type SpoolFate, spoolFate } from '../../../client/src/spool-fate.ts'
import type { CallOptions, CaptureBatch } from '../../../client/src/wire.ts'
import { limits } from '../kit/limits.ts'

export { ClientError, isClientError } from '../../../client/src/client-error.ts'
export { resolveDataDir } from '../../../client/src/data-dir.ts'

export interface Daemon {
  /** Runs an operation; resolves with its bare result. Rejects with ClientError. */
  call<Result>(method: string, params: object, options?: CallOptions): Promise<Result>
  control(type: string, options?: CallOptions): Promise<Readonly<Record<string, unknown>>>
  /** A control line with more in it than its type. */
  controlLine(
    line: { readonly type: string },
    options?: CallOptions,
  ): Promise<Readonly<Record<string, unknown>>>
}

export interface OpenDaemon extends Daemon {
  close(): void
}

/** Rejects with a ClientError of kind `not_running` when nothing answers. */
export async function openDaemon(socketPath: string): Promise<OpenDaemon> {
  const client = await connectDaemon(socketPath)
  return { ...speakTo(client), close: () => client.close() }
}

/** Connects, runs `work`, and closes. Rejects with a ClientError of kind `not_running` when nothing answers. */
export async function withDaemon<T>(socketPath: string, work: (daemon: Daemon) => Promise<T>): Promise<T> {
  const daemon = await openDaemon(socketPath)
  try {
    return await work(daemon)
  } finally {
    daemon.close()
  }
}

function speakTo(client: SocketClient): Daemon {
  return {
    call: <Result>(method: string, params: object, options?: CallOptions) =>
      client.call(method, params, options) as Promise<Result>,
    control: (type, options) => client.control({ type }, options),
    controlLine: (line, options) => client.control(line, options),
  }
}

/** What the daemon says of itself, or null when none runs. */
export async function daemonStatus(socketPath: string): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    return await withDaemon(socketPath, (daemon) => daemon.control('status'))
  } catch (error) {
    if (isClientError(error) && error.kind === 'not_running') return null
    throw error
  }
}

/** One call over the port, as other clients make it: proof, token and all. Rejects with ClientError. */
export async function askOverHttp(dataDir: string, timeoutMs: number): Promise<void> {
  await createHttpClient({ dataDir }).call('status', {}, { timeoutMs })
}

/** Leaves turns where the daemon takes them in by itself: for what is too long for one request. Durable. */
export async function spoolTurns(dataDir: string, batch: CaptureBatch): Promise<void> {
  await createSpool({ dataDir }).append(batch)
}

/** How many spool files wait, were given up, or hold lines that were refused; and where they are. */
export interface SpoolCounts {
  readonly folder: string
  readonly waiting: number
  /** When the oldest of them was last written to, ms; null when none waits. */
  readonly waitingSince: number | null
  readonly failed: number
  readonly rejected: number
}

export async function countSpool(dataDir: string): Promise<SpoolCounts> {
  const { waiting, failed, rejected } = await inspectSpool({ dataDir })
  const folder = spoolFolder(dataDir)
  const times = await Promise.all(
    waiting.map((name) =>
      stat(join(folder, name)).then(
        ({ mtimeMs }) => [mtimeMs],
        () => [], // taken in meanwhile
      ),
    ),
  )
  const waitingSince = times.flat().reduce<number | null>((least, ms) => Math.min(least ?? ms, ms), null)
  return { folder, waiting: waiting.length, waitingSince, failed: failed.length, rejected: rejected.length }
}

/** What is too large for one message takes the way through the spool of the daemon's own data directory. */
export type SpooledCapture = 'stored' | 'waiting' | 'refused' | 'withheld'

/** Writes to the spool, asks the daemon to take it in, and says what became of it. Rejects with ClientError. */
export async function captureThroughSpool(
  daemon: Daemon,
  dataDir: string,
  batch: CaptureBatch,
): Promise<SpooledCapture> {
  const receipt = await createSpool({ dataDir }).append(batch)
  if (receipt.lines.length === 0) return 'withheld'
  try {
    await daemon.control('session_open', { timeoutMs: limits.importCallMsMax })
  } catch (error) {
    // It is busy with it, or gone: the spool is safe either way.
    if (!isClientError(error)) throw error
  }
  return becameOf[await spoolFate(dataDir, receipt)]
}

const becameOf: Readonly<Record<SpoolFate, SpooledCapture>> = {
  taken: 'stored',
  waiting: 'waiting',
  'set aside': 'refused',
}
