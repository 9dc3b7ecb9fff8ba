import { expect, test } from 'vitest'
import { surfaceFlags, surfaceOf } from '../../src/text/surface.ts'

test.each([
  ['hasNumber', 'we need three replicas', 'we need replicas'],
  ['hasNumber', 'port 8080', 'the port'],
  ['hasTime', 'deployed last Tuesday', 'deployed to staging'],
  ['hasName', 'ask Priya about it', 'Ask about it'],
  ['endsWithQuestion', 'is it done?  ', 'is it done? yes.'],
  ['endsWithQuestion', '完了しましたか？', '完了しました'],
  ['statesWish', 'Always use tabs', 'use tabs'],
  ['statesWish', 'I prefer small commits', 'small commits'],
] as const)('%s: %s', (flag, holds, doesNot) => {
  expect(surfaceOf(holds) & surfaceFlags[flag]).not.toBe(0)
  expect(surfaceOf(doesNot) & surfaceFlags[flag]).toBe(0)
})
