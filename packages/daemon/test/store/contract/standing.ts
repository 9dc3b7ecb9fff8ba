import { describe, expect, it } from 'vitest'
import type { NewStatement } from '../../../src/model/memory.ts'
import type { Store } from '../../../src/store/store.ts'
import { found, listed, oldestFirst, only } from '../support/asking.ts'
import { fact, turn } from '../support/invented.ts'

export function standingContract(store: () => Store): void {
  describe('superseding, pinning, relying', () => {
    it('supersedes from when the successor was said', async () => {
      const original = fact({ saidAt: 100 })
      await store().capture([original])
      const successor = fact({ saidAt: 300 })
      expect(await store().supersede(original.id, successor)).toMatchObject({
        kind: 'superseded',
        memory: { id: successor.id, supersededAt: null },
      })
      expect(await only(store(), original)).toMatchObject({ supersededBy: successor.id, supersededAt: 300 })
      expect(await store().supersede('unknown', fact())).toEqual({ kind: 'unknown' })
    })

    it('lists what is relied on, however old, most often first and then the latest', async () => {
      const of = (id: string, saidAt: number, project = 'git:a') => fact({ id, text: id, saidAt, project })
      const turnToo = turn({ id: 'turn', project: 'git:a' })
      await store().capture([of('old', 1), of('newer', 2), of('often', 3), of('idle', 4), turnToo])
      await store().capture([of('elsewhere', 5, 'git:b'), of('replaced', 6)])
      for (const ids of [['old', 'newer', 'often', 'turn', 'elsewhere', 'replaced'], ['often']])
        await store().reinforce(ids, 9)
      await store().supersede('replaced', of('instead', 7))
      const relied = async (projects: string[], limit: number) =>
        (await store().reliedOn(projects, { limit })).map(({ id }) => id)
      expect(await relied(['git:a'], 9)).toEqual(['often', 'newer', 'old'])
      expect(await relied(['git:a', 'git:b'], 2)).toEqual(['often', 'elsewhere'])
      expect(await relied(['git:none'], 9)).toEqual([])
    })

    it('finds a contradiction’s new text', async () => {
      const original = fact({ text: 'The mascot is a walrus' })
      await store().capture([original])
      await store().supersede(original.id, fact({ id: 'new', text: 'The mascot is a narwhal' }))
      expect(await found(store(), 'narwhal')).toEqual(['new'])
      expect(await found(store(), 'walrus')).toEqual([original.id])
      expect((await only(store(), original)).supersededBy).toBe('new')
    })

    it('lets one of several corrections count, and tells the others which', async () => {
      const original = fact()
      await store().capture([original])
      const corrections = ['one', 'two', 'three'].map((id) => fact({ id, text: `no, it is ${id}` }))
      const outcomes = await Promise.all(corrections.map((item) => store().supersede(original.id, item)))
      expect(outcomes).toMatchObject([
        { kind: 'superseded', memory: { id: 'one' } },
        { kind: 'already', by: 'one' },
        { kind: 'already', by: 'one' },
      ])
      expect(await listed(store(), { projects: null })).toEqual(['one'])
      expect((await only(store(), original)).supersededBy).toBe('one')
    })

    it('does not supersede by what was forgotten, or by the same words', async () => {
      const original = fact({ text: 'Backups run at noon.' })
      const barred = fact({ text: 'Backups run at the old mill' })
      await store().capture([original, barred])
      await store().forget([barred.id], 9)
      expect(await store().supersede(original.id, fact({ text: `${barred.text}!` }))).toEqual({
        kind: 'refused',
      })
      expect(await store().supersede(original.id, fact({ text: 'backups run  at noon' }))).toEqual({
        kind: 'same',
      })
      expect((await only(store(), original)).supersededBy).toBeNull()
      expect((await store().stats()).memories).toBe(1)
    })

    it('supersedes by what is held already, and notes that it was said again', async () => {
      const original = fact({ text: 'The mascot is a walrus', saidAt: 10 })
      const held = fact({ text: 'The mascot is a narwhal', saidAt: 20 })
      await store().capture([original, held])
      const again = fact({ text: 'the mascot is a narwhal!', saidAt: 30 })
      expect(await store().supersede(original.id, again)).toMatchObject({
        kind: 'superseded',
        memory: { id: held.id, text: held.text, saidAgain: [30] },
      })
      expect(await only(store(), original)).toMatchObject({ supersededBy: held.id, supersededAt: 30 })
      expect(await store().stats()).toMatchObject({ memories: 2, facts: 2, superseded: 1 })
    })

    it('hands a pin on to what supersedes, unless that says what is pinned', async () => {
      const pinned = ['a', 'b', 'c'].map((id) => fact({ id, text: `pinned ${id}`, pin: 'global' }))
      const held = fact({ text: 'held', pin: 'project' })
      await store().capture([...pinned, held])
      const pinAfter = async (id: string, item: NewStatement): Promise<unknown> => {
        const outcome = await store().supersede(id, item)
        return outcome.kind === 'superseded' ? outcome.memory.pin : outcome
      }
      expect(await pinAfter('a', fact({ text: 'new' }))).toBe('global')
      expect(await pinAfter('b', fact({ text: 'unpinned', pin: null }))).toBeNull()
      expect(await pinAfter('c', fact({ text: 'held' }))).toBe('global')
      expect((await store().stats()).pinned).toBe(2)
    })

    it('tells a pin of the user from one of an agent', async () => {
      const [users, agents] = [fact({ text: 'by the user', pin: 'project' }), fact({ text: 'by an agent' })]
      await store().capture([users, agents])
      expect(await store().pin(agents.id, 'agent')).toBe(true)
      const pinned = async (pin: 'project' | 'agent' | 'any'): Promise<readonly string[]> =>
        (await store().list({ projects: [users.project], pin }, oldestFirst)).map(({ id }) => id)
      expect(await pinned('project')).toEqual([users.id])
      expect(await pinned('agent')).toEqual([agents.id])
      expect(await pinned('any')).toHaveLength(2)
    })

    it('sets and clears pins', async () => {
      const item = turn()
      await store().capture([item])
      expect(await store().pin(item.id, 'global')).toBe(true)
      expect((await only(store(), item)).pin).toBe('global')
      expect(await store().pin(item.id, null)).toBe(true)
      expect((await only(store(), item)).pin).toBeNull()
      expect(await store().pin('unknown', 'global')).toBe(false)
    })

    it('counts reliance', async () => {
      const [a, b] = [turn(), turn()]
      await store().capture([a, b])
      await store().reinforce([a.id], 1)
      const counts = await store().reinforce([a.id, a.id, b.id, 'unknown'], 2)
      expect([...counts]).toEqual([
        [a.id, 2],
        [b.id, 1],
      ])
      expect((await only(store(), a)).reinforced).toBe(2)
    })
  })
}
