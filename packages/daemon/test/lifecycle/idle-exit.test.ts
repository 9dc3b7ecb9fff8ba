// A daemon that nobody uses leaves; one that anybody uses stays.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchActivity } from '../../src/dispatch/activity.ts'
import { createIdleExit } from '../../src/lifecycle/idle-exit.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const idleMs = 60_000
const now = () => Date.now()

function daemon() {
  const state = { connections: 0, left: 0 }
  const activity = watchActivity(async () => ({}), now)
  const service = createIdleExit({
    idleMs,
    connections: () => state.connections,
    lastAskedAt: activity.lastAskedAt,
    now,
    leave: () => (state.left += 1),
  })
  return { state, service, activity }
}

test('leaves once, after the time without connection and question', async () => {
  const { state, service } = daemon()
  await service.start()
  await vi.advanceTimersByTimeAsync(idleMs - 1_000)
  expect(state.left).toBe(0)
  await vi.advanceTimersByTimeAsync(idleMs * 5)
  expect(state.left).toBe(1)
  await service.stop()
})

test('stays while a connection is held, and counts from its end', async () => {
  const { state, service } = daemon()
  await service.start()
  state.connections = 1
  await vi.advanceTimersByTimeAsync(idleMs * 3)
  state.connections = 0
  await vi.advanceTimersByTimeAsync(idleMs - 20_000)
  expect(state.left).toBe(0)
  await vi.advanceTimersByTimeAsync(40_000)
  expect(state.left).toBe(1)
  await service.stop()
})

test('a question counts, the daemon’s own do not', async () => {
  const { state, service, activity } = daemon()
  await service.start()
  const ask = (transport: 'http' | 'internal') =>
    activity.dispatch('status', {}, { transport, requestId: 'r' })
  await vi.advanceTimersByTimeAsync(idleMs / 2)
  await ask('http')
  await vi.advanceTimersByTimeAsync(idleMs / 2 + 10_000)
  expect(state.left).toBe(0)
  await ask('internal')
  await vi.advanceTimersByTimeAsync(idleMs / 2)
  expect(state.left).toBe(1)
  await service.stop()
})

test('does not leave after it was stopped', async () => {
  const { state, service } = daemon()
  await service.start()
  await service.stop()
  await vi.advanceTimersByTimeAsync(idleMs * 3)
  expect(state.left).toBe(0)
})
