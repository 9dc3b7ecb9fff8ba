import { beforeEach, expect, test } from 'vitest'
import { createSpellingMerge } from '../../src/background/spelling-merge.ts'
import { silentLog } from '../../src/kit/log.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import { turn } from '../store/support/invented.ts'

let store: Store
beforeEach(() => {
  store = createMemoryStore()
})

const merge = () => createSpellingMerge({ store, log: silentLog }).run(new AbortController().signal)
const say = (project: string) =>
  store.capture([turn({ text: `Said in ${project}.`, project, session: project })])

async function kept(): Promise<object> {
  const projects = await store.projects()
  return Object.fromEntries(projects.map(({ key, name, merged, turns }) => [key, { name, merged, turns }]))
}

test('what was filed under another spelling is found under the present one, and under the old', async () => {
  for (const key of ['git:github.com/Ada/Shop', 'git:github.com/ADA/shop', 'git:example.org/Ada/Shop']) {
    await store.putProject({ key, name: key.slice(key.lastIndexOf('/') + 1), reason: 'its remote' })
    await say(key)
  }
  await merge()
  const merged = ['git:github.com/Ada/Shop', 'git:github.com/ADA/shop']
  expect(await kept()).toEqual({
    'git:github.com/ada/shop': { name: 'Shop', merged, turns: 2 },
    'git:example.org/Ada/Shop': { name: 'Shop', merged: [], turns: 1 },
  })
  expect(await store.projectKey({ key: 'git:github.com/Ada/Shop' })).toBe('git:github.com/ada/shop')
  await merge()
  expect(Object.keys(await kept())).toHaveLength(2)
})

test('it goes into the one that is known by the present spelling, which keeps its name', async () => {
  await store.putProject({ key: 'git:github.com/ada/shop', name: 'shop', reason: '' })
  await store.renameProject('git:github.com/ada/shop', 'the shop')
  await say('git:github.com/ada/shop')
  await say('git:github.com/Ada/Shop')
  await merge()
  const merged = ['git:github.com/Ada/Shop']
  expect(await kept()).toEqual({ 'git:github.com/ada/shop': { name: 'the shop', merged, turns: 2 } })
})

test('a name that a user gave goes along', async () => {
  await store.putProject({ key: 'git:gitlab.com/Ada/Shop', name: 'Shop', reason: '' })
  await store.renameProject('git:gitlab.com/Ada/Shop', 'the shop')
  await merge()
  await store.putProject({ key: 'git:gitlab.com/ada/shop', name: 'Shop', reason: 'found again' })
  expect((await store.projects()).map(({ name }) => name)).toEqual(['the shop'])
})

test('what nobody has described yet goes by its key, until somebody does', async () => {
  await say('git:github.com/Ada/Shop')
  await merge()
  const names = async () => (await store.projects()).map(({ name }) => name)
  expect(await names()).toEqual(['git:github.com/ada/shop'])
  await store.putProject({ key: 'git:github.com/ada/shop', name: 'Shop', reason: 'its remote' })
  expect(await names()).toEqual(['Shop'])
})

test('what a user put into another project stays there, and so does what is said from now on', async () => {
  await say('git:github.com/Ada/Shop')
  await say('path:/home/ada/shop')
  await store.mergeProjects('git:github.com/Ada/Shop', 'path:/home/ada/shop')
  await merge()
  expect(await store.projectKey({ key: 'git:github.com/ada/shop' })).toBe('path:/home/ada/shop')
  expect(Object.keys(await kept())).toEqual(['path:/home/ada/shop'])
})
