import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/kit/limits.ts'
import type { Store } from '../../../src/store/store.ts'
import { fact, turn } from '../support/invented.ts'

export function sessionsContract(store: () => Store): void {
  describe('sessions', () => {
    it('are made from what is captured in them', async () => {
      await store().capture([
        turn({ text: 'I looked into it', role: 'assistant', saidAt: 90 }),
        turn({ text: ' \n ', saidAt: 95 }),
        turn({ text: 'Why does\n\n  the build   fail?', saidAt: 100, project: 'global' }),
        turn({ text: 'And the tests?', saidAt: 200 }),
        fact({ session: 'ses_1', client: 'opencode', saidAt: 300 }),
      ])
      expect(await store().session('opencode', 'ses_1')).toEqual({
        session: 'ses_1',
        client: 'opencode',
        project: 'git:example.org/ada/shop',
        startedAt: 90,
        lastAt: 300,
        closedAt: null,
        title: 'Why does the build fail?',
        turnCount: 4,
        parent: null,
      })
    })

    it('take an earlier request as the title when it arrives late', async () => {
      await store().capture([turn({ text: 'second', saidAt: 200 })])
      await store().capture([turn({ text: 'first', saidAt: 100 })])
      expect(await store().session(null, 'ses_1')).toMatchObject({
        title: 'first',
        startedAt: 100,
        lastAt: 200,
      })
    })

    it('take the first to arrive of requests said at the same time', async () => {
      await store().capture([turn({ text: 'one', saidAt: 9 }), turn({ text: 'two', saidAt: 9 })])
      await store().capture([turn({ text: 'three', saidAt: 9 })])
      expect((await store().session(null, 'ses_1'))?.title).toBe('one')
    })

    it('cut long titles at a character', async () => {
      await store().capture([turn({ text: `${'x'.repeat(limits.titleCharsMax - 2)}😀 and more` })])
      const title = (await store().session(null, 'ses_1'))?.title ?? ''
      expect(title).toBe(`${'x'.repeat(limits.titleCharsMax - 2)}…`)
    })

    it('belong to their first real project, not to global', async () => {
      await store().capture([turn({ project: 'global' })])
      expect((await store().session(null, 'ses_1'))?.project).toBe('global')
      await store().capture([turn({ project: 'git:a' }), turn({ project: 'git:b' })])
      expect((await store().session(null, 'ses_1'))?.project).toBe('git:a')
    })

    it('close, and open again when they go on', async () => {
      const item = turn()
      await store().capture([item])
      expect(await store().closeSession('opencode', 'ses_1', 500)).toBe(true)
      expect((await store().session('opencode', 'ses_1'))?.closedAt).toBe(500)
      await store().capture([turn({ ...item, id: 'delivered twice' })])
      expect((await store().session('opencode', 'ses_1'))?.closedAt).toBe(500)
      await store().capture([turn()])
      expect((await store().session('opencode', 'ses_1'))?.closedAt).toBeNull()
      expect(await store().closeSession('codex', 'ses_1', 500)).toBe(false)
    })

    it('know who started them', async () => {
      const first = turn()
      await store().capture([first], { parentSession: 'ses_0' })
      expect((await store().session(null, 'ses_1'))?.parent).toBe('ses_0')
      await store().capture([turn()])
      expect((await store().session(null, 'ses_1'))?.parent).toBe('ses_0')
      await store().capture([first, turn({ session: '-' })], { parentSession: 'ses_9' })
      expect((await store().session(null, 'ses_1'))?.parent).toBe('ses_9')
    })

    it('are not told who started them when nothing was captured', async () => {
      const taken = turn()
      await store().capture([taken])
      const call = store().capture([turn({ id: taken.id, messageId: 'another' })], { parentSession: 'ses_0' })
      await expect(call).rejects.toMatchObject({ code: 'invalid_params' })
      expect((await store().session(null, 'ses_1'))?.parent).toBeNull()
    })

    it('are found without a client, the last active first', async () => {
      await store().capture([turn({ client: 'codex', saidAt: 50 }), turn({ client: 'opencode', saidAt: 20 })])
      expect((await store().session(null, 'ses_1'))?.client).toBe('codex')
      expect((await store().session('opencode', 'ses_1'))?.client).toBe('opencode')
      expect(await store().session('cli', 'ses_1')).toBeNull()
    })

    it('are listed by project, client and start, the latest first', async () => {
      await store().capture([
        turn({ session: 'a', saidAt: 10 }),
        turn({ session: 'b', saidAt: 30 }),
        turn({ session: 'c', saidAt: 20, project: 'git:other' }),
        turn({ session: 'd', saidAt: 40, client: 'codex' }),
        turn({ session: 'a', saidAt: 99 }),
        fact({ session: '-', saidAt: 98 }),
      ])
      const names = async (filter: Parameters<Store['sessions']>[0]): Promise<readonly string[]> =>
        (await store().sessions(filter)).map((session) => session.session)
      expect(await names({ projects: null, limit: 10 })).toEqual(['d', 'b', 'c', 'a'])
      expect(await names({ projects: ['git:other', 'git:none'], limit: 10 })).toEqual(['c'])
      expect(await names({ projects: null, client: 'codex', limit: 10 })).toEqual(['d'])
      expect(await names({ projects: null, startedBefore: 30, limit: 1 })).toEqual(['c'])
      expect(await store().session(null, '-')).toBeNull()
    })

    it('are recent by when something was last said in them, and not if another session started them', async () => {
      await store().capture([
        turn({ session: 'long', saidAt: 10 }),
        turn({ session: 'short', saidAt: 30 }),
        turn({ session: 'elsewhere', saidAt: 40, project: 'git:other' }),
        turn({ session: 'later', saidAt: 60 }),
        turn({ session: 'long', saidAt: 50 }),
        fact({ session: '-', saidAt: 98 }),
      ])
      await store().capture([turn({ session: 'helper', saidAt: 45 })], { parentSession: 'long' })
      const { project } = turn()
      const names = async (startedBefore: number, limit: number): Promise<readonly string[]> =>
        (await store().recentSessions({ project, startedBefore, limit })).map(({ session }) => session)
      expect(await names(60, 10)).toEqual(['long', 'short'])
      expect(await names(61, 2)).toEqual(['later', 'long'])
      expect(await store().recentSessions({ project: 'git:none', startedBefore: 99, limit: 9 })).toEqual([])
    })
  })
}
