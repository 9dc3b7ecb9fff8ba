import { describe, expect, it } from 'vitest'
import type { NewMemory } from '../../../src/model/memory.ts'
import { sessionKey } from '../../../src/model/session.ts'
import type { ChangedSession, DerivedKind, DerivedRow } from '../../../src/store/derived.ts'
import type { Store } from '../../../src/store/store.ts'
import { fact, turn } from '../support/invented.ts'

const shop = 'git:example.org/ada/shop'

function row(id: string, sources: readonly NewMemory[], changes: Partial<DerivedRow> = {}): DerivedRow {
  const body = JSON.stringify(sources.map((source) => source.text))
  return {
    kind: 'fact',
    id,
    project: shop,
    rank: 1,
    sources: sources.map((source) => source.id),
    body,
    ...changes,
  }
}

export function derivingContract(store: () => Store): void {
  const allChanged = (): Promise<readonly ChangedSession[]> =>
    store().changedSessions({ silentSince: Number.POSITIVE_INFINITY, limit: 100 })
  const changedNames = async (): Promise<readonly string[]> =>
    (await allChanged()).map(({ session }) => session.session)
  const changedProjects = async (): Promise<readonly string[]> =>
    (await store().changedProjects(100)).map(({ project }) => project)
  const put = (...rows: readonly DerivedRow[]): Promise<boolean> =>
    store().applyDerived({ put: rows, remove: [], standing: false })
  const listed = async (kind: DerivedKind = 'fact'): Promise<readonly string[]> =>
    (await store().derived({ kind, project: shop, limit: 100, unranked: true })).map(({ id }) => id)

  /** Marks every session and project as up to date. */
  async function settle(): Promise<void> {
    for (const session of await allChanged()) {
      await store().applyDerived({ put: [], remove: [], session, standing: false })
    }
    for (const project of await store().changedProjects(100)) {
      await store().applyDerived({ put: [], remove: [], project, standing: false })
    }
    expect([await changedNames(), await changedProjects()]).toEqual([[], []])
  }

  describe('what is derived', () => {
    it('is listed by rank, then by id, in pages, without a rank last and only when asked for', async () => {
      const said = turn()
      await store().capture([said])
      const ranks: [string, number | null][] = [
        ['c', 2],
        ['b', 2],
        ['top', 1e15 + 5],
        ['y', null],
        ['x', null],
      ]
      expect(await put(...ranks.map(([id, rank]) => row(id, [said], { rank })))).toBe(true)
      const page = { kind: 'fact', project: shop, limit: 100 } as const
      const ids = async (query: Parameters<Store['derived']>[0]): Promise<readonly string[]> =>
        (await store().derived(query)).map(({ id }) => id)
      expect(await ids(page)).toEqual(['top', 'b', 'c'])
      expect(await ids({ ...page, unranked: true })).toEqual(['top', 'b', 'c', 'x', 'y'])
      expect(await ids({ ...page, unranked: true, limit: 2, after: { rank: 2, id: 'b' } })).toEqual([
        'c',
        'x',
      ])
      expect(await ids({ ...page, unranked: true, after: { rank: null, id: 'x' } })).toEqual(['y'])
      expect(await ids({ ...page, kind: 'thread' })).toEqual([])
      expect(await ids({ ...page, project: 'git:elsewhere' })).toEqual([])
      const { sources: _, ...kept } = row('b', [said], { rank: 2 })
      expect(
        await store().derivedRows([
          { kind: 'fact', id: 'b' },
          { kind: 'thread', id: 'b' },
        ]),
      ).toEqual([kept])
    })

    it('is found by the memories it quotes', async () => {
      const [a, b, c] = [turn(), turn(), turn()]
      await store().capture([a, b, c])
      const correction = row('older newer', [a, b], { kind: 'correction', rank: 3 })
      await put(row('f', [a]), correction, row('e', [b]), row('p', [c], { kind: 'proposal' }))
      const found = async (kinds: readonly DerivedKind[], ...memories: readonly string[]) =>
        (await store().derivedQuoting({ kinds, memories })).map(({ id }) => id)
      expect(await found(['fact', 'correction'], a.id, b.id)).toEqual(['e', 'f', 'older newer'])
      expect(await found(['correction', 'proposal'], a.id, 'unknown')).toEqual(['older newer'])
      expect(await found(['correction'], c.id)).toEqual([])
      expect(await found(['correction'])).toEqual([])
      const { sources: _, ...kept } = correction
      expect(await store().derivedQuoting({ kinds: ['correction'], memories: [b.id] })).toEqual([kept])
    })

    it('is thrown away under other rules, but not what the user dismissed', async () => {
      const said = turn({ id: 'd1' })
      await store().capture([said])
      const row = { id: 'x', project: said.project, rank: null, sources: ['d1'], body: '{}' }
      const put = [
        { ...row, kind: 'dismissal' as const },
        { ...row, kind: 'proposal' as const },
      ]
      await store().applyDerived({ put, remove: [], standing: false })
      expect((await store().changedProjects(9)).map(({ project }) => project)).toEqual([said.project])
      await store().deriveAnew(77)
      const kept = async (kind: 'dismissal' | 'proposal') =>
        (await store().derived({ kind, project: said.project, limit: 9, unranked: true })).length
      expect([await kept('dismissal'), await kept('proposal')]).toEqual([1, 0])
      await store().forget(['d1'], 9)
      expect(await kept('dismissal')).toBe(0)
    })

    it('is found by a memory with an id as they are in the product', async () => {
      const said = turn({ id: '01890000-0000-7000-8000-000000000001' })
      await store().capture([said])
      const row = { kind: 'correction' as const, id: 'c', project: said.project, rank: 1, body: '{}' }
      await store().applyDerived({ put: [{ ...row, sources: [said.id] }], remove: [], standing: false })
      const query = { kinds: ['correction' as const], memories: [said.id] }
      expect(await store().derivedQuoting(query)).toEqual([row])
    })

    it('is replaced and removed', async () => {
      const said = turn()
      await store().capture([said])
      await put(row('a', [said]), row('b', [said]))
      await store().applyDerived({
        put: [row('a', [said], { rank: 7, body: '"new"' })],
        remove: [
          { kind: 'fact', id: 'b' },
          { kind: 'fact', id: 'unknown' },
        ],
        standing: false,
      })
      expect(await store().derived({ kind: 'fact', project: shop, limit: 9 })).toMatchObject([
        { id: 'a', rank: 7, body: '"new"' },
      ])
    })

    it('goes with any memory it quotes, forgotten or superseded; what quotes others stays', async () => {
      const [a, b, c] = [turn(), turn(), fact()]
      await store().capture([a, b, c])
      await put(row('ab', [a, b]), row('b', [b]), row('c', [c]), row('t', [a], { kind: 'thread' }))
      await settle()
      await store().forget([a.id], 9)
      expect([await listed(), await listed('thread')]).toEqual([['b', 'c'], []])
      expect(await changedProjects()).toEqual([shop])
      await store().supersede(c.id, fact({ text: 'what holds instead' }))
      expect(await listed()).toEqual(['b'])
      await store().capture([{ ...b, id: 'b-revised', text: 'in other words' }])
      expect(await listed()).toEqual([])
    })

    it('is refused whole when it quotes what is gone, and changes nothing then', async () => {
      const [gone, kept] = [turn(), turn()]
      await store().capture([gone, kept])
      await put(row('old', [kept]))
      await store().forget([gone.id], 9)
      const [session] = await allChanged()
      const step = { put: [row('new', [kept]), row('stale', [gone])], session, standing: true }
      const before = await store().standingRevision()
      expect(await store().applyDerived({ ...step, remove: [{ kind: 'fact', id: 'old' }] })).toBe(false)
      expect(await listed()).toEqual(['old'])
      expect(await changedNames()).toEqual(['ses_1'])
      expect(await store().standingRevision()).toBe(before)
    })

    it('counts as standing in front only when it says so', async () => {
      const said = turn()
      await store().capture([said])
      const before = await store().standingRevision()
      await put(row('a', [said]))
      expect(await store().standingRevision()).toBe(before)
      await store().applyDerived({ put: [row('b', [said])], remove: [], standing: true })
      expect(await store().standingRevision()).not.toBe(before)
    })

    it('of a session goes with the session, and its project is to be derived again', async () => {
      const said = turn({ text: 'nothing worth quoting' })
      await store().capture([said])
      const [session] = await allChanged()
      if (session === undefined) throw new Error('a captured session has changed')
      const extract = row(sessionKey(session.session), [], { kind: 'extract' })
      await store().applyDerived({ put: [extract], remove: [], session, standing: false })
      expect(await changedProjects()).toEqual([shop])
      await settle()
      await store().forget([said.id], 9)
      expect(await listed('extract')).toEqual([])
      expect([await changedNames(), await changedProjects()]).toEqual([[], [shop]])
      expect(await store().applyDerived({ put: [extract], remove: [], session, standing: false })).toBe(false)
    })
  })

  describe('a session that is gone', () => {
    it('leaves nothing to one of the same name', async () => {
      const said = turn()
      await store().capture([said])
      const [session] = await allChanged()
      if (session === undefined) throw new Error('a captured session has changed')
      const extract = row(sessionKey(session.session), [], { kind: 'extract' })
      await store().applyDerived({ put: [extract], remove: [], session, standing: false })
      await store().forget([said.id], 9)
      await store().capture([turn()])
      expect([await listed('extract'), await changedNames()]).toEqual([[], ['ses_1']])
    })

    it('leaves its own project to be derived again, whatever else was said in it', async () => {
      const [here, there] = [turn(), turn({ project: 'git:b' })]
      await store().capture([here, there])
      await settle()
      await store().forget([here.id, there.id], 9)
      expect(await changedProjects()).toEqual([shop])
    })
  })

  describe('what has to be derived again', () => {
    it('is a session in which something changed, until that change was looked at', async () => {
      const [first, second] = [turn({ session: 's1', saidAt: 5 }), turn({ session: 's2', saidAt: 6 })]
      await store().capture([first, second, fact()])
      expect(await changedNames()).toEqual(['s2', 's1'])
      const seen = await allChanged()
      await store().capture([turn({ session: 's1', saidAt: 7 })])
      for (const session of seen)
        await store().applyDerived({ put: [], remove: [], session, standing: false })
      expect(await changedNames()).toEqual(['s1'])
      await settle()

      const changesOne: readonly (() => Promise<unknown>)[] = [
        () => store().pin(second.id, 'project'),
        () => store().reinforce([second.id], 8),
        () => store().supersede(second.id, fact({ text: 'instead' })),
        () => store().capture([second], { parentSession: 's1' }),
      ]
      for (const change of changesOne) {
        await change()
        expect(await changedNames()).toEqual(['s2'])
        await settle()
      }
      await store().pin(second.id, 'project')
      await store().capture([first])
      expect(await changedNames()).toEqual([])
    })

    it('is asked for when closed or silent, of one project or of all', async () => {
      await store().capture([
        turn({ session: 'silent', saidAt: 10 }),
        turn({ session: 'live', saidAt: 20 }),
        turn({ session: 'closed', saidAt: 30, project: 'git:b' }),
      ])
      await store().closeSession(null, 'closed', 31)
      const names = async (query: { project?: string; limit?: number }): Promise<readonly string[]> =>
        (await store().changedSessions({ silentSince: 20, limit: 9, ...query })).map(
          (each) => each.session.session,
        )
      expect(await names({})).toEqual(['closed', 'silent'])
      expect(await names({ limit: 1 })).toEqual(['closed'])
      expect(await names({ project: shop })).toEqual(['silent'])
    })

    it('is everything when the rules are others', async () => {
      const said = turn()
      await store().capture([said, fact()])
      expect(await store().deriveAnew(3)).toBe(true)
      await put(row('a', [said]))
      await settle()
      expect(await store().deriveAnew(3)).toBe(false)
      expect([await listed(), await changedNames()]).toEqual([['a'], []])
      expect(await store().deriveAnew(4)).toBe(true)
      expect([await listed(), await changedNames()]).toEqual([[], ['ses_1']])
    })
  })
}
