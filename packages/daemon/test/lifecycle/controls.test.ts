import { expect, test } from 'vitest'
import { createBackgroundWork } from '../../src/background/background-work.ts'
import { createConsolidator } from '../../src/background/consolidator.ts'
import { silentLog } from '../../src/kit/log.ts'
import { createControl } from '../../src/lifecycle/controls.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import { inProcessWorker } from '../support/in-process-worker.ts'

function setUp() {
  let runs = 0
  const task = {
    name: 'count',
    run: async () => {
      runs += 1
    },
  }
  const background = createBackgroundWork({ tasks: [task], everyMs: 1_000_000, log: silentLog })
  const now = () => 25_900
  let consolidated = 0
  const store = createMemoryStore()
  const consolidator = createConsolidator({ store, now, log: silentLog, openWorker: inProcessWorker })
  const counting = {
    ...consolidator,
    runNow: () => {
      consolidated += 1
      return consolidator.runNow()
    },
  }
  const daemon = {
    version: '0.1.0',
    pid: 77,
    startedAt: 10_000,
    dataDir: '/home/ada/.iai-mcp',
    keySource: 'key file',
    socketPath: null,
    httpPort: () => 40_123,
    keptOut: () => ({}),
  }
  const control = createControl({ daemon, background, consolidator: counting, now })
  return { control, runs: () => runs, consolidated: () => consolidated }
}

test('status says what runs and for how long', async () => {
  expect(await setUp().control({ type: 'status' })).toEqual({
    ok: true,
    state: 'running',
    uptime_sec: 15,
    started_at: '1970-01-01T00:00:10.000Z',
    version: '0.1.0',
    pid: 77,
    data_dir: '/home/ada/.iai-mcp',
    key_source: 'key file',
    http_port: 40_123,
  })
})

test.each([
  ['session_open', 0],
  ['force_rem', 1],
  ['user_initiated_sleep', 1],
])('%s runs the background work now, and consolidates %i times', async (type, times) => {
  const { control, runs, consolidated } = setUp()
  expect(await control({ type })).toEqual({ ok: true, state: 'running' })
  expect([runs(), consolidated()]).toEqual([1, times])
})

test('while paused, work that is asked for is refused, and a session may still open', async () => {
  const { control, runs } = setUp()
  expect(await control({ type: 'pause' })).toEqual({ ok: true, state: 'paused' })
  for (const type of ['force_rem', 'user_initiated_sleep'])
    expect(await control({ type })).toEqual({
      ok: false,
      reason: 'background work is paused; send resume first',
    })
  expect(await control({ type: 'session_open' })).toEqual({ ok: true, state: 'paused' })
  expect(runs()).toBe(0)
  expect(await control({ type: 'status' })).toMatchObject({ state: 'paused' })
})

test.each(['resume', 'force_wake'])('%s ends a pause', async (type) => {
  const { control, runs } = setUp()
  await control({ type: 'pause' })
  expect(await control({ type })).toEqual({ ok: true, state: 'running' })
  await control({ type: 'force_rem' })
  expect(runs()).toBe(1)
})

test.each(['', 'bogus', 'constructor', '__proto__'])('the type %j is unknown', async (type) => {
  expect(await setUp().control({ type })).toEqual({
    ok: false,
    reason:
      'unknown control type; known: status, session_open, pause, resume, force_wake, force_rem, user_initiated_sleep',
  })
})
