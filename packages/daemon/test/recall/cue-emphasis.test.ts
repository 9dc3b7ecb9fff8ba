import { expect, test } from 'vitest'
import { cueEmphasis } from '../../src/recall/cue-emphasis.ts'
import { usedUpVerb } from '../../src/recall/weights.ts'

test('a verb that is meant with its particle says less, the two together more', () => {
  expect(cueEmphasis('How do we log people in?')).toEqual(
    new Map([
      ['log', usedUpVerb.meaning],
      ['login', usedUpVerb.whole],
    ]),
  )
})

test('a verb that is also meant alone says what it says', () => {
  expect(cueEmphasis('Which logs say how people log in?')).toEqual(new Map([['login', usedUpVerb.whole]]))
})

test.each([
  'Where do we log errors in production?',
  `How do we log people in? ${'It is about the gate. '.repeat(100)}`,
])('all other words, and long texts, are taken as they are', (cue) => {
  expect(cueEmphasis(cue)).toBeUndefined()
})
