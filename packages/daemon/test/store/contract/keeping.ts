import { describe, expect, it } from 'vitest'
import { defaultProfile } from '../../../src/model/profile.ts'
import type { Store } from '../../../src/store/store.ts'
import { found } from '../support/asking.ts'
import { fact, turn } from '../support/invented.ts'

export function keepingContract(store: () => Store): void {
  describe('keeping projects, profile, events and totals', () => {
    it('remembers projects', async () => {
      const project = { key: 'git:example.org/x', name: 'x', reason: 'git remote' }
      await store().putProject(project)
      await store().putProject(project)
      await store().capture([turn({ project: 'path:/srv/y' }), turn({ project: project.key })])
      expect(await store().projects()).toMatchObject([
        project,
        { key: 'path:/srv/y', name: 'path:/srv/y', reason: '' },
      ])
      await store().putProject({ ...project, name: 'renamed' })
      expect((await store().projects())[0]?.name).toBe('renamed')
    })

    it('keeps the profile', async () => {
      expect(await store().profile()).toEqual(defaultProfile)
      const identity = 'I am Ada.\0 \ud800'
      expect(await store().setProfile({ identity })).toEqual({ ...defaultProfile, identity })
      await store().setProfile({ wake_depth: 'deep' })
      expect(await store().profile()).toEqual({ ...defaultProfile, identity, wake_depth: 'deep' })
    })

    it('keeps the last events, newest first', async () => {
      for (const at of [1, 2, 3]) {
        await store().recordEvent({
          at,
          kind: at === 2 ? 'pause' : 'start',
          data: { at, ok: true, note: null },
        })
      }
      expect((await store().events({ limit: 10 })).map((event) => event.at)).toEqual([3, 2, 1])
      expect(await store().events({ kind: 'start', since: 2, limit: 10 })).toEqual([
        { at: 3, kind: 'start', data: { at: 3, ok: true, note: null } },
      ])
      expect(await store().events({ limit: 1 })).toHaveLength(1)
    })

    it('says how much it holds', async () => {
      const old = fact({ saidAt: 5 })
      await store().capture([turn({ saidAt: 50 }), old, turn({ pin: 'project' }), turn({ kind: 'summary' })])
      await store().supersede(old.id, fact({ saidAt: 6, text: 'newer' }))
      expect(await store().stats()).toMatchObject({
        memories: 5,
        turns: 2,
        facts: 2,
        sessions: 1,
        projects: 1,
        superseded: 1,
        pinned: 1,
        oldestSaidAt: 5,
      })
    })

    it('moves the standing revision for what stands, not for turns', async () => {
      const moves = async (work: () => Promise<unknown>): Promise<boolean> => {
        const before = await store().standingRevision()
        await work()
        return (await store().standingRevision()) !== before
      }
      const item = turn()
      const note = fact()
      expect(await moves(() => store().capture([item]))).toBe(false)
      expect(await moves(() => store().capture([turn({ ...item, id: 'r', text: 'revised' })]))).toBe(false)
      expect(await moves(() => store().capture([note]))).toBe(true)
      expect(await moves(() => store().capture([fact({ ...note, id: 'again' })]))).toBe(false)
      expect(await moves(() => store().closeSession(null, 'ses_1', 9))).toBe(false)
      expect(await moves(() => store().recordEvent({ at: 1, kind: 'x', data: {} }))).toBe(false)
      expect(await moves(() => store().pin('r', 'project'))).toBe(true)
      expect(await moves(() => store().pin('r', 'project'))).toBe(false)
      expect(await moves(() => store().capture([turn({ ...item, id: 'r2', text: 'revised again' })]))).toBe(
        true,
      )
      expect(await moves(() => store().reinforce(['r2'], 1))).toBe(true)
      expect(await moves(() => store().reinforce(['unknown'], 1))).toBe(false)
      expect(await moves(() => store().supersede(note.id, fact({ text: 'other' })))).toBe(true)
      expect(await moves(() => store().setProfile({ wake_depth: 'deep' }))).toBe(true)
      expect(await moves(() => store().forget(['unknown'], 1))).toBe(false)
      expect(await moves(() => store().forget(['r2'], 1))).toBe(true)
    })

    it('changes no answer by optimising', async () => {
      await store().capture([turn({ id: 'here', text: 'walrus' })])
      await store().optimise()
      expect(await found(store(), 'walrus')).toEqual(['here'])
    })

    it('closes more than once, and answers nothing after', async () => {
      await store().close()
      await store().close()
      await expect(store().stats()).rejects.toMatchObject({ name: 'AppError', code: 'unavailable' })
      await expect(store().capture([turn()])).rejects.toMatchObject({ name: 'AppError', code: 'unavailable' })
    })
  })
}
