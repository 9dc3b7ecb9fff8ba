// The daily check of the hosts' histories: when it runs, what it records, and that nothing of it stays behind.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { createHistoryCheck } from '../../src/background/history-check.ts'
import { limits } from '../../src/kit/limits.ts'
import { silentLog } from '../../src/kit/log.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'

const startedAt = Date.UTC(2026, 2, 2)
const report = { on_disk: 407, stored: 405, missing: 2, differing: 0, repair: { stored: 2, refused: 0 } }

function check(script: string, { at = startedAt + limits.historyCheckAfterMs, paused = false } = {}) {
  const store = createMemoryStore()
  const clock = { now: at }
  const task = createHistoryCheck({
    command: [process.execPath, '-e', script],
    store,
    now: () => clock.now,
    startedAt,
    paused: () => paused,
    log: silentLog,
  })
  const events = () => store.events({ kind: 'history_checked', limit: 10 })
  return { clock, events, run: (signal = new AbortController().signal) => task.run(signal) }
}

const printReport = `console.log(${JSON.stringify(JSON.stringify(report))})`

test('runs once a day and records what it found', async () => {
  const { clock, events, run } = check(printReport)
  await run()
  await run()
  expect(await events()).toMatchObject([
    { data: { on_disk: 407, stored: 405, missing: 2, differing: 0, repaired: 2 } },
  ])
  clock.now += limits.historyCheckEveryMs + 1
  await run()
  expect(await events()).toHaveLength(2)
})

test('not right after the start, and not while background work is paused', async () => {
  const early = check(printReport, { at: startedAt + 1_000 })
  await early.run()
  expect(await early.events()).toEqual([])
  const paused = check(printReport, { paused: true })
  await paused.run()
  expect(await paused.events()).toEqual([])
})

test.each(['process.exit(3)', 'console.log("no report")'])(
  'what fails (%s) is recorded without figures, and not tried all day',
  async (script) => {
    const { events, run } = check(script)
    await run()
    await run()
    expect(await events()).toMatchObject([{ data: { on_disk: null, repaired: null } }])
  },
)

test('ends with the daemon, and is looked at again after the next start', async () => {
  const pidFile = join(tempDir(), 'pid')
  const { events, run } = check(
    `require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000)`,
  )
  const stopping = new AbortController()
  const running = run(stopping.signal)
  await vi.waitFor(() => expect(existsSync(pidFile)).toBe(true), { timeout: 5_000 })
  const pid = Number(await vi.waitFor(() => readFileSync(pidFile, 'utf8')))
  stopping.abort()
  await running
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  expect(await events()).toEqual([])
})
