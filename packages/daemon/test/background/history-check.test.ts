// The daily check of the hosts' histories: when it runs, what it records, and that nothing of it stays behind.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { createDailyCheck, createSessionCheck } from '../../src/background/history-check.ts'
import { limits } from '../../src/kit/limits.ts'
import { silentLog } from '../../src/kit/log.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'

const startedAt = Date.UTC(2026, 2, 2)
const report = {
  on_disk: 410,
  stored: 405,
  forgotten: 3,
  missing: 2,
  differing: 0,
  repair: { stored: 2, refused: 0 },
}

function check(
  script: string,
  { at = startedAt + limits.historyCheckAfterMs, paused = false, create = createDailyCheck } = {},
) {
  const store = createMemoryStore()
  const clock = { now: at, endedAt: null as number | null }
  const asked: number[] = []
  const task = create({
    command(hours) {
      asked.push(hours)
      return [process.execPath, '-e', script]
    },
    sessionEndedAt: () => clock.endedAt,
    store,
    now: () => clock.now,
    startedAt,
    paused: () => paused,
    log: silentLog,
  })
  const events = () => store.events({ kind: task.name, limit: 10 })
  return { asked, clock, events, run: (signal = new AbortController().signal) => task.run(signal) }
}

const printReport = `console.log(${JSON.stringify(JSON.stringify(report))})`

test('runs once a day and records what it found', async () => {
  const { clock, events, run } = check(printReport)
  await run()
  await run()
  expect(await events()).toMatchObject([
    { data: { on_disk: 410, stored: 405, forgotten: 3, missing: 2, differing: 0, repaired: 2 } },
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
  // The file is there a moment before what stands in it.
  const pid = await eventually(() => {
    const written = Number(readFileSync(pidFile, 'utf8'))
    expect(written).toBeGreaterThan(0)
    return written
  })
  stopping.abort()
  await running
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  expect(await events()).toEqual([])
})

describe('after sessions', () => {
  const afterSession = (script = printReport, paused = false) => {
    const made = check(script, { create: createSessionCheck, paused })
    made.clock.endedAt = made.clock.now
    return made
  }

  test('what changed in the last hour is checked, once the hosts have written', async () => {
    const { asked, clock, events, run } = afterSession()
    await run()
    expect(asked).toEqual([])
    clock.now += limits.sessionCheckAfterMs
    await run()
    await run()
    expect(asked).toEqual([limits.sessionCheckLookBackHours])
    expect(await events()).toMatchObject([{ data: { on_disk: 410, stored: 405, repaired: 2 } }])
  })

  test('many that end are checked together, not one by one', async () => {
    const { asked, clock, run } = afterSession()
    const minutes = 60_000
    for (let minute = 0; minute < 15; minute += 1) {
      clock.endedAt = clock.now
      clock.now += minutes
      await run()
    }
    expect(asked).toHaveLength(2)
    clock.now += limits.sessionCheckEveryMs
    await run()
    expect(asked).toHaveLength(3)
    clock.now += limits.sessionCheckEveryMs * 2
    await run()
    expect(asked).toHaveLength(3)
  })

  test('nothing is checked while none has ended, or while background work is paused', async () => {
    const none = check(printReport, { create: createSessionCheck })
    await none.run()
    const paused = afterSession(printReport, true)
    paused.clock.now += limits.sessionCheckAfterMs
    await paused.run()
    expect([...none.asked, ...paused.asked]).toEqual([])
  })
})
