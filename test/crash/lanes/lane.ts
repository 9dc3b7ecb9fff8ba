// A lane is one client at work: it asks for one thing after the other over a connection of its own, in sessions of its
// own, and writes into the ledger what it asks for and what was acknowledged. It ends when the daemon is gone.
// To have something else done while the daemon is killed, write a lane and list it in lanes.ts.
import { ClientError } from '../../../packages/client/src/client-error.ts'
import { connectDaemon } from '../../../packages/client/src/socket-client.ts'
import type { DaemonChild } from '../../support/daemon-child.ts'
import type { Random } from '../invented.ts'
import type { Ledger } from '../ledger.ts'
import type { Wish } from '../wishes.ts'

export interface LaneContext {
  readonly daemon: DaemonChild
  /** It was told to stop: from then on it may turn anybody away before it has ended. */
  isStopping(): boolean
  readonly ledger: Ledger
  readonly random: Random
  /** A number that no text of this run has had. */
  nextNumber(): number
  /** What is wrong with a backup that stands under its name; null when it is whole. */
  checkBackup(file: string, missing?: MissingFrom): Promise<string | null>
  /** Notes something that must never happen. */
  wrong(what: string): void
}

/** Rejects only when the test itself is at fault. */
export type Lane = (context: LaneContext) => Promise<void>

/** Which ids should be among `ids`, and are not. */
export type MissingFrom = (ids: ReadonlySet<string>) => readonly string[]

export type Ask = (method: string, params: object) => Promise<Record<string, unknown>>

const askMsMax = 20_000

/** Runs `step` over a connection of its own until the daemon is gone. */
export async function untilGone(
  context: LaneContext,
  name: string,
  step: (ask: Ask) => Promise<unknown>,
): Promise<void> {
  await whileThere(context, name, async () => {
    const client = await connectDaemon(context.daemon.socketPath, { timeoutMs: askMsMax })
    const ask: Ask = async (method, params) =>
      (await client.call(method, params, { timeoutMs: askMsMax })) as Record<string, unknown>
    for (;;) await step(ask)
  })
}

/** Ends quietly when the daemon is gone. One that is there has no reason to refuse anything, or to be late. */
export async function whileThere(
  { wrong }: LaneContext,
  name: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    if (error.kind === 'daemon' || error.kind === 'timed_out')
      wrong(`${name}: ${error.kind}: ${error.message}`)
  }
}

/** Asks for `wish`, and notes that it was acknowledged when it was. */
export async function asking(
  { ledger }: LaneContext,
  wish: Wish,
  ask: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const number = ledger.begin(wish)
  const ids = await ask()
  ledger.acknowledge(number, ids)
  return ids
}
