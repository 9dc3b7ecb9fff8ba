// The look into the file sees damage, each kind of it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openInProcess } from '../../packages/daemon/test/store/support/in-process-store.ts'
import { turn } from '../../packages/daemon/test/store/support/invented.ts'
import { openRaw, testKey } from '../../packages/daemon/test/store/support/sqlite-fixture.ts'
import { tempDir } from '../support/temp-dir.ts'
import { inspectStore } from './inspect-store.ts'

async function storeIn(dataDir: string): Promise<string> {
  const file = join(dataDir, 'memory.db')
  writeFileSync(join(dataDir, '.key'), `${testKey.toString('hex')}\n`)
  const { store } = openInProcess({ file, key: testKey })
  for (const number of [1, 2, 3]) {
    const text = `The port of zqa${number}x is 5433, and the walrus knows.`
    await store.capture([turn({ id: `id${number}`, messageId: `m${number}`, text })])
  }
  await store.close()
  return file
}

test('a sound store has nothing to tell', async () => {
  const dataDir = tempDir()
  await storeIn(dataDir)
  expect(inspectStore(dataDir, { gone: new Set(['zqa9x']), deep: true })).toEqual([])
})

test('words that were to be gone are told with their places', async () => {
  const dataDir = tempDir()
  await storeIn(dataDir)
  const told = inspectStore(dataDir, { gone: new Set(['zqa1x']), deep: false })
  expect(told).toEqual(expect.arrayContaining([expect.stringMatching(/^came back: .* in memory\.text/)]))
  expect(told).toEqual(
    expect.arrayContaining([expect.stringMatching(/^came back: .* in passage_index\.terms/)]),
  )
})

test.each([
  [
    'a passage without its entry',
    'DELETE FROM passage_index WHERE rowid = (SELECT min(seat) FROM passage)',
    /not in the text index/,
  ],
  ['a memory without passages', 'DELETE FROM passage WHERE memory = 1', /1 memories have no passage/],
  [
    'a term counted wrongly',
    `UPDATE term SET passages = passages + 1 WHERE term = 'walrus'`,
    /1 terms are counted wrongly/,
  ],
  ['totals that are wrong', 'UPDATE project_words SET words = words + 1', /totals of project/],
])('%s is told', async (_, damage, told) => {
  const dataDir = tempDir()
  const db = openRaw(await storeIn(dataDir))
  db.exec(damage)
  db.close()
  const seen = inspectStore(dataDir, { gone: new Set(), deep: false })
  expect(seen).toEqual(expect.arrayContaining([expect.stringMatching(told)]))
})
