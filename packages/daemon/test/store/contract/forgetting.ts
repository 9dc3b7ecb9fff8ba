import { describe, expect, it } from 'vitest'
import type { Store } from '../../../src/store/store.ts'
import { found, frequencies, listed, only, termsOf } from '../support/asking.ts'
import { fact, turn } from '../support/invented.ts'

export function forgettingContract(store: () => Store): void {
  describe('forgetting', () => {
    it('erases a memory and does not take its text in again', async () => {
      const item = turn({ text: 'The pass phrase is gorgonzola' })
      const kept = turn({ text: 'Something else about cheese' })
      await store().capture([item, kept])
      expect(await store().forget(['unknown', item.id, item.id], 99)).toEqual([item.id])
      expect(await store().get([item.id, kept.id])).toHaveLength(1)
      expect(await found(store(), 'gorgonzola')).toEqual([])
      expect(await frequencies(store(), ...termsOf('gorgonzola', 'cheese'))).toEqual([0, 1])
      expect(
        await store().capture([
          turn({ text: 'the pass phrase is  GORGONZOLA.', session: 'ses_9', client: 'codex' }),
          fact({ text: item.text }),
        ]),
      ).toEqual([
        { status: 'refused', id: item.id },
        { status: 'refused', id: item.id },
      ])
    })

    it('bars a short turn from its own session only', async () => {
      const item = turn({ text: 'go on' })
      await store().capture([item])
      await store().forget([item.id], 99)
      const outcomes = await store().capture([
        turn({ text: 'Go on.' }),
        turn({ text: 'go on', session: 'ses_2' }),
      ])
      expect(outcomes.map((outcome) => outcome.status)).toEqual(['refused', 'inserted'])
    })

    it('leaves what was superseded superseded', async () => {
      const original = fact()
      await store().capture([original])
      const successor = fact({ text: 'a correction that is itself taken back' })
      await store().supersede(original.id, successor)
      await store().forget([successor.id], 99)
      expect(await only(store(), original)).toMatchObject({ supersededBy: successor.id })
      expect(await listed(store(), { projects: null })).toEqual([])
    })

    it('takes the title of a session back to what is left, and the session with its last memory', async () => {
      const first = turn({ text: 'Please move the zeppelin hangar', saidAt: 1 })
      const second = turn({ text: 'Please paint the boat house', saidAt: 2 })
      await store().capture([first, second])
      await store().forget([first.id], 99)
      expect(await store().session(null, 'ses_1')).toMatchObject({
        title: 'Please paint the boat house',
        startedAt: 2,
        turnCount: 1,
      })
      await store().forget([second.id], 99)
      expect(await store().session(null, 'ses_1')).toBeNull()
      expect(await store().sessions({ projects: null, limit: 10 })).toEqual([])
    })
  })
}
