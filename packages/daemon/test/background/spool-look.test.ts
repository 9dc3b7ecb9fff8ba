// What a client leaves in the spool is seen soon; what waits for a better time is not tried all the time.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { spoolFolder } from '../../../client/src/spool.ts'
import { createSpoolLook } from '../../src/background/spool-look.ts'
import { limits } from '../../src/kit/limits.ts'
import { silentLog } from '../../src/kit/log.ts'

async function looking(file: string | null, paused = false): Promise<number> {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const dataDir = tempDir()
  if (file !== null) {
    mkdirSync(spoolFolder(dataDir), { mode: 0o700 })
    writeFileSync(join(spoolFolder(dataDir), file), '')
  }
  let rounds = 0
  const background = {
    paused: () => paused,
    async runNow() {
      rounds += 1
    },
  }
  const look = createSpoolLook({ dataDir, background, log: silentLog })
  await look.start()
  vi.advanceTimersByTime(limits.spoolLookEveryMs)
  await look.stop()
  return rounds
}

test('a new file is taken in at the next look', async () => {
  expect(await looking('opencode-ses_1.jsonl')).toBe(1)
})

test.each([
  ['no spool', null],
  ['a file that was tried before', 'opencode-ses_1.jsonl.1.claimed-1'],
  ['a file that was given up', 'opencode-ses_1.jsonl.1.failed'],
  ['lines that were refused', 'opencode-ses_1.jsonl.rejected'],
])('%s is nothing to do', async (_name, file) => {
  expect(await looking(file)).toBe(0)
})

test('nor is a new file while background work is paused', async () => {
  expect(await looking('opencode-ses_1.jsonl', true)).toBe(0)
})
