// Marks between runs: what is kept, who may read it, and when it is not believed.
import { appendFileSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openFileMarks } from '../../src/history/file-marks.ts'
import type { FileMark } from '../../src/history/marks.ts'
import { tempFolder } from './support.ts'

const mark: FileMark = {
  bytes: 10,
  modifiedAt: 1,
  inode: 2,
  offset: 10,
  isDone: true,
  prefixHash: 'h',
  filterKey: '[]',
}

function place() {
  const folder = tempFolder()
  const storeFile = join(folder, 'memory.db')
  writeFileSync(storeFile, 'a store')
  return { path: join(folder, 'marks.jsonl'), storeFile }
}

it('keeps the last mark of each file, for its owner only', async () => {
  const where = place()
  const first = await openFileMarks(where)
  await first.put('/a', { ...mark, offset: 5, isDone: false })
  await first.put('/b', mark)
  await first.put('/a', mark)
  const second = await openFileMarks(where)
  expect(await second.get('/a')).toEqual(mark)
  expect(await second.get('/b')).toEqual(mark)
  expect(await second.get('/c')).toBeNull()
  expect(statSync(where.path).mode & 0o777).toBe(0o600)
  // The first mark of a run leaves one line for each file.
  await second.put('/a', mark)
  expect(readFileSync(where.path, 'utf8').trim().split('\n')).toHaveLength(3)
})

it('opens without writing, so that a full disk keeps nobody from reading', async () => {
  const where = place()
  await openFileMarks(where)
  expect(existsSync(where.path)).toBe(false)
})

it('keeps the files marked last when it may only keep some', async () => {
  const where = place()
  const first = await openFileMarks(where)
  for (const file of ['/a', '/b', '/c', '/a']) await first.put(file, mark)
  const second = await openFileMarks({ ...where, filesMax: 2 })
  await second.put('/d', mark)
  expect(second.paths()).toEqual(['/a', '/d'])
})

it('outlives a run that was killed in the middle of a line', async () => {
  const where = place()
  await (await openFileMarks(where)).put('/a', mark)
  appendFileSync(where.path, '{"path":"/b","mark":{"by')
  const next = await openFileMarks(where)
  expect(await next.get('/a')).toEqual(mark)
  await next.put('/b', mark)
  expect(await (await openFileMarks(where)).get('/b')).toEqual(mark)
})

it('is not believed when the store was made anew', async () => {
  const where = place()
  await (await openFileMarks(where)).put('/a', mark)
  // Made before the old one goes, so that the file system cannot give it the same number.
  writeFileSync(`${where.storeFile}.new`, 'another store')
  renameSync(`${where.storeFile}.new`, where.storeFile)
  expect(await (await openFileMarks(where)).get('/a')).toBeNull()
})

it.each(['', '{}', 'not json\n', '{"version":2,"store":"x"}\n{"path":"/a"}\n'])(
  'starts anew from %j',
  async (text) => {
    const where = place()
    writeFileSync(where.path, text, { mode: 0o600 })
    expect(await (await openFileMarks(where)).get('/a')).toBeNull()
  },
)
