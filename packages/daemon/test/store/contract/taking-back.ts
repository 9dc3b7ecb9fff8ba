import { describe, expect, it } from 'vitest'
import type { NewMemory } from '../../../src/model/memory.ts'
import type { Store } from '../../../src/store/store.ts'
import { fact, turn } from '../support/invented.ts'

export function takingBackContract(store: () => Store): void {
  const where = { client: 'opencode', session: 'ses_1' }
  const said = (id: string, messageId: string, more: Partial<NewMemory> = {}): NewMemory =>
    turn({ ...where, id, messageId, text: `${id} was said`, ...more })
  const standing = async (): Promise<readonly string[]> => {
    const listed = await store().list({ projects: null }, { limit: 100, order: 'oldest' })
    return listed.map(({ id }) => id).sort()
  }

  describe('taking back', () => {
    it('keeps what a host took back, superseded with nothing in its place, and lets it hold again', async () => {
      await store().capture([said('a', 'm1/p1'), said('b', 'm1/p2'), said('c', 'm2/p1')])
      const before = await store().standingRevision()
      expect(await store().takeBack(where, { messages: ['m1'] }, 5000)).toEqual({ taken: 2, standing: 0 })
      expect(await standing()).toEqual(['c'])
      expect(await store().standingRevision()).not.toBe(before)
      expect((await store().get(['a']))[0]).toMatchObject({ supersededBy: 'a', supersededAt: 5000 })
      expect((await store().stats()).superseded).toBe(2)
      expect(await store().takeBack(where, { messages: ['m1'] }, 6000)).toEqual({ taken: 0, standing: 0 })
      expect(await store().takeBack(where, { restored: ['m1'] }, 7000)).toEqual({ taken: 0, standing: 2 })
      expect((await store().get(['a']))[0]).toMatchObject({ supersededBy: null, supersededAt: null })
      expect((await store().stats()).superseded).toBe(0)
    })

    it('takes back everything from a message on, until the point moves or goes', async () => {
      await store().capture([said('a', 'm1/p1'), said('b', 'm2/p1'), said('c', 'm3/p1')])
      await store().takeBack(where, { from: 'm2' }, 5000)
      expect(await standing()).toEqual(['a'])
      await store().takeBack(where, { from: 'm3' }, 5100)
      expect(await standing()).toEqual(['a', 'b'])
      await store().takeBack(where, { messages: ['m1'] }, 5200)
      await store().takeBack(where, { from: null }, 5300)
      expect(await standing()).toEqual(['b', 'c'])
    })

    it('is true of what arrives later, of another form too, and of no other session', async () => {
      await store().takeBack(where, { messages: ['m1'] }, 5000)
      await store().capture([
        said('late', 'm1/p1', { saidAt: 5 }),
        said('other', 'm1/p1', { session: 'ses_2' }),
        said('later', 'm2/p1'),
      ])
      await store().capture([said('form', 'm1/p1', { text: 'other words', saidAt: 6 })])
      expect(await standing()).toEqual(['later', 'other'])
      await store().takeBack(where, { restored: ['m1'] }, 6000)
      expect(await standing()).toEqual(['form', 'later', 'other'])
      expect((await store().get(['late']))[0]).toMatchObject({ supersededBy: 'form' })
    })

    it('changes neither title nor turns of a session into words that were taken back', async () => {
      await store().capture([
        said('a', 'm1', { text: 'Rewrite it in COBOL', saidAt: 1 }),
        said('b', 'm2', { text: 'Add retries', saidAt: 2 }),
      ])
      await store().takeBack(where, { messages: ['m1'] }, 5000)
      expect(await store().session('opencode', 'ses_1')).toMatchObject({ title: 'Add retries', turnCount: 2 })
    })

    it('leaves what was corrected since, and can be forgotten', async () => {
      await store().capture([said('a', 'm1'), said('b', 'm2')])
      await store().supersede('a', { ...fact({ id: 'f', text: 'It is otherwise' }), messageId: null })
      await store().takeBack(where, { messages: ['m1', 'm2'] }, 5000)
      expect((await store().get(['a']))[0]).toMatchObject({ supersededBy: 'f' })
      expect(await store().forget(['b'], 6000)).toEqual(['b'])
      expect((await store().stats()).superseded).toBe(1)
    })

    it('takes in no turn of a session that was barred, but its texts elsewhere, and facts', async () => {
      const text = 'The same long prompt is pasted into a new session'
      await store().capture([said('a', 'm1', { text })])
      await store().barSession(where, 'gone', 5000)
      await store().forget(['a'], 5000, Number.POSITIVE_INFINITY, false)
      expect(
        await store().capture([
          said('a2', 'm1', { text }),
          said('b', 'm9', { session: 'ses_2', text }),
          fact({ ...where, id: 'f', text: 'Kept expressly' }),
        ]),
      ).toMatchObject([{ status: 'refused', id: 'gone' }, { status: 'inserted' }, { status: 'inserted' }])
      expect(await store().takeBack(where, { messages: ['m1'] }, 6000)).toEqual({ taken: 0, standing: 0 })
    })
  })
}
