import { describe, expect, it } from 'vitest'
import type { Store } from '../../../src/store/store.ts'
import { everything, listed, oldestFirst } from '../support/asking.ts'
import { fact, turn } from '../support/invented.ts'

export function listingContract(store: () => Store): void {
  describe('listing', () => {
    it('goes through all memories in pages, either way', async () => {
      const items = [30, 10, 20, 20, 40].map((saidAt) => turn({ saidAt }))
      await store().capture(items)
      const ids = items.map((item) => item.id)
      const byTime = [1, 2, 3, 0, 4].map((index) => ids[index])
      for (const order of ['oldest', 'newest'] as const) {
        const seen: string[] = []
        for (let after: string | undefined; ; after = seen.at(-1)) {
          const page = await store().list(everything, { limit: 2, order, after })
          if (page.length === 0) break
          seen.push(...page.map((memory) => memory.id))
        }
        expect(seen).toEqual(order === 'oldest' ? byTime : byTime.toReversed())
      }
    })

    it('ends a page where its texts grow too long, but never before the second memory', async () => {
      const texts = [10, 10, 10, 90, 10].map((length) => 'x'.repeat(length))
      await store().capture(texts.map((text, saidAt) => turn({ text, saidAt })))
      const lengths = async (charsMax: number, limit: number, filter = everything) =>
        (await store().list(filter, { limit, order: 'oldest', charsMax })).map(({ text }) => text.length)
      expect(await lengths(20, 9)).toEqual([10, 10, 10])
      expect(await lengths(29, 2)).toEqual([10, 10])
      expect(await lengths(5, 9)).toEqual([10, 10])
      expect(await lengths(1_000, 9)).toEqual([10, 10, 10, 90, 10])
      const { project } = turn()
      expect(await lengths(20, 9, { ...everything, projects: [project, 'global'] })).toEqual([10, 10, 10])
    })

    it('applies every filter', async () => {
      const plain = turn({ id: 'plain', saidAt: 100 })
      await store().capture([
        plain,
        turn({ id: 'other-project', project: 'git:example.org/ada/blog', saidAt: 200 }),
        turn({ id: 'other-session', session: 'ses_2', saidAt: 300 }),
        turn({ id: 'other-client', client: 'codex', saidAt: 400 }),
        turn({ id: 'assistant', role: 'assistant', trust: 'assistant', saidAt: 500 }),
        fact({ id: 'fact', saidAt: 600 }),
        turn({ id: 'pinned', pin: 'project', saidAt: 700 }),
        fact({ id: 'pinned-global', pin: 'global', project: 'global', saidAt: 800 }),
      ])
      const successor = turn({ id: 'successor', saidAt: 900, session: 'ses_3' })
      await store().supersede('plain', { ...successor, messageId: null })
      const project = plain.project
      expect(await listed(store(), { projects: ['git:example.org/ada/blog'] })).toEqual(['other-project'])
      expect(await listed(store(), { projects: ['global', 'git:example.org/ada/blog'] })).toEqual([
        'other-project',
        'pinned-global',
      ])
      expect(await listed(store(), { projects: ['git:nowhere'] })).toEqual([])
      expect(await listed(store(), { projects: [] })).toEqual([])
      expect(await listed(store(), { projects: [project], trusts: ['assistant', 'tool'] })).toEqual([
        'assistant',
      ])
      expect(await listed(store(), { projects: ['global'], kinds: ['fact'], trusts: ['assistant'] })).toEqual(
        [],
      )
      expect(await listed(store(), { projects: null, session: 'ses_2' })).toEqual(['other-session'])
      expect(await listed(store(), { projects: [project], session: 'ses_1', client: 'codex' })).toEqual([
        'other-client',
      ])
      expect(await listed(store(), { projects: null, client: 'codex' })).toEqual(['other-client'])
      expect(await listed(store(), { projects: null, roles: ['assistant', 'note'] })).toEqual([
        'assistant',
        'fact',
        'pinned-global',
      ])
      expect(await listed(store(), { projects: [project], kinds: ['fact'] })).toEqual(['fact'])
      expect(await listed(store(), { projects: null, kinds: ['fact', 'summary'] })).toEqual([
        'fact',
        'pinned-global',
      ])
      expect(await listed(store(), { projects: null, pin: 'any' })).toEqual(['pinned', 'pinned-global'])
      expect(await listed(store(), { projects: null, pin: 'global' })).toEqual(['pinned-global'])
      expect(await listed(store(), { projects: [project], pin: 'project' })).toEqual(['pinned'])
      expect(await listed(store(), { projects: null, since: 300, until: 500 })).toEqual([
        'other-session',
        'other-client',
      ])
      expect(
        await listed(store(), { projects: null, session: 'ses_1', until: 500, roles: ['user'] }),
      ).toEqual(['other-project', 'other-client'])
      expect(await listed(store(), { projects: null, until: 200, currentOnly: false })).toEqual(['plain'])
      expect(await listed(store(), { projects: null, until: 200 })).toEqual([])
    })

    it('goes on where it was, also when the memory that stood there is forgotten meanwhile', async () => {
      const items = Array.from({ length: 6 }, (_, index) => turn({ id: `at-${index}`, saidAt: 7 }))
      await store().capture(items)
      for (const order of ['oldest', 'newest'] as const) {
        const first = await store().list(everything, { limit: 2, order })
        const last = first.at(-1)
        await store().forget([last?.id ?? ''], 99)
        const rest = await store().list(everything, { limit: 9, order, after: last?.cursor })
        const ids = order === 'oldest' ? ['at-2', 'at-3', 'at-4', 'at-5'] : ['at-3', 'at-2', 'at-0']
        expect(rest.map((memory) => memory.id)).toEqual(ids)
      }
    })

    it('says so when the memory to continue after is gone', async () => {
      await expect(store().list(everything, { ...oldestFirst, after: 'gone' })).rejects.toMatchObject({
        code: 'not_found',
      })
    })

    it('gives memories by id in the order asked for', async () => {
      const items = [turn(), turn(), turn()]
      await store().capture(items)
      const asked = [items[2]?.id ?? '', 'unknown', items[0]?.id ?? '', '\ud800']
      expect((await store().get(asked)).map((memory) => memory.id)).toEqual([asked[0], asked[2]])
    })

    it('ends what is asked for by id where a page would end', async () => {
      const items = [10, 10, 10, 90, 10].map((length) => turn({ text: 'x'.repeat(length) }))
      await store().capture(items)
      const ids = items.map(({ id }) => id)
      const lengths = async (charsMax: number) =>
        (await store().get(ids, charsMax)).map(({ text }) => text.length)
      expect(await lengths(20)).toEqual([10, 10, 10])
      expect(await lengths(5)).toEqual([10, 10])
      expect(await lengths(1_000)).toEqual([10, 10, 10, 90, 10])
    })
  })
}
