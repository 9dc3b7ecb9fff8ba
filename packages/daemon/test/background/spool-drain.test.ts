import { readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { createSpool } from '../../../client/src/spool.ts'
import { createSpoolDrain } from '../../src/background/spool-drain.ts'
import type { Dispatch, Params } from '../../src/dispatch/dispatch.ts'
import { AppError } from '../../src/kit/errors.ts'
import { type Log, silentLog } from '../../src/kit/log.ts'
import type { StoreEvent } from '../../src/store/store.ts'

const batch = {
  client: 'opencode',
  session_id: 'ses_1',
  cwd: '/home/ada/shop',
  turns: [
    { role: 'user', text: 'Which port does staging use?', message_id: 'm1', said_at: 1_000 },
    { role: 'assistant', text: 'Port 5433.', message_id: 'm2', said_at: 2_000 },
  ],
} as const

async function setUp(dispatch: (params: Params) => Promise<unknown>) {
  const dataDir = tempDir()
  await createSpool({ dataDir }).append(batch)
  const calls: Params[] = []
  const events: StoreEvent[] = []
  const logged: string[] = []
  const log: Log = {
    ...silentLog,
    info: (event, fields) => logged.push(JSON.stringify([event, fields])),
    warn: (event, fields) => logged.push(JSON.stringify([event, fields])),
  }
  const door: Dispatch = async (method, params, caller) => {
    expect([method, caller.transport]).toEqual(['memory_capture_batch', 'internal'])
    calls.push(params)
    return dispatch(params)
  }
  const store = { recordEvent: async (event: StoreEvent) => void events.push(event) }
  let elapsed = 0
  const startAnew = () =>
    createSpoolDrain({ dataDir, dispatch: door, store, now: () => 5_000, elapsed: () => elapsed, log })
  let drain = startAnew()
  const run = () => drain.run(new AbortController().signal)
  const restart = () => {
    drain = startAnew()
  }
  const wait = (minutes: number) => {
    elapsed += minutes * 60_000
  }
  const folder = join(dataDir, '.deferred-captures')
  return { run, restart, wait, calls, events, logged, folder, files: () => readdirSync(folder) }
}

test('delivers what waits through dispatch, records it, and leaves the spool empty', async () => {
  const { run, calls, events, logged, files } = await setUp(async () => ({}))
  await run()
  expect(calls).toEqual([batch])
  expect(files()).toEqual([])
  expect(events).toEqual([
    {
      at: 5_000,
      kind: 'spool_drained',
      data: { files: 1, turns: 2, rejected: 0, postponed: 0, failed: 0 },
    },
  ])
  expect(logged.join()).not.toContain('staging')
  await run()
  expect(events).toHaveLength(1)
})

test('a store that is not there now leaves the turns for the next round', async () => {
  let down = true
  const { run, calls, files } = await setUp(async () => {
    if (down) throw new AppError('disk_full', 'no space left')
    return {}
  })
  await run()
  expect(files()).toHaveLength(1)
  down = false
  await run()
  expect(calls).toHaveLength(2)
  expect(files()).toEqual([])
})

test.each(['disk_full', 'timeout', 'unavailable', 'overloaded'] as const)(
  'however often the answer is %s, the turns are taken in when it is over',
  async (code) => {
    let down = true
    const { run, events, files } = await setUp(async () => {
      if (down) throw new AppError(code, 'not now')
      return {}
    })
    for (let round = 0; round < 8; round += 1) await run()
    expect(files().filter((name) => !name.endsWith('.attempts'))).toEqual([
      expect.stringMatching(/\.claimed-0$/),
    ])
    down = false
    await run()
    expect(files()).toEqual([])
    expect(events.at(-1)?.data).toMatchObject({ turns: 2, postponed: 0 })
  },
)

test('what an earlier daemon gave up is tried again by the first round of this one', async () => {
  const { run, calls, logged, files, folder } = await setUp(async () => ({}))
  renameSync(join(folder, 'opencode-ses_1.jsonl'), join(folder, 'opencode-ses_1.jsonl.123.failed'))
  await run()
  expect(calls).toEqual([batch])
  expect(files()).toEqual([])
  expect(logged.join()).toContain('spool_failed_files_retried')
})

test('what this daemon gave up is left alone until the next one', async () => {
  const { run, wait, calls, files } = await setUp(async () => {
    throw new AppError('internal', 'internal error (x)')
  })
  for (let round = 0; round < 8; round += 1) await run()
  expect(calls).toHaveLength(1)
  for (let round = 0; round < 8; round += 1) {
    wait(60)
    await run()
  }
  expect(calls).toHaveLength(5)
  expect(files()).toEqual([expect.stringMatching(/\.failed$/)])
})

test('a turn that can never be stored is set aside, and its neighbour is stored', async () => {
  const { run, logged, events, files } = await setUp(async (params) => {
    const turns = params.turns as readonly { role: string }[]
    if (turns.some(({ role }) => role === 'user')) throw new AppError('invalid_params', 'got "Which port"')
    return {}
  })
  await run()
  expect(events[0]?.data).toMatchObject({ turns: 1, rejected: 1 })
  expect(files()).toEqual([expect.stringMatching(/\.rejected$/)])
  expect(logged.join()).toContain('spool_problem')
  expect(logged.join()).not.toContain('Which port')
})

test('a turn over which the store dies at every start is set aside, and the others are taken in', async () => {
  const { run, restart, calls, logged, folder, files } = await setUp(async (params) => {
    const turns = params.turns as readonly { role: string }[]
    if (turns.some(({ role }) => role === 'user')) throw new AppError('unavailable', 'the writer stopped')
    return {}
  })
  let starts = 1
  for (await run(); files().some((name) => name.includes('.claimed-')); await run()) {
    restart()
    starts += 1
    expect(starts, 'it comes to an end').toBeLessThan(10)
  }
  // Once with its neighbour, three times by itself, and then not again.
  expect(starts).toBe(5)
  expect(calls.at(-1)).toEqual({ ...batch, turns: [batch.turns[1]] })
  expect(files()).toEqual(['opencode-ses_1.jsonl.rejected'])
  expect(readFileSync(join(folder, 'opencode-ses_1.jsonl.rejected'), 'utf8')).toContain('Which port')
  expect(logged.join()).not.toContain('Which port')
})
