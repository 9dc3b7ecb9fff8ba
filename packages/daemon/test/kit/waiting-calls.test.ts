import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { answeredWithin } from '../../src/kit/deadline.ts'
import { AppError } from '../../src/kit/errors.ts'
import { createWaitingCalls } from '../../src/kit/waiting-calls.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const late = () => new AppError('timeout', 'late')
const gone = new AppError('unavailable', 'gone')

describe('calls that wait for an answer', () => {
  function setUp(callsMax = 2) {
    const sent: number[] = []
    const calls = createWaitingCalls(callsMax, () => new AppError('overloaded', 'crowded'))
    return { sent, calls, ask: () => calls.ask((id) => sent.push(id), 100, late) }
  }

  test('each gets its own answer, in whatever order they come', async () => {
    const { sent, calls, ask } = setUp()
    const both = [ask(), ask()]
    calls.answer(sent[1] ?? 0, { value: 'second' })
    calls.answer(sent[0] ?? 0, { error: gone })
    expect(await Promise.allSettled(both)).toEqual([
      { status: 'rejected', reason: gone },
      { status: 'fulfilled', value: 'second' },
    ])
  })

  test('an undefined answer is an answer', async () => {
    const { sent, calls, ask } = setUp()
    const asked = ask()
    calls.answer(sent[0] ?? 0, { value: undefined })
    expect(await asked).toBeUndefined()
  })

  test('one too many is refused unsent, and the place of one that was given up is free again', async () => {
    const { sent, ask } = setUp()
    const early = [ask(), ask()].map((asked) => asked.catch((error) => error.message))
    await expect(ask()).rejects.toThrow('crowded')
    expect(sent).toHaveLength(2)
    vi.advanceTimersByTime(100)
    expect(await Promise.all(early)).toEqual(['late', 'late'])
    void ask().catch(() => {})
    expect(sent).toHaveLength(3)
  })

  test('an answer that comes too late goes nowhere', async () => {
    const { sent, calls, ask } = setUp()
    const asked = ask().catch((error) => error.message)
    vi.advanceTimersByTime(100)
    calls.answer(sent[0] ?? 0, { value: 'at last' })
    expect(await asked).toBe('late')
  })

  test('the end rejects what waits and what is asked after it, with the first reason', async () => {
    const { sent, calls, ask } = setUp()
    const waiting = ask()
    calls.end(gone)
    calls.end(new AppError('unavailable', 'gone again'))
    await expect(waiting).rejects.toBe(gone)
    await expect(ask()).rejects.toBe(gone)
    expect(sent).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('what cannot be sent rejects, and nothing waits for it', async () => {
    const { calls } = setUp(1)
    const unsendable = () => {
      throw new Error('cannot be cloned')
    }
    for (let round = 0; round < 2; round++) {
      await expect(calls.ask(unsendable, 100, late)).rejects.toThrow('cannot be cloned')
    }
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('an answer in time', () => {
  test('is the answer, and leaves no timer', async () => {
    expect(await answeredWithin(Promise.resolve('here'), 100, late)).toBe('here')
    await expect(answeredWithin(Promise.reject(gone), 100, late)).rejects.toBe(gone)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('or the error of being late', async () => {
    const never = answeredWithin(Promise.withResolvers().promise, 100, late).catch((error) => error.message)
    vi.advanceTimersByTime(100)
    expect(await never).toBe('late')
  })
})
