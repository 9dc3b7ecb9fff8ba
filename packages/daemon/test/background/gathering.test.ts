import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createGathering, type Gathering } from '../../src/background/gathering.ts'
import { limits } from '../../src/kit/limits.ts'

let now: number
let stopping: AbortController
let gathering: Gathering

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  now = 0
  stopping = new AbortController()
  gathering = createGathering(() => now, stopping.signal)
})
afterEach(() => void vi.useRealTimers())

async function pass(ms: number): Promise<void> {
  now += ms
  await vi.advanceTimersByTimeAsync(ms)
}

/** Whether `wait` is over. */
function watch(wait: Promise<void>): { isOver: boolean } {
  const seen = { isOver: false }
  void wait.then(() => {
    seen.isOver = true
  })
  return seen
}

test('every wait ends at once when the service stops, and leaves nothing behind', async () => {
  gathering.grown()
  const waits = [gathering.untilQuiet(), gathering.untilGrown(), gathering.pause(60_000)]
  const seen = waits.map(watch)
  await pass(1)
  expect(seen).toEqual(waits.map(() => ({ isOver: false })))
  stopping.abort()
  await Promise.all(waits)
  await gathering.pause(60_000)
  expect(getEventListeners(stopping.signal, 'abort')).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

test('quiet begins when nothing has come for a while, or has come for long', async () => {
  gathering.grown()
  const short = watch(gathering.untilQuiet())
  await pass(limits.embedGatherMs - 1)
  expect(short.isOver).toBe(false)
  await pass(1)
  expect(short.isOver).toBe(true)

  gathering.grown()
  const long = watch(gathering.untilQuiet())
  for (let ms = 1; ms < limits.embedGatherMsMax; ms += 1) {
    gathering.grown()
    await pass(1)
  }
  expect(long.isOver).toBe(false)
  await pass(1)
  expect(long.isOver).toBe(true)
})

test('what came since quiet was last waited for is not waited for', async () => {
  await gathering.untilQuiet()
  gathering.grown()
  await gathering.untilGrown()
  await pass(limits.embedGatherMs)
  await gathering.untilQuiet()
  const next = watch(gathering.untilGrown())
  await pass(60_000)
  expect(next.isOver).toBe(false)
  gathering.grown()
  await pass(0)
  expect(next.isOver).toBe(true)
})
