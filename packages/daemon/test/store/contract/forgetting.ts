import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/kit/limits.ts'
import type { NewMemory, NewStatement } from '../../../src/model/memory.ts'
import { saidDigest } from '../../../src/store/capture-rules.ts'
import type { Store } from '../../../src/store/store.ts'
import { found, frequencies, listed, only, termsOf } from '../support/asking.ts'
import { fact, turn } from '../support/invented.ts'

export function forgettingContract(store: () => Store): void {
  const moved = async (work: () => Promise<unknown>): Promise<boolean> => {
    const before = await store().standingRevision()
    await work()
    return (await store().standingRevision()) !== before
  }

  describe('forgetting', () => {
    it('tells all that would be forgotten, each once', async () => {
      const first = turn({ id: 'first', messageId: 'm1', text: 'one', saidAt: 1 })
      const second = turn({ id: 'second', messageId: 'm1', text: 'two', saidAt: 2 })
      await store().capture([first, second, turn({ id: 'other' })])
      const doomed = await store().withForms(['second', 'first', 'other', 'unknown'])
      expect([...doomed].sort()).toEqual(['first', 'other', 'second'])
      expect([...(await store().forget(['second', 'other'], 9))].sort()).toEqual(['first', 'other', 'second'])
      expect(await store().withForms(['first'])).toEqual([])
    })

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

    it('ends with the memory whose text goes beyond what is asked for, all forms of a message counted', async () => {
      const [a1, a2] = ['first', 'second'].map((id, saidAt) =>
        turn({ id, messageId: 'm1', text: `${id} `.repeat(50), saidAt }),
      ) as [NewMemory, NewMemory]
      const [b, c] = [turn({ id: 'b', text: 'b'.repeat(400) }), turn({ id: 'c', text: 'short' })]
      await store().capture([a1, a2, b, c])
      const ids = ['unknown', 'b', 'second', 'c', 'first']
      const step = () => store().forget(ids, 9, 500)
      expect([...(await step())].sort()).toEqual(['b', 'first', 'second'])
      expect(await step()).toEqual(['c'])
      expect(await step()).toEqual([])
    })

    it('tells which texts were forgotten, by their digests', async () => {
      const long = turn({ text: 'The pass phrase is gorgonzola' })
      const short = turn({ text: 'go on' })
      await store().capture([long, short])
      await store().forget([long.id, short.id], 99)
      const digestOf = (item: NewMemory): string => saidDigest(item).toString('hex')
      const gone = [
        digestOf(turn({ text: 'the pass phrase is  GORGONZOLA.', session: 'ses_9' })),
        digestOf(short),
      ]
      const others = [
        digestOf(turn({ text: 'go on', session: 'ses_2' })),
        digestOf(turn({ text: 'Another' })),
      ]
      expect(await store().forgottenAmong([...others, ...gone])).toEqual(gone)
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

    it('lets what the forgotten had superseded hold again, as though it had never been said', async () => {
      const original = fact({ text: 'Lunch is at noon', pin: 'project' })
      const correction = fact({ text: 'Lunch is at one' })
      await store().capture([original])
      await store().supersede(original.id, correction)
      expect(await moved(() => store().forget([correction.id], 99))).toBe(true)
      expect(await only(store(), original)).toMatchObject({ supersededBy: null, supersededAt: null })
      expect(await listed(store(), { projects: null })).toEqual([original.id])
      expect(await store().stats()).toMatchObject({ superseded: 0, pinned: 1 })
      expect(await store().supersede(original.id, fact({ text: 'Lunch is at two' }))).toMatchObject({
        kind: 'superseded',
      })
    })

    it('gives a turn that holds again back to its session’s title', async () => {
      const request = turn({ text: 'Please paint the boat house red' })
      const correction = fact({ text: 'The boat house stays as it is' })
      await store().capture([request])
      await store().supersede(request.id, correction)
      expect((await store().session(null, 'ses_1'))?.title).toBe('')
      await store().forget([correction.id], 99)
      expect((await store().session(null, 'ses_1'))?.title).toBe(request.text)
    })

    it('leaves superseded what something else stands for', async () => {
      const [noon, one, two] = ['noon', 'one', 'two'].map((id) => fact({ id, text: `Lunch is at ${id}` }))
      await store().capture([noon as NewMemory])
      await store().supersede('noon', one as NewStatement)
      await store().supersede('one', two as NewStatement)
      const { supersededAt } = await only(store(), noon as NewMemory)
      await store().forget(['one'], 99)
      expect(await only(store(), noon as NewMemory)).toMatchObject({ supersededBy: 'two', supersededAt })

      await store().capture([fact({ id: 'noon again', text: 'Lunch is at noon' })])
      await store().forget(['two'], 99)
      expect(await only(store(), noon as NewMemory)).toMatchObject({
        supersededBy: 'noon again',
        supersededAt,
      })
      expect(await listed(store(), { projects: null })).toEqual(['noon again'])
    })

    it('erases every form of a message, whichever is named', async () => {
      const form = (id: string, saidAt: number) =>
        turn({ id, messageId: 'msg_1', text: `secret gorgonzola, form ${id}`, saidAt })
      const elsewhere = turn({ messageId: 'msg_1', session: 'ses_2' })
      await store().capture([form('a', 1), form('b', 2), form('c', 3), elsewhere])
      expect(await store().forget(['b', 'c', 'unknown'], 99)).toEqual(['a', 'b', 'c'])
      expect(await listed(store())).toEqual([elsewhere.id])
      expect(await frequencies(store(), ...termsOf('gorgonzola'))).toEqual([0])
      expect(await store().stats()).toMatchObject({ memories: 1, turns: 1, superseded: 0 })
      const again = await store().capture([form('a', 1), form('c', 3)])
      expect(again.map(({ status }) => status)).toEqual(['refused', 'refused'])
    })

    it('records what was forgotten, by id and number, never its text', async () => {
      const items = Array.from({ length: limits.forgottenIdsPerEventMax + 2 }, (_, index) =>
        turn({ id: `doomed-${index}` }),
      )
      await store().capture(items)
      await store().forget(['unknown'], 98)
      await store().forget(['doomed-0', 'unknown'], 99)
      await store().forget(
        items.map((item) => item.id),
        100,
      )
      const [last, first, ...more] = await store().events({ kind: 'forgotten', limit: 10 })
      expect(first).toEqual({ at: 99, kind: 'forgotten', data: { count: 1, ids: 'doomed-0' } })
      expect(last).toMatchObject({ at: 100, data: { count: limits.forgottenIdsPerEventMax + 1 } })
      expect(String(last?.data.ids).split(' ')).toHaveLength(limits.forgottenIdsPerEventMax)
      expect(more).toEqual([])
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
