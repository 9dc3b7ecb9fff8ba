// The real daemon in a data directory of its own, as the host tests need it: started, stopped, started again, and
// asked what it keeps.
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { vi } from 'vitest'
import { startBenchDaemon } from '../../bench/support/bench-daemon.ts'
import { portFileName } from '../../packages/client/src/data-dir.ts'
import { createHttpClient } from '../../packages/client/src/http-client.ts'

/** A row of `memory_list`, as far as the tests look at it. */
export interface CapturedTurn {
  readonly text: string
  readonly role: string
  readonly message_id: string | null
  readonly session_id: string
  readonly client: string
  readonly project: string
}

export interface MemoryDaemon {
  readonly dataDir: string
  start(): Promise<void>
  stop(): Promise<void>
  /** Everything it keeps, in the order in which it was said. */
  turns(): Promise<readonly CapturedTurn[]>
  /** Stops it and deletes its data. */
  remove(): Promise<void>
}

const portFileMsMax = 30_000

/** `settings`: environment variables of the daemon. */
export async function startMemoryDaemon(
  settings: Readonly<Record<string, string>> = {},
): Promise<MemoryDaemon> {
  const daemon = await startBenchDaemon(settings)
  const client = createHttpClient({ dataDir: daemon.dataDir })
  await portFile(daemon.dataDir)
  return {
    dataDir: daemon.dataDir,
    async start() {
      await daemon.start()
      await portFile(daemon.dataDir)
    },
    stop: () => daemon.stop(),
    remove: () => daemon.remove(),
    async turns() {
      const params = { all_projects: true, order: 'oldest', limit: 1_000 }
      const { memories } = (await client.call('memory_list', params)) as { memories: readonly CapturedTurn[] }
      return memories
    },
  }
}

/** What the daemon keeps, once its texts are as `expectTexts` wants them; hosts hand some of it in a little later. */
export function turnsWhen(
  daemon: MemoryDaemon,
  expectTexts: (texts: readonly string[]) => void,
): Promise<readonly CapturedTurn[]> {
  return vi.waitFor(
    async () => {
      const turns = await daemon.turns()
      expectTexts(turns.map(({ text }) => text))
      return turns
    },
    { timeout: 60_000, interval: 100 },
  )
}

/** The socket answers a moment before the port is known. */
async function portFile(dataDir: string): Promise<void> {
  const deadline = Date.now() + portFileMsMax
  for (;;) {
    const found = await access(join(dataDir, portFileName)).then(
      () => true,
      () => false,
    )
    if (found) return
    if (Date.now() > deadline) throw new Error('the daemon does not say on which port it listens')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
