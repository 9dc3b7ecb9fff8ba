import { beforeEach, describe, expect, test } from 'vitest'
import type { Project } from '../../src/model/project.ts'
import { type Fixture, fixture, shop, shopProject } from './support.ts'

const oldShop = '/home/ada/old-shop'
const oldProject = 'git:example.org/ada/old-shop'

let daemon: Fixture
beforeEach(async () => {
  daemon = fixture()
  await say('s1', oldShop, 'Prices are in cents, said the giraffe.')
  daemon.now += 1_000
  await say('s2', shop, 'The giraffe moved to the new shop.')
})

function say(session_id: string, cwd: string, text: string): Promise<unknown> {
  const turns = [{ text, role: 'user', message_id: 'm1' }]
  return daemon.call('memory_capture_batch', { client: 'opencode', session_id, cwd, turns })
}

async function recalled(params: object): Promise<string[]> {
  const { hits } = await daemon.call('memory_recall', { cue: 'giraffe', ...params })
  return hits.map(({ literal_surface }: { literal_surface: string }) => literal_surface)
}

const failure = (work: Promise<unknown>) => work.then(() => null).catch((error: unknown) => error)

test('are listed with what is in them, the latest first', async () => {
  const { projects } = await daemon.call('project_list')
  expect(projects.map(({ key, sessions, turns }: never) => [key, sessions, turns])).toEqual([
    [shopProject, 1, 1],
    [oldProject, 1, 1],
  ])
  expect(await daemon.call('project_get', { project: shop })).toEqual(projects[0])
})

describe('that are one', () => {
  test('are merged: the past of both is found in either folder, and so is what comes', async () => {
    expect(await recalled({ cwd: shop })).toHaveLength(1)
    const { into } = await daemon.call('project_merge', { from: oldProject, into: shopProject })
    expect(into).toMatchObject({ key: shopProject, merged: [oldProject], sessions: 2, turns: 2 })
    expect(await recalled({ cwd: shop })).toHaveLength(2)
    expect(await recalled({ cwd: oldShop })).toHaveLength(2)
    expect(await recalled({ project: oldProject })).toHaveLength(2)
    await say('s3', oldShop, 'A third giraffe.')
    expect(await recalled({ cwd: shop })).toHaveLength(3)
    const context = await daemon.call('session_start_payload', { wake_depth: 'standard', cwd: shop })
    expect(context.l1).toContain('Prices are in cents')
  })

  test('are digested as one', async () => {
    await say('s4', oldShop, 'Always count the giraffes.')
    await say('s5', shop, 'Always count the giraffes.')
    daemon.now += 3_600_000
    await daemon.call('memory_consolidate')
    const start = { wake_depth: 'standard', cwd: shop }
    expect((await daemon.call('session_start_payload', start)).rich_club).toContain('said once')
    await daemon.call('project_merge', { from: oldProject, into: shopProject })
    await daemon.call('memory_consolidate')
    expect((await daemon.call('session_start_payload', start)).rich_club).toContain('said 2 times')
  })

  test('have a context made of both at once, also for a session that was given one before', async () => {
    const start = { session_id: 'new', wake_depth: 'deep', cwd: shop }
    expect(JSON.stringify(await daemon.call('session_start_payload', start))).not.toContain('cents')
    await daemon.call('project_merge', { from: oldProject, into: shopProject })
    expect(JSON.stringify(await daemon.call('session_start_payload', start))).toContain('cents')
  })

  test.each([
    [{ from: 'nowhere', into: shopProject }, 'not_found', /no project 'nowhere'; project_list/],
    [{ from: shopProject, into: shopProject }, 'invalid_params', /one project already/],
  ])('%j is refused', async (params, code, message) => {
    const error = await failure(daemon.call('project_merge', params))
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
  })

  test('what belongs to no project is not one of them', async () => {
    await daemon.call('memory_capture', { text: 'Ada likes giraffes.', project: 'global' })
    for (const params of [
      { from: 'global', into: shopProject },
      { from: shopProject, into: 'global' },
    ]) {
      expect(await failure(daemon.call('project_merge', params))).toMatchObject({ code: 'invalid_params' })
    }
    const renamed = daemon.call('project_rename', { project: 'global', name: 'x' })
    expect(await failure(renamed)).toMatchObject({ code: 'invalid_params' })
  })
})

