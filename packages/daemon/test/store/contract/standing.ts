import { describe, expect, it } from 'vitest'
import type { Store } from '../../../src/store/store.ts'
import { found, only } from '../support/asking.ts'
import { fact, turn } from '../support/invented.ts'

export function standingContract(store: () => Store): void {
  describe('superseding, pinning, relying', () => {
    it('supersedes from when the successor was said', async () => {
      const original = fact({ saidAt: 100 })
      await store().capture([original])
      const successor = fact({ saidAt: 300 })
      expect(await store().supersede(original.id, successor)).toMatchObject({
        id: successor.id,
        supersededAt: null,
      })
      expect(await only(store(), original)).toMatchObject({ supersededBy: successor.id, supersededAt: 300 })
      expect(await store().supersede('unknown', fact())).toBeNull()
    })

    it('finds a contradiction’s new text', async () => {
      const original = fact({ text: 'The mascot is a walrus' })
      await store().capture([original])
      await store().supersede(original.id, fact({ id: 'new', text: 'The mascot is a narwhal' }))
      expect(await found(store(), 'narwhal')).toEqual(['new'])
      expect(await found(store(), 'walrus')).toEqual([original.id])
      expect((await only(store(), original)).supersededBy).toBe('new')
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
