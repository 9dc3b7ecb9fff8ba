import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scoreLines, wordsOfComponent } from '../../src/cli/score-words.ts'
import { weights } from '../../src/recall/weights.ts'

test('every piece of evidence has words, and the guide has the same', () => {
  expect(Object.keys(wordsOfComponent).toSorted()).toEqual(Object.keys(weights).toSorted())
  const guide = readFileSync(new URL('../../../../docs/guide/recall.md', import.meta.url), 'utf8')
  const rows = [...guide.matchAll(/^\| `(\w+)` +\| (.+?) +\|$/gmu)].map(([, name, words]) => [name, words])
  expect(Object.fromEntries(rows)).toEqual(wordsOfComponent)
})

test('a score is told most first, without what added nothing', () => {
  const components = { user: 0.3, phrase: 0, doubt: -0.4, 'not known here': 0.1 }
  expect(scoreLines({ score: 0, relevance: 0.123, components }, 0.33)).toEqual([
    ['  score 0.000, made of:'],
    ['    -0.400  taken off again: so few words in common may be chance (doubt)'],
    ['    +0.300  said by the user (user)'],
    ['    +0.100  other evidence (not known here)'],
    ['  relevance 0.12; 0.33 is needed by the best'],
  ])
})
