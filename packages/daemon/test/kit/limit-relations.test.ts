import { expect, test } from 'vitest'
import { assertLimitRelations } from '../../src/kit/limit-relations.ts'

test('the limits hang together', () => {
  expect(assertLimitRelations).not.toThrow()
})
