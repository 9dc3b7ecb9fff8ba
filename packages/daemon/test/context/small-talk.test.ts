import { expect, test } from 'vitest'
import { isAcknowledgement, isAssent } from '../../src/context/small-talk.ts'

test.each(['Yes, go ahead!', 'ok', 'Thank you so much', 'Perfect. Commit', 'Ja, bitte'])(
  '“%s” only assents',
  (text) => {
    expect(isAssent(text)).toBe(true)
  },
)
test.each(['Yes, but on port 8080', 'ok next: rate limit', 'go', 'Great idea about the index'])(
  '“%s” says more',
  (text) => {
    expect(isAssent(text)).toBe(false)
  },
)
test.each(['Understood, Noor.', 'I’ll remember the six photos.', 'Alles klar, ich nehme Poetry.'])(
  '“%s” only says that it was heard',
  (text) => expect(isAcknowledgement(text)).toBe(true),
)
test.each([
  'Noted, I changed `deploy.yaml`.',
  'Okay: the limit is 500.',
  `Understood. ${'And so on. '.repeat(10)}`,
])('“%s” says more than that it was heard', (text) => expect(isAcknowledgement(text)).toBe(false))
test('naming a thing again says nothing where it is known', () => {
  expect(isAcknowledgement('Understood, I will leave `migrations/` alone.', true)).toBe(true)
})
