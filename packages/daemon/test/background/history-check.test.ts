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
  {
    at = startedAt + limits.historyCheckAfterMs,
    paused = false,
    create = createDailyCheck,
    madeAt = 0,
    hosts = ['claude-code'],
  } = {},
) {
  const store = createMemoryStore()
  const clock = { now: at, endedAt: null as number | null }
  const asked: number[] = []
  const namedHosts: string[] = []
  const task = create({
    hosts: async () => hosts,
    madeAt,
    command(named, hours) {
      asked.push(hours)
      namedHosts.push(...named)
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
  return {
    asked,
    namedHosts,
    store,
    clock,
    events,
    run: (signal = new AbortController().signal) => task.run(signal),
  }
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

describe('how far it looks back', () => {
  test('to the last check that succeeded, however long ago: Friday is not lost on Monday', async () => {
    const { asked, clock, run } = check(printReport)
    await run()
    clock.now += 72 * 3_600_000
    await run()
    expect(asked).toEqual([limits.historyCheckLookBackHours, 73])
  })

  test('beyond checks that failed', async () => {
    const made = check('process.exit(3)')
    await made.store.recordEvent({
      at: startedAt - 80 * 3_600_000,
      kind: 'sessions_checked',
      data: { on_disk: 1 },
    })
    await made.store.recordEvent({
      at: startedAt - 30 * 3_600_000,
      kind: 'history_checked',
      data: { on_disk: null },
    })
    await made.run()
    expect(made.asked).toEqual([81])
  })

  test('not beyond the time at which the store was made', async () => {
    const { asked, run } = check(printReport, { madeAt: startedAt - 3_600_000 })
    await run()
    expect(asked).toEqual([2])
  })

  test('not to a check of a day that is not over yet: the clock was ahead', async () => {
    const { asked, store, run } = check(printReport)
    await store.recordEvent({
      at: startedAt + 999 * 3_600_000,
      kind: 'history_checked',
      data: { on_disk: 1 },
    })
    await run()
    expect(asked).toEqual([limits.historyCheckLookBackHours])
  })
})

test('names the hosts that are remembered, and reads nothing while there are none', async () => {
  const one = check(printReport)
  await one.run()
  expect(one.namedHosts).toEqual(['claude-code'])
  const none = check(printReport, { hosts: [] })
  await none.run()
  expect(none.asked).toEqual([])
  expect(await none.events()).toEqual([])
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
