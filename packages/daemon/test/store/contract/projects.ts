import { describe, expect, it } from 'vitest'
import { globalProject } from '../../../src/model/project.ts'
import { sessionKey } from '../../../src/model/session.ts'
import type { Store } from '../../../src/store/store.ts'
import { found } from '../support/asking.ts'
import { fact, turn } from '../support/invented.ts'
import { lookInto } from '../support/looking.ts'

export function projectsContract(store: () => Store): void {
  const keys = async (): Promise<string[]> => (await store().projects()).map(({ key }) => key)
  const textsIn = async (project: string): Promise<string[]> =>
    (await store().list({ projects: [project] }, { limit: 99, order: 'oldest' })).map(({ text }) => text)

  describe('projects that are the same', () => {
    const old = turn({ text: 'The walrus sleeps.', project: 'path:/old', session: 's1', saidAt: 1 })
    const current = turn({ text: 'The walrus wakes.', project: 'git:new', session: 's2', saidAt: 2 })
    const note = fact({ text: 'Oysters are counted.', project: 'path:/old', saidAt: 3 })

    it('are merged: everything is found in one, and nothing in a project beside it', async () => {
      await store().capture([old, current, note, turn({ text: 'A carpenter.', project: 'git:other' })])
      expect(await store().mergeProjects('path:/old', 'git:new')).toBe('merged')
      expect(await keys()).toEqual(['git:new', 'git:other'])
      const all = ['The walrus sleeps.', 'The walrus wakes.', 'Oysters are counted.']
      expect(await textsIn('git:new')).toEqual(all)
      expect(await textsIn('path:/old')).toEqual(all)
      expect(await found(store(), 'walrus', { projects: ['git:new'] })).toHaveLength(2)
      expect(await found(store(), 'walrus', { projects: ['path:/old'] })).toHaveLength(2)
      expect(await found(store(), 'walrus', { projects: ['git:other'] })).toEqual([])
      const sessions = await store().sessions({ projects: ['git:new'], limit: 9 })
      expect(sessions.map(({ session, project }) => [session, project])).toEqual([
        ['s2', 'git:new'],
        ['s1', 'git:new'],
      ])
      expect((await lookInto(store()).termStats(['git:new'], ['walrus'])).passages).toBe(3)
    })

    it('tells who watches which key became which, once', async () => {
      const told: object[] = []
      store().watch({ grown: () => {}, vacated: () => {}, rekeyed: (change) => void told.push(change) })
      await store().capture([old, current, turn({ text: 'A carpenter.', project: 'git:other' })])
      await store().mergeProjects('path:/old', 'git:new')
      expect(told).toEqual([{ from: 'path:/old', into: 'git:new' }])
      await store().mergeProjects('path:/old', 'git:new')
      await store().mergeProjects('path:/unknown', 'git:new')
      expect(told).toHaveLength(1)
      await store().mergeProjects('path:/old', 'git:other')
      expect(told.at(-1)).toEqual({ from: 'git:new', into: 'git:other' })
      await store().putProject({ key: 'path:/here', name: 'here', reason: 'its path', folder: 'inode 7' })
      await store().putProject({ key: 'path:/there', name: 'there', reason: 'its path', folder: 'inode 7' })
      expect(told.slice(2)).toEqual([{ from: 'path:/here', into: 'path:/there' }])
    })

    it('are told with what is in them', async () => {
      await store().capture([old, current, note])
      await store().mergeProjects('path:/old', 'git:new')
      expect(await store().projects()).toEqual([
        {
          key: 'git:new',
          name: 'git:new',
          reason: '',
          merged: ['path:/old'],
          sessions: expect.any(Number),
          turns: 2,
          facts: 1,
          lastAt: expect.any(Number),
        },
      ])
    })

    it('stay merged: what is captured under the old key is of the new one, and not held twice', async () => {
      await store().capture([old, current, note])
      await store().mergeProjects('path:/old', 'git:new')
      await store().putProject({ key: 'path:/old', name: 'old', reason: 'found again' })
      const again = await store().capture([
        turn({ text: 'It dreams.', project: 'path:/old', session: 's1', saidAt: 4 }),
        fact({ text: 'Oysters are counted.', project: 'path:/old', saidAt: 5 }),
        fact({ text: 'Oysters are counted.', project: 'git:new', saidAt: 6 }),
      ])
      expect(again.map(({ status }) => status)).toEqual(['inserted', 'reinforced', 'reinforced'])
      expect(await keys()).toEqual(['git:new'])
      expect((await textsIn('git:new')).at(-1)).toBe('It dreams.')
      expect(await found(store(), 'dreams', { projects: ['git:new'] })).toHaveLength(1)
      expect(await store().projectKey({ key: 'path:/old' })).toBe('git:new')
    })

    it('that go into no project leave their sessions to the first real one', async () => {
      const said = (project: string, session: string, saidAt: number) =>
        turn({ text: `A walrus, ${saidAt}.`, project, session, saidAt })
      await store().capture([said(globalProject, 's0', 0)])
      await store().capture([said('git:new', 's1', 1), said('path:/b', 's1', 2)])
      expect(await store().mergeProjects('git:new', globalProject)).toBe('merged')
      await store().capture([said('git:new', 's2', 3), said('path:/b', 's2', 4)])
      const sessions = await store().sessions({ projects: null, limit: 9 })
      expect(sessions.map(({ session, project }) => [session, project])).toEqual([
        ['s2', 'path:/b'],
        ['s1', 'path:/b'],
        ['s0', globalProject],
      ])
    })

    it('are merged a second time, with what was merged before', async () => {
      await store().capture([old, current, turn({ text: 'Cabbages.', project: 'git:third', saidAt: 9 })])
      await store().mergeProjects('path:/old', 'git:new')
      await store().mergeProjects('git:new', 'git:third')
      expect((await store().projects()).map(({ key, merged }) => [key, merged])).toEqual([
        ['git:third', ['path:/old', 'git:new']],
      ])
      expect(await found(store(), 'walrus', { projects: ['path:/old'] })).toHaveLength(2)
    })

    it('have what was derived from them derived again', async () => {
      await store().capture([old, current])
      const [sleeping] = await store().changedSessions({ silentSince: 99, project: 'path:/old', limit: 9 })
      const body = { project: 'path:/old', rank: 1, sources: [old.id], body: '{}' }
      await store().applyDerived({
        put: [
          { ...body, kind: 'extract', id: sessionKey(old) },
          { ...body, kind: 'fact', id: 'f' },
        ],
        remove: [],
        session: sleeping,
        standing: true,
      })
      const before = await store().standingRevision()
      await store().mergeProjects('path:/old', 'git:new')
      expect(await store().standingRevision()).not.toBe(before)
      expect(await store().derived({ kind: 'fact', project: 'git:new', limit: 9 })).toEqual([])
      const changed = await store().changedSessions({ silentSince: 99, project: 'git:new', limit: 9 })
      expect(changed.map(({ session }) => session.session).sort()).toEqual(['s1', 's2'])
      expect((await store().changedProjects(9)).map(({ project }) => project)).toEqual(['git:new'])
    })

    it('are not merged with themselves, nor with what nobody knows', async () => {
      await store().capture([old, current])
      expect(await store().mergeProjects('git:new', 'git:new')).toBe('same')
      expect(await store().mergeProjects('git:new', 'git:nowhere')).toBe('unknown')
      expect(await store().mergeProjects('git:nowhere', 'git:new')).toBe('unknown')
      await store().mergeProjects('path:/old', 'git:new')
      expect(await store().mergeProjects('git:new', 'path:/old')).toBe('same')
      expect(await keys()).toEqual(['git:new'])
    })

    it('forget what was said in either', async () => {
      await store().capture([old, current])
      await store().mergeProjects('path:/old', 'git:new')
      await store().forget([old.id], 9)
      expect(await found(store(), 'walrus', { projects: ['git:new'] })).toHaveLength(1)
      expect((await lookInto(store()).termStats(['git:new'], ['walrus'])).passages).toBe(1)
    })
  })

  describe('the name of a project', () => {
    it('is what the user calls it, whatever it is found as', async () => {
      await store().putProject({ key: 'git:x', name: 'x', reason: 'git remote' })
      expect(await store().renameProject('git:x', 'the \ud800 shop')).toBe(true)
      await store().putProject({ key: 'git:x', name: 'y', reason: 'git remote' })
      expect((await store().projects()).map(({ name }) => name)).toEqual(['the \ud800 shop'])
      expect(await store().renameProject('git:none', 'z')).toBe(false)
    })
  })

  describe('a folder', () => {
    const folder = '12:345'
    const before = { key: 'path:/srv/notes', name: 'notes', reason: '', folder }
    const moved = { key: 'path:/home/notes', name: 'notes', reason: '', folder }

    it('that was moved is the same project', async () => {
      await store().putProject(before)
      const item = turn({ text: 'The walrus sleeps.', project: before.key })
      await store().capture([item, fact({ text: 'Oysters.', project: before.key })])
      expect(await store().projectKey(moved)).toBe(before.key)
      await store().putProject(moved)
      expect(await keys()).toEqual([moved.key])
      expect(await textsIn(moved.key)).toHaveLength(2)
      expect(await found(store(), 'walrus', { projects: [moved.key] })).toHaveLength(1)
      const again = await store().capture([fact({ text: 'Oysters.', project: moved.key, saidAt: 77 })])
      expect(again.map(({ status }) => status)).toEqual(['reinforced'])
      // Whatever is in the old place now is another one.
      expect(await store().projectKey({ ...before, folder: '12:999' })).toBe(before.key)
      expect(await textsIn(before.key)).toEqual([])
    })

    it('that became a repository is the same project; one that tracks another repository is not', async () => {
      await store().putProject(before)
      await store().putProject({ ...before, key: 'root:abc' })
      await store().putProject({ ...before, key: 'git:example.org/ada/notes' })
      expect(await keys()).toEqual(['git:example.org/ada/notes'])
      await store().putProject({ ...before, key: 'git:example.org/ada/other' })
      expect(await keys()).toEqual(['git:example.org/ada/notes', 'git:example.org/ada/other'])
    })

    it('whose repository cannot be asked is what it was last known as', async () => {
      const guess = { key: 'path:/home/notes', name: 'notes', reason: 'no answer', folder, isGuess: true }
      expect(await store().projectKey(guess)).toBe(guess.key)
      await store().putProject(guess)
      await store().putProject({ ...before, key: 'root:abc' })
      expect(await keys()).toEqual(['root:abc'])
      expect(await store().projectKey(guess)).toBe('root:abc')
      const { folder: _, ...elsewhere } = guess
      expect(await store().projectKey(elsewhere)).toBe(guess.key)
      await store().putProject({ key: 'git:example.org/ada/notes', name: 'notes', reason: '' })
      await store().mergeProjects('root:abc', 'git:example.org/ada/notes')
      expect(await store().projectKey(guess)).toBe('git:example.org/ada/notes')
    })

    it('whose remote is spelled otherwise, or moved on the disk, is the same project', async () => {
      const found = (key: string, of = folder) => ({ ...before, key, folder: of })
      await store().putProject(found('git:github.com/Ada/Shop'))
      expect(await store().projectKey(found('git:github.com/ada/shop'))).toBe('git:github.com/Ada/Shop')
      await store().putProject(found('git:github.com/ada/shop'))
      await store().putProject(found('git:file/../walrus', '12:2'))
      await store().putProject(found('git:file/srv/walrus', '12:2'))
      await store().putProject(found('git:file/srv/oyster', '12:2'))
      expect(await keys()).toEqual(['git:github.com/ada/shop', 'git:file/srv/walrus', 'git:file/srv/oyster'])
    })

    it('that nobody can tell from another is a project by its path', async () => {
      const { folder: _, ...unnamed } = before
      await store().putProject(unnamed)
      await store().putProject({ key: moved.key, name: 'notes', reason: '' })
      expect(await keys()).toEqual([before.key, moved.key])
    })
  })
}
