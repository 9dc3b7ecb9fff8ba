// A bridge ends when its host is gone, also when nobody closes its input and nobody ever was its parent but the reaper.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchHost } from '../../src/cli/bridge/host-watch.ts'

let parent = 0
let ended = 0
const watch = () =>
  watchHost({
    parent: () => parent,
    gone() {
      ended += 1
    },
  })

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] })
  parent = 4_711
  ended = 0
})
afterEach(() => void vi.useRealTimers())

test('a host that is killed is gone within seconds', () => {
  watch().heard()
  vi.advanceTimersByTime(60 * 60_000)
  expect(ended).toBe(0)
  parent = 1
  vi.advanceTimersByTime(2_000)
  expect(ended).toBe(1)
  vi.advanceTimersByTime(60 * 60_000)
  expect(ended).toBe(1)
})

test.each([
  ['init', 1],
  ['another reaper, as a desktop session has one', 1_234],
])('one that was killed before the bridge came up is gone in the end, with %s as parent', (_, reaper) => {
  parent = reaper
  watch()
  vi.advanceTimersByTime(5 * 60_000 - 1)
  expect(ended).toBe(0)
  vi.advanceTimersByTime(1)
  expect(ended).toBe(1)
})

test('one that runs as the first process of a container may be silent after it was heard', () => {
  parent = 1
  const host = watch()
  vi.advanceTimersByTime(4 * 60_000)
  host.heard()
  vi.advanceTimersByTime(24 * 60 * 60_000)
  expect(ended).toBe(0)
})
