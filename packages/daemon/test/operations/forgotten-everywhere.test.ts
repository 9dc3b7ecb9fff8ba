// Captured, digested, learned from, shown, replaced: and then forgotten. No file of the store holds a word of it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { readingRaw, type SqliteFixture, sqliteFixture } from '../store/support/sqlite-fixture.ts'
import { dayMs } from '../support/memories.ts'
import { type Fixture, fixture, shop, shopProject } from './support.ts'

const secretWords = ['zanzibarine', 'quollmade', 'xylograph']
const sentences = [
  'Always keep the zanzibarine key in the vault.',
  'We use quollmade for the builds.',
  'TODO: rotate the xylograph token tomorrow.',
]

let files: SqliteFixture
let store: Store
let daemon: Fixture
beforeEach(async () => {
  files = await sqliteFixture()
  store = await files.open()
  daemon = fixture(store)
})
afterEach(() => files.stop())

const holds = (bytes: Buffer, word: string): boolean => bytes.toString('latin1').toLowerCase().includes(word)

async function live(): Promise<void> {
  const say = (session_id: string, texts: readonly string[]): Promise<unknown> =>
    daemon.call('memory_capture_batch', {
      client: 'opencode',
      session_id,
      cwd: shop,
      turns: texts.map((text, index) => ({ text, role: 'user', message_id: `${session_id}-${index}` })),
    })
  await say('s1', sentences)
  await say('s2', ['We switched from quollmade to make.', sentences[0] ?? '', 'The walrus stays.'])
  daemon.now += dayMs
  await daemon.call('memory_consolidate')
}

async function derivedBodies(): Promise<string> {
  const kinds = ['extract', 'fact', 'thread', 'correction', 'proposal'] as const
  const rows = await Promise.all(
    kinds.map((kind) => store.derived({ kind, project: shopProject, limit: 99, unranked: true })),
  )
  return JSON.stringify(rows)
}

test('what is forgotten is nowhere: not in what was derived, not in a context, not in a page of a file', async () => {
  await live()
  const start = { session_id: 'new', wake_depth: 'deep', cwd: shop }
  const bodies = await derivedBodies()
  for (const word of secretWords) expect(bodies).toContain(word)
  expect(JSON.stringify(await daemon.call('session_start_payload', start))).toMatch(
    /zanzibarine.*xylograph|xylograph.*zanzibarine/,
  )

  for (const containing of secretWords)
    await daemon.call('memory_forget', { where: { cwd: shop, containing } })
  expect(await derivedBodies()).not.toMatch(/zanzibarine|quollmade|xylograph/)
  expect(JSON.stringify(await daemon.call('session_start_payload', start))).not.toMatch(
    /zanzibarine|quollmade|xylograph/,
  )
  await daemon.call('memory_consolidate')
  expect(await derivedBodies()).not.toMatch(/zanzibarine|quollmade|xylograph/)
  await store.close()

  const pages = readingRaw(files.file, (db) => db.serialize())
  expect(holds(pages, 'walrus')).toBe(true)
  for (const word of secretWords) expect(holds(pages, word), word).toBe(false)
  for (const name of readdirSync(files.directory)) {
    for (const word of secretWords)
      expect(holds(readFileSync(join(files.directory, name)), word), name).toBe(false)
  }
})
