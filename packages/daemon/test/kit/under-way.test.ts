import { expect, test } from 'vitest'
import { watchUnderWay } from '../../src/kit/under-way.ts'

test('the last of it is now while any is under way, then when the last one ended, also one that failed', async () => {
  let now = 10
  const watched = watchUnderWay(() => now)
  const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<never>()]
  now = 20
  expect(watched.lastAt()).toBe(10)

  const answers = [watched.during(() => first.promise), watched.during(() => second.promise)]
  now = 30
  first.resolve('done')
  expect(await answers[0]).toBe('done')
  now = 40
  expect(watched.lastAt()).toBe(40)
  second.reject(new Error('failed'))
  await expect(answers[1]).rejects.toThrow('failed')
  now = 50
  expect(watched.lastAt()).toBe(40)
})
