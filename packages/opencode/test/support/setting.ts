// The plugin between a host and a daemon that are both stand-ins.
import { join } from 'node:path'
import { drainSpool } from '@iai-mcp/client/spool-drain'
import type { CaptureTurn } from '@iai-mcp/client/wire'
import { onTestFinished, vi } from 'vitest'
import { type FakeDaemon, startFakeDaemon } from '../../../../test/support/fake-daemon.ts'
import { FakeHost } from '../../../../test/support/fake-host.ts'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import plugin from '../../src/plugin.ts'

interface Setting {
  readonly host: FakeHost
  readonly daemon: FakeDaemon
  readonly dataDir: string
}

/** Waits for the daemon, so that a machine out of breath changes nothing; what is given up early has tests of its own. */
const patient = 15_000

export async function setUp(options: Readonly<Record<string, unknown>> = {}): Promise<Setting> {
  const dataDir = join(await tempDir(), 'data')
  const daemon = await startFakeDaemon(dataDir)
  onTestFinished(() => daemon.kill())
  daemon.context = '## L0 Identity\nlikes tea'
  const host = new FakeHost()
  await host.load(plugin.server, { dataDir, waitMs: patient, ...options })
  return { host, daemon, dataDir }
}

/** Waits for nothing that is not there almost at once. */
export const hurried = { waitMs: 100 }

/** From here on no timer fires but by `vi.advanceTimersByTimeAsync`; what needs one hangs. */
export function stopTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
}

/** Whether `work` has ended. */
export function watch(work: Promise<unknown>): { isOver: boolean } {
  const watched = { isOver: false }
  void work.finally(() => {
    watched.isOver = true
  })
  return watched
}

export async function spooled(dataDir: string): Promise<CaptureTurn[]> {
  const turns: CaptureTurn[] = []
  await drainSpool({ dataDir }, async (batch) => {
    turns.push(...batch.turns)
    return { kind: 'stored' }
  })
  return turns
}

export const texts = (turns: readonly { readonly text: string }[]) => turns.map(({ text }) => text)
