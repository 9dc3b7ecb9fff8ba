// A simulated disk that keeps too much proves nothing: each thing that a cut may take is taken.
import { expect, test } from 'vitest'
import { seededRandom } from '../../../bench/load/invented-history.ts'
import { createDisk } from './disk.ts'
import type { TracedCall } from './trace.ts'

const path = '/d/a'
const open: TracedCall = { call: 'open', path, fd: 5, creates: true, truncates: false, appends: false }
const write = (text: string, at: number | null = null): TracedCall => ({
  ...{ call: 'write', path, fd: 5, at },
  bytes: Buffer.from(text),
})
const inNew: TracedCall[] = [
  { call: 'open', path: '/d/new/a', fd: 6, creates: true, truncates: false, appends: false },
  { call: 'write', path: '/d/new/a', fd: 6, at: null, bytes: Buffer.from('one') },
]
const sync = (what: string): TracedCall => ({ call: 'sync', path: what })

function left(calls: readonly TracedCall[], there: Record<string, string> = {}): Record<string, string> {
  const disk = createDisk(new Map(Object.entries(there).map(([at, text]) => [at, Buffer.from(text)])))
  for (const call of calls) disk.apply(call)
  return Object.fromEntries([...disk.after('nothing')].map(([at, bytes]) => [at, bytes.toString()]))
}

test.each<[string, TracedCall[], Record<string, string>, Record<string, string>]>([
  ['what was not synced', [open, write('one')], { [path]: 'old' }, { [path]: 'old' }],
  [
    'what came after the sync',
    [open, write('one'), sync(path), write('two')],
    { [path]: '' },
    { [path]: 'one' },
  ],
  ['a new file whose folder was not synced', [open, write('one'), sync(path)], {}, {}],
  ['a new name', [{ call: 'rename', path, to: '/d/b' }], { [path]: 'x' }, { [path]: 'x' }],
  ['a removal', [{ call: 'remove', path }], { [path]: 'x' }, { [path]: 'x' }],
  ['a truncation', [{ call: 'truncate', path, length: 0 }], { [path]: 'x' }, { [path]: 'x' }],
  [
    'all that is in a new folder whose own name was not synced',
    [{ call: 'makeFolder', path: '/d/new' }, ...inNew, sync('/d/new/a'), sync('/d/new')],
    {},
    {},
  ],
  ['the text of a file that was only named', [open, write('one'), sync('/d')], {}, { [path]: '' }],
])('a cut takes %s', (_, calls, there, after) => {
  expect(left(calls, there)).toEqual(after)
})

test('what was synced with its folder stays, under its last name', () => {
  const renamed: TracedCall = { call: 'rename', path, to: '/d/b' }
  expect(left([open, write('one'), write('two'), sync(path), renamed, sync('/d')])).toEqual({
    '/d/b': 'onetwo',
  })
})

test('opening a folder to sync it makes no file of that name', () => {
  const looked: TracedCall = { ...open, path: '/d', creates: false }
  expect(left([open, write('one'), sync(path), looked, sync('/d')])).toEqual({ [path]: 'one' })
})

test('a new folder stays with what is in it once each name is synced', () => {
  const made: TracedCall = { call: 'makeFolder', path: '/d/new' }
  expect(left([made, sync('/d'), ...inNew, sync('/d/new/a'), sync('/d/new')])).toEqual({ '/d/new/a': 'one' })
})

test('chance keeps whole sectors, some of them', () => {
  const disk = createDisk(new Map([[path, Buffer.alloc(2_048, 'o')]]))
  disk.apply(open)
  disk.apply({ call: 'write', path, fd: 5, at: 0, bytes: Buffer.alloc(2_048, 'n') })
  const seen = new Set<string>()
  const random = seededRandom(1)
  for (let time = 0; time < 100; time += 1) {
    const text = disk.after(random).get(path)?.toString() ?? ''
    seen.add([0, 512, 1_024, 1_536].map((at) => text[at]).join(''))
    expect(text).toMatch(/^(?:(?:o{512}|n{512})){4}$/)
  }
  expect(seen.size).toBe(16)
})
