import { describe, expect, test } from 'vitest'
import { analyseText } from '../../src/text/analyser.ts'
import { joinedVerbEndingAt, phrasalVerbsOf, usedUpVerbs } from '../../src/text/phrasal-verbs.ts'

const wordsOf = (text: string) => analyseText(text).words
const meantIn = (text: string) => phrasalVerbsOf(wordsOf(text)).map(({ whole }) => whole)

describe('in a question', () => {
  test.each([
    ['How do people log in?', 'login'],
    ['How do we log people in?', 'login'],
    ['Who logged me in?', 'login'],
    ['What happens when somebody logs in from a new device?', 'login'],
    ['Which provider do we log in with?', 'login'],
    ['Which users can log in?', 'login'],
    ['Why is the log in page broken?', 'login'],
    ['How does a guest sign in to the portal?', 'signin'],
    ['How do we log users out after a break?', 'logout'],
    ['How do I roll the last release back?', 'rollback'],
    ['Where do we back up customer files to?', 'backup'],
    ['How do I set it up?', 'setup'],
  ])('%j means %s', (text, whole) => {
    expect(meantIn(text)).toEqual([whole])
  })

  test.each([
    'Where do we log errors in production?',
    'Which events do we log in the audit trail?',
    'What do we log on failure?',
    'What do we log in?',
    'Which level do we log on in tests?',
    'Which sign in the lobby is broken?',
    'Which check out of the ten fails most?',
    'How long is the log in the build folder kept?',
    'What time do we go out?',
    'How far back do the logs go?',
    'Is the log of the server in Berlin?',
  ])('%j means the verb alone', (text) => {
    expect(meantIn(text)).toEqual([])
  })

  test('each is named once', () => {
    expect(meantIn('How do I log in, and who may log in?')).toEqual(['login'])
    expect(meantIn('How do I sign up and log in?')).toEqual(['signup', 'login'])
  })

  test.each([
    ['How do we log people in?', ['log']],
    ['Which logs say how people log in?', []],
    ['How do people log in and log out?', ['log']],
  ])('of %j alone say little: %j', (text, verbs) => {
    const words = wordsOf(text)
    expect([...usedUpVerbs(words, phrasalVerbsOf(words))]).toEqual(verbs)
  })
})

test('a memory is read loosely', () => {
  const words = wordsOf('we log errors in production')
  expect(words.map((_, at) => joinedVerbEndingAt(words, at)).filter(Boolean)).toEqual(['login'])
})
