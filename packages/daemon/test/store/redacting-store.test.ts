// A store behind the door for secrets is a store like any other, and nothing secret gets past it.
import { beforeEach, expect, test } from 'vitest'
import { limits } from '../../src/kit/limits.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import { redactingStore } from '../../src/store/redacting-store.ts'
import type { Store } from '../../src/store/store.ts'
import { createRedaction, noSettings, parseSettings, type Redaction } from '../../src/text/redaction.ts'
import { memory } from '../support/memories.ts'
import { storeContract } from './contract.ts'

storeContract('redacting', async () => {
  const store = redactingStore(createMemoryStore(), createRedaction(noSettings))
  return { store, stop: () => store.close() }
})

const secret = `gh${'p_'}${'z9Y8'.repeat(9)}`
const marked = 'use [redacted: github token] here'

let redaction: Redaction
let store: Store
beforeEach(() => {
  redaction = createRedaction(noSettings)
  store = redactingStore(createMemoryStore(), redaction)
})

test('marks that a text itself brings are counted, but not so many kinds of them', async () => {
  const text = Array.from({ length: 1_000 }, (_, kind) => `[redacted: invented kind ${kind}]`).join(' ')
  await store.capture([memory({ text })])
  const counts = redaction.counts()
  expect(Object.keys(counts).length).toBe(limits.redactionKindsCountedMax + 1)
  expect(counts.other).toBe(1_000 - limits.redactionKindsCountedMax)
})

test('what is captured, said instead or written about oneself is kept without its secrets, and counted once', async () => {
  const turn = memory({ text: `use ${secret} here`, messageId: 'm1', speaker: `bot ${secret}` })
  const [first] = await store.capture([turn])
  const [again] = await store.capture([{ ...turn, id: 'another' }])
  expect([first?.status, again?.status]).toEqual(['inserted', 'skipped'])
  expect(await store.get([turn.id])).toMatchObject([
    { text: marked, speaker: 'bot [redacted: github token]' },
  ])
  const fact = memory({ id: 'fact', text: `now ${secret}`, kind: 'fact', role: 'note' })
  await store.supersede(turn.id, { ...fact, messageId: null })
  expect(await store.get(['fact'])).toMatchObject([{ text: 'now [redacted: github token]' }])
  expect(await store.setProfile({ identity: `Ada <private>of 5 Elm St</private> ${secret}` })).toMatchObject({
    identity: 'Ada [redacted: private] [redacted: github token]',
  })
  expect(redaction.counts()).toEqual({ 'github token': 4, private: 1 })
})

test('of what is private as a whole nothing is kept, and the others keep their outcomes', async () => {
  const items = [
    memory({ id: 'a', text: 'hello there', messageId: 'a' }),
    memory({ id: 'b', text: ' <private>my salary</private>. <private>and more', messageId: 'b' }),
    memory({ id: 'c', text: 'my salary is <private>a lot</private>', messageId: 'c' }),
    memory({ id: 'd', text: '[redacted: private]', messageId: 'd' }),
  ]
  expect(await store.capture(items)).toEqual([
    { status: 'inserted', id: 'a' },
    { status: 'withheld', id: 'b' },
    { status: 'inserted', id: 'c' },
    { status: 'withheld', id: 'd' },
  ])
  expect((await store.get(['a', 'b', 'c', 'd'])).map(({ text }) => text)).toEqual([
    'hello there',
    'my salary is [redacted: private]',
  ])
  expect(redaction.counts()).toEqual({ private: 4 })
  const statement = memory({ id: 'e', text: '<private>no</private>', kind: 'fact', role: 'note' })
  expect(await store.supersede('a', { ...statement, messageId: null })).toEqual({ kind: 'withheld' })
  expect(await store.setProfile({ identity: '<private>Ada</private>' })).toMatchObject({ identity: '' })
})

test('a project’s given name is kept without its secrets', async () => {
  await store.capture([
    memory({ id: 'a', text: 'hello', messageId: 'a', project: 'git:example.org/ada/demo' }),
  ])
  expect(await store.renameProject('git:example.org/ada/demo', `demo ${secret}`)).toBe(true)
  expect(JSON.stringify(await store.projects())).toContain('demo [redacted: github token]')
  expect(redaction.counts()).toEqual({ 'github token': 1 })
})

test('the form in which a host says it again is the same, however it is marked already', async () => {
  const turn = memory({ text: `use ${secret} here`, messageId: 'm1' })
  await store.capture([turn])
  expect(await store.capture([{ ...turn, id: 'b', text: marked }])).toMatchObject([{ status: 'skipped' }])
})

test('a project’s own settings hold for its memories', async () => {
  const settings = parseSettings({ projects: { 'git:example.org/ada/demo': { secrets: 'off' } } })
  if (typeof settings === 'string') throw new Error(settings)
  const own = redactingStore(createMemoryStore(), createRedaction(settings))
  const text = `use ${secret} here`
  await own.capture([
    memory({ id: 'a', text, messageId: 'a', project: 'git:example.org/ada/demo' }),
    memory({ id: 'b', text, messageId: 'b', project: 'git:example.org/ada/shop' }),
  ])
  expect((await own.get(['a', 'b'])).map((memory) => memory.text)).toEqual([text, marked])
})

test('others get their turn while a long text is looked at', async () => {
  let turns = 0
  const count = (): void => {
    turns += 1
    immediate = setImmediate(count)
  }
  let immediate = setImmediate(count)
  await store.capture([memory({ text: 'token=-'.repeat(100_000) })])
  clearImmediate(immediate)
  expect(turns).toBeGreaterThan(40)
})
