import { expect, test } from 'vitest'
import { growthOf, handleVerdicts, type Look, memoryVerdict } from './judging.ts'

/** Looks at a run of `calls`, every hundredth of it. */
function run(calls: number, rssMibAfter: (calls: number, place: number) => number): Look[] {
  return Array.from({ length: 101 }, (_, place) => {
    const done = Math.round((calls * place) / 100)
    const rssMib = rssMibAfter(done, place)
    return { minute: place / 10, calls: done, rssMib, peakMib: rssMib, files: 60, threads: 15 }
  })
}

const sawTooth = (place: number): number => (place % 7) * 3
const verdictOf = (looks: readonly Look[]) => memoryVerdict(growthOf(looks))

test('caches that fill up are no leak, however long it takes', () => {
  for (const calls of [10_000, 30_000, 60_000, 300_000]) {
    const filling = run(calls, (done, place) => 200 + Math.min(done, 20_000) / 500 + sawTooth(place))
    expect(verdictOf(filling)).toMatchObject({ isRight: true })
  }
})

test('five kilobytes a call are seen in a short run, half a kilobyte in a long one', () => {
  const leaking = (bytes: number) => (done: number, place: number) =>
    200 + (done * bytes) / 1_048_576 + sawTooth(place)
  expect(verdictOf(run(7_000, leaking(5_000)))).toMatchObject({ isRight: false })
  expect(verdictOf(run(300_000, leaking(500)))).toMatchObject({ isRight: false })
})

test('a run in which nothing was answered says nothing', () => {
  expect(verdictOf(run(0, () => 200))).toMatchObject({ isRight: false })
  expect(growthOf([])).toBeNull()
})

test('descriptors that are not given back are seen', () => {
  const looks = run(10_000, () => 200)
  expect(handleVerdicts(looks).map(({ isRight }) => isRight)).toEqual([true, true])
  const losing = looks.map((look, place) => ({ ...look, files: 60 + place }))
  expect(handleVerdicts(losing).map(({ isRight }) => isRight)).toEqual([false, true])
})
