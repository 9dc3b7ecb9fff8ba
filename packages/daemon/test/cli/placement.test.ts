// Where an import puts what names a folder, and what names none, and what it says of that.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { startFakeDaemon } from './terminal.ts'

const line = (n: number, more: object) =>
  JSON.stringify({ text: `Turn ${n}`, role: 'user', said_at: 1_770_000_000_000 + n, session: 's', ...more })

async function imported(...args: readonly string[]) {
  const daemon = await startFakeDaemon({
    project_get: { key: 'path:/home/ada/tea', name: 'tea' },
    project_why: ({ cwd }) => ({ found: { key: `path:${cwd}`, name: String(cwd).slice(10) }, project: null }),
    memory_capture_batch: ({ turns }) => ({
      inserted: (turns as unknown[]).length,
      reinforced: 0,
      skipped: 0,
    }),
  })
  const cwd = tempDir()
  const lines = [line(1, { cwd: '/home/ada/shop' }), line(2, {}), line(3, { project: 'shop' })]
  writeFileSync(join(cwd, 'h.jsonl'), `${lines.join('\n')}\n`)
  const ran = await daemon.run(['import', 'jsonl', 'h.jsonl', ...args], { cwd })
  const batches = daemon.calls.filter(({ method }) => method === 'memory_capture_batch')
  const places = batches.map(({ params: { cwd, project, turns } }) => [cwd ?? project, (turns as []).length])
  return { ...ran, places, cwd }
}

test('says in which projects new turns are, and warns of what is seen in every one', async () => {
  const { code, stdout, places } = await imported()
  expect(code).toBe(0)
  expect(places).toEqual(expect.arrayContaining([['/home/ada/shop', 1]]))
  expect(stdout).toContain('1 new turn in shop  path:/home/ada/shop')
  expect(stdout).toContain('2 new turns in global')
  expect(stdout).toMatch(/2 turns without a folder .*"project" in a line is not read.*--cwd FOLDER/)
})

test('--project and --cwd place what names no folder, and nothing else', async () => {
  const known = await imported('--project', 'tea')
  expect(known.places).toEqual(
    expect.arrayContaining([
      ['/home/ada/shop', 1],
      ['path:/home/ada/tea', 2],
    ]),
  )
  expect(known.stdout).toContain('2 new turns in path:/home/ada/tea')
  expect(known.stdout).not.toContain('without a folder')
  const folder = await imported('--cwd', 'new')
  expect(folder.places).toEqual(expect.arrayContaining([[join(folder.cwd, 'new'), 2]]))
})

test('a dry run counts what nothing places', async () => {
  const { stdout, places } = await imported('--dry-run')
  expect(places).toEqual([])
  expect(stdout).toContain('2 turns without a folder')
  expect((await imported('--dry-run', '--cwd', '.')).stdout).not.toContain('without a folder')
})

test.each([
  [
    ['--project', 'a', '--cwd', '.'],
    "option '--cwd <folder>' cannot be used with option '--project <project>'",
  ],
  [['--no-merge'], '--no-merge has no effect here'],
])('%j is refused', async (args, words) => {
  const { code, stderr, places } = await imported(...args)
  expect([code, places]).toEqual([2, []])
  expect(stderr).toContain(words)
})
