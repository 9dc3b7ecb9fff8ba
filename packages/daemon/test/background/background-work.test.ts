import { expect, test, vi } from 'vitest'
import { type BackgroundTask, createBackgroundWork } from '../../src/background/background-work.ts'
import { type Log, silentLog } from '../../src/kit/log.ts'

function task(name: string, story: string[], run: BackgroundTask['run'] = async () => {}): BackgroundTask {
  return {
    name,
    async run(signal) {
      story.push(name)
      await run(signal)
    },
  }
}

test('runs on start and then every so often, not while paused', async () => {
  vi.useFakeTimers()
  try {
    const story: string[] = []
    const work = createBackgroundWork({ tasks: [task('a', story)], everyMs: 1_000, log: silentLog })
    await work.start()
    await vi.advanceTimersByTimeAsync(2_500)
    expect(story).toHaveLength(3)
    work.pause()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(story).toHaveLength(3)
    work.resume()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(story).toHaveLength(4)
    await work.stop()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(story).toHaveLength(4)
  } finally {
    vi.useRealTimers()
  }
})

test('a failing task is said and does not keep the next one', async () => {
  const story: string[] = []
  const said: unknown[] = []
  const log: Log = { ...silentLog, error: (event, _, fields) => said.push([event, fields]) }
  const failing = task('a', story, async () => {
    throw new Error('x')
  })
  const work = createBackgroundWork({ tasks: [failing, task('b', story)], everyMs: 1_000_000, log })
  await work.runNow()
  expect(story).toEqual(['a', 'b'])
  expect(said).toEqual([['background_task_failed', { task: 'a' }]])
})

test('runs never overlap', async () => {
  let running = 0
  let most = 0
  const busy = task('a', [], async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
  })
  const work = createBackgroundWork({ tasks: [busy], everyMs: 1_000_000, log: silentLog })
  await Promise.all([work.runNow(), work.runNow(), work.runNow()])
  expect(most).toBe(1)
})

test('a slow run is not followed by one for every time that passed, or for everyone who asked', async () => {
  vi.useFakeTimers()
  try {
    const story: string[] = []
    let finish = (): void => {}
    const slow = task('a', story, () => new Promise((resolve) => (finish = resolve)))
    const work = createBackgroundWork({ tasks: [slow], everyMs: 1_000, log: silentLog })
    await work.start()
    await vi.advanceTimersByTimeAsync(10_500)
    const asked = [work.runNow(), work.runNow(), work.runNow()]
    expect(story).toHaveLength(1)
    finish()
    await vi.advanceTimersByTimeAsync(1)
    expect(story).toHaveLength(2)
    finish()
    await Promise.all(asked)
    await vi.advanceTimersByTimeAsync(400)
    expect(story).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(200)
    expect(story).toHaveLength(3)
    finish()
    await work.stop()
  } finally {
    vi.useRealTimers()
  }
})

test('stopping tells the task under way and waits for it; later ones do not begin', async () => {
  const story: string[] = []
  const waiting = task(
    'a',
    story,
    (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
  )
  const work = createBackgroundWork({
    tasks: [waiting, task('b', story)],
    everyMs: 1_000_000,
    log: silentLog,
  })
  await work.start()
  await work.stop()
  expect(story).toEqual(['a'])
})
