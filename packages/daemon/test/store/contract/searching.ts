import { describe, expect, it } from 'vitest'
import type { Store } from '../../../src/store/store.ts'
import { everything, found, termsOf } from '../support/asking.ts'
import { turn } from '../support/invented.ts'

export function searchingContract(store: () => Store): void {
  describe('searching', () => {
    it('finds passages that hold all terms of a group, or a phrase', async () => {
      await store().capture([
        turn({ id: 'both', text: 'the walrus and the carpenter walked' }),
        turn({ id: 'one', text: 'a walrus alone' }),
        turn({ id: 'apart', text: 'the carpenter met a walrus' }),
      ])
      const search = async (groups: string[][], phrases: string[][] = []) =>
        (
          await store().search({
            filter: everything,
            groups: groups.map((words) => termsOf(...words)),
            phrases: phrases.map((words) => termsOf(...words)),
            limit: 10,
          })
        ).candidates
          .map((candidate) => candidate.memory.id)
          .toSorted()
      expect(await search([['walrus', 'carpenter']])).toEqual(['apart', 'both'])
      expect(await search([['carpenter'], ['alone']])).toEqual(['apart', 'both', 'one'])
      expect(await search([], [['walrus', 'and', 'the', 'carpenter']])).toEqual(['both'])
      expect(await search([], [])).toEqual([])
      expect(await search([[]], [[]])).toEqual([])
    })

    it('gives the passage, its terms and a score, best first, within the limit', async () => {
      await store().capture([
        turn({ id: 'dense', text: 'walrus walrus walrus' }),
        turn({ id: 'thin', text: `walrus ${'and many other words '.repeat(5)}` }),
        ...Array.from({ length: 8 }, () => turn({ text: 'nothing of the kind' })),
      ])
      const { candidates } = await store().search({
        filter: everything,
        groups: [termsOf('walrus')],
        phrases: [],
        limit: 10,
      })
      expect(candidates.map((candidate) => candidate.memory.id)).toEqual(['dense', 'thin'])
      expect(candidates[0]).toMatchObject({ start: 0, end: 20, terms: termsOf('walrus', 'walrus', 'walrus') })
      expect(candidates[0]?.bm25).toBeGreaterThan(candidates[1]?.bm25 ?? 0)
      const one = await store().search({
        filter: everything,
        groups: [termsOf('walrus')],
        phrases: [],
        limit: 1,
      })
      expect(one.candidates).toHaveLength(1)
    })

    it('searches within the filter only', async () => {
      await store().capture([
        turn({ id: 'here', text: 'walrus' }),
        turn({ id: 'there', text: 'walrus', project: 'git:other', session: 'ses_2' }),
      ])
      expect(await found(store(), 'walrus', { projects: ['git:other'] })).toEqual(['there'])
      expect(await found(store(), 'walrus', { projects: null, session: 'ses_1' })).toEqual(['here'])
      expect(await found(store(), 'walrus', { projects: null, roles: ['tool'] })).toEqual([])
      expect(await found(store(), 'walrus', { projects: ['git:unknown'] })).toEqual([])
    })

    it.each(['"', "don't", 'a"b OR c*', 'NEAR(x y)', 'x:y', '-x', '^x', '{x}', '\0', '😀', '\ud800', 'ÄÖ'])(
      'takes %j for a word, not for syntax',
      async (term) => {
        await store().capture([turn({ text: 'plain words' })])
        const request = { filter: everything, groups: [[term, term]], phrases: [[term]], limit: 5 }
        expect(await store().search(request)).toEqual({ candidates: [] })
        expect((await store().termStats([term])).frequency).toEqual(new Map([[term, 0]]))
      },
    )

    it('counts passages and terms', async () => {
      expect(await store().termStats(['x'])).toEqual({
        passages: 0,
        averageTerms: 0,
        frequency: new Map([['x', 0]]),
      })
      await store().capture([turn({ text: 'walrus walrus' }), turn({ text: 'walrus carpenter ship wax' })])
      expect(await store().termStats([...termsOf('walrus', 'ship')])).toEqual({
        passages: 2,
        averageTerms: 3,
        frequency: new Map([
          [termsOf('walrus')[0], 2],
          [termsOf('ship')[0], 1],
        ]),
      })
    })
  })
}