describe('by name', () => {
  test('a project is called what the user calls it, and found by that', async () => {
    await daemon.call('project_rename', { project: shopProject, name: ' the shop ' })
    expect(await daemon.call('project_get', { project: 'the shop' })).toMatchObject({ key: shopProject })
    await say('s9', shop, 'Once more.')
    expect(await daemon.call('project_get', { project: shopProject })).toMatchObject({ name: 'the shop' })
  })

  test('a name that two have is not enough', async () => {
    await daemon.call('project_rename', { project: shopProject, name: 'shop' })
    await daemon.call('project_rename', { project: oldProject, name: 'shop' })
    expect(await failure(daemon.call('project_get', { project: 'shop' }))).toMatchObject({
      code: 'invalid_params',
      message: expect.stringContaining(oldProject),
    })
  })
})

describe('why', () => {
  test('tells what a directory is found as, and what is held under it', async () => {
    const why = await daemon.call('project_why', { cwd: shop })
    expect(why).toMatchObject({
      cwd: shop,
      found: { key: shopProject, reason: 'a test says so' },
      project: { key: shopProject, turns: 1 },
      differs: null,
    })
    expect(await daemon.call('project_why', { cwd: '/home/ada/new' })).toMatchObject({
      found: { key: 'git:example.org/ada/new' },
      project: null,
      differs: null,
    })
    expect((await daemon.call('project_list')).projects).toHaveLength(2)
  })

  test('tells that a project was merged', async () => {
    await daemon.call('project_merge', { from: oldProject, into: shopProject })
    expect(await daemon.call('project_why', { cwd: oldShop })).toMatchObject({
      found: { key: oldProject },
      project: { key: shopProject },
      differs: 'merged',
    })
  })
})

test('a folder that was moved has its past before anything is said in it', async () => {
  const found = { name: 'notes', reason: 'a test says so', folder: '7:7' }
  let key = 'path:/srv/notes'
  const moving = fixture(undefined, undefined, async () => ({ key, ...found }))
  const turns = [{ text: 'The giraffe is in the notes.', role: 'user', message_id: 'm1' }]
  await moving.call('memory_capture_batch', { session_id: 's1', cwd: '/srv/notes', turns })
  key = 'path:/home/ada/notes'
  const asked = { cue: 'giraffe', cwd: '/home/ada/notes' }
  expect((await moving.call('memory_recall', asked)).hits).toHaveLength(1)
  expect(await moving.call('project_why', { cwd: '/home/ada/notes' })).toMatchObject({
    found: { key },
    project: { key: 'path:/srv/notes' },
    differs: 'moved',
  })
  await moving.call('memory_capture', { text: 'It is still there.', cwd: '/home/ada/notes' })
  expect(await moving.call('project_why', { cwd: '/home/ada/notes' })).toMatchObject({
    project: { key, turns: 1, facts: 1 },
    differs: null,
  })
})

describe('a repository that cannot be asked for a while', () => {
  const notes = '/home/ada/notes'
  const folder = '12:345'
  const known: Project = { key: 'root:abc', name: 'notes', reason: 'its first commit', folder }
  const guess: Project = { key: `path:${notes}`, name: 'notes', reason: 'no answer', folder, isGuess: true }
  let found: Project

  beforeEach(() => {
    daemon = fixture(undefined, undefined, async () => found)
  })

  test('before it was ever asked: what is said meanwhile is found afterwards', async () => {
    found = guess
    await say('s1', notes, 'A giraffe, while git was slow.')
    found = known
    expect(await recalled({ cwd: notes })).toHaveLength(1)
    await say('s2', notes, 'A giraffe, with git.')
    expect(await recalled({ cwd: notes })).toHaveLength(2)
    expect((await daemon.call('project_list')).projects).toHaveLength(1)
  })

  test('afterwards: it is what it was, for reading and for writing', async () => {
    found = known
    await say('s1', notes, 'A giraffe, with git.')
    found = guess
    expect(await recalled({ cwd: notes })).toHaveLength(1)
    await say('s2', notes, 'A giraffe, while git was slow.')
    expect(await daemon.call('project_why', { cwd: notes })).toMatchObject({
      found: { key: guess.key },
      project: { key: known.key, turns: 2 },
      differs: 'guessed',
    })
    found = known
    expect(await recalled({ cwd: notes })).toHaveLength(2)
    expect((await daemon.call('project_list')).projects.map(({ key }: Project) => key)).toEqual(['root:abc'])
  })
})
