// What the next session is given after each invented history: everything wanted, and nothing unwanted but what is known.
import { describe, expect, test } from 'vitest'
import { readHistories } from './histories.ts'
import { judge } from './judging.ts'
import { play } from './playing.ts'

/** Said in one breath with what is still open, or finished in other words than it was asked for. */
const knownMisses = ['Inés has to send the last six photos', 'nächstes Mal noch die Zeitzonen']

describe.each(readHistories().map((history) => [history.name, history] as const))(
  'after the %s history',
  (_, history) => {
    test('the next session is given what matters, and nothing outdated', async () => {
      const { material } = await play(history)
      const { missing, outdated, tokens } = judge(history, material)
      expect(missing).toEqual([])
      expect(outdated.filter((words) => !knownMisses.includes(words))).toEqual([])
      expect(tokens).toBeLessThanOrEqual(1_300)
    })
  },
)
