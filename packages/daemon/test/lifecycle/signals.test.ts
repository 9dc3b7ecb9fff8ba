import { expect, test, vi } from 'vitest'
import { AppError } from '../../src/kit/errors.ts'
import { limits } from '../../src/kit/limits.ts'
import { silentLog } from '../../src/kit/log.ts'
import { createFatal, failOnUnhandled, stopOnSignals } from '../../src/lifecycle/signals.ts'

function fakeProcess() {
  const listeners = new Map<string, (argument?: unknown) => void>()
  const exits: number[] = []
  const written: string[] = []
  return {
    exits,
    written,
    handle: {
      on: (event: string, listener: (...args: never[]) => void) =>
        listeners.set(event, listener as () => void),
      exit: (code: number) => void exits.push(code),
      stderr: { write: (text: string) => written.push(text) },
    },
    emit(event: string, argument?: unknown) {
      const listener = listeners.get(event)
      if (listener === undefined) throw new Error(`nobody listens for ${event}`)
      listener(argument)
    },
  }
}

function stoppable() {
  const fake = fakeProcess()
  let nowMs = 1_000
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const stop = vi.fn(() => promise)
  stopOnSignals({ process: fake.handle, log: silentLog, now: () => nowMs, stop })
  return { ...fake, stop, resolve, reject, later: (ms: number) => (nowMs += ms) }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s stops, then exits with 0', async (signal) => {
  const { emit, exits, stop, resolve } = stoppable()
  emit(signal)
  expect(stop).toHaveBeenCalledOnce()
  await settled()
  expect(exits).toEqual([])
  resolve()
  await settled()
  expect(exits).toEqual([0])
})

test('the same Ctrl-C, passed on by the terminal and by npm, is one', async () => {
  const { emit, exits, stop, later } = stoppable()
  emit('SIGINT')
  later(limits.secondSignalMsMin - 1)
  emit('SIGINT')
  expect(stop).toHaveBeenCalledOnce()
  expect(exits).toEqual([])
})

test('a second signal exits at once', () => {
  const { emit, exits, later } = stoppable()
  emit('SIGTERM')
  later(limits.secondSignalMsMin)
  emit('SIGINT')
  expect(exits).toEqual([130])
})

test('a stop that fails exits with 1', async () => {
  const { emit, exits, reject } = stoppable()
  emit('SIGTERM')
  reject(new Error('x'))
  await settled()
  expect(exits).toEqual([1])
})

test('a stop that never ends is ended', () => {
  vi.useFakeTimers()
  try {
    const { emit, exits, written } = stoppable()
    emit('SIGTERM')
    vi.advanceTimersByTime(limits.stopMsMax - 1)
    expect(exits).toEqual([])
    vi.advanceTimersByTime(1)
    expect(exits).toEqual([1])
    expect(written.join('')).toContain('stopping took too long')
  } finally {
    vi.useRealTimers()
  }
})

test.each(['uncaughtException', 'unhandledRejection'])('%s ends the process with a message', (event) => {
  const { handle, emit, exits, written } = fakeProcess()
  failOnUnhandled(handle, createFatal(handle, silentLog))
  emit(event, new AppError('store_corrupt', 'the store is damaged; restore a backup'))
  expect(exits).toEqual([1])
  expect(written).toEqual(['iai-mcp: the daemon stopped: the store is damaged; restore a backup\n'])
})

test('an error that is not ours is not quoted', () => {
  const { handle, emit, written } = fakeProcess()
  failOnUnhandled(handle, createFatal(handle, silentLog))
  emit('uncaughtException', new Error('what Ada said'))
  expect(written.join('')).not.toContain('Ada')
})
