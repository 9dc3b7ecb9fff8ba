import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { checkoutAround, checkoutLines } from '../../src/cli/target-file.ts'
import { run } from './terminal.ts'

const commands = [['backup'], ['export'], ['key', 'export']]

describe.each(commands)('%s %s, told a file', (...words) => {
  const command = words.filter((word) => word !== undefined)

  test('leaves what is there as it is, and says what to do', async () => {
    const [folder, dataDir] = [tempDir(), tempDir()]
    const path = join(folder, 'mine.txt')
    writeFileSync(path, 'mine')
    const ran = await run([...command, path, '--data-dir', dataDir])
    expect(ran).toEqual({
      code: 2,
      stdout: '',
      stderr: `iai-mcp: ${path} is there already; name another file, or replace it with --force\n`,
    })
    expect(readFileSync(path, 'utf8')).toBe('mine')
  })

  test('never follows a link, and never writes among its own files, with --force neither', async () => {
    const [folder, dataDir] = [tempDir(), tempDir()]
    writeFileSync(join(folder, 'mine.txt'), 'mine')
    symlinkSync(join(folder, 'mine.txt'), join(folder, 'link'))
    writeFileSync(join(dataDir, '.key'), 'a key')
    symlinkSync(dataDir, join(folder, 'data'))
    const tell = async (path: string) =>
      (await run([...command, path, '--force', '--data-dir', dataDir])).stderr
    expect(await tell(join(folder, 'link'))).toContain('no plain file')
    expect(await tell(join(dataDir, '.key'))).toContain('keeps its own files')
    expect(await tell(join(folder, 'data', '.key'))).toContain('keeps its own files')
    expect(await tell(join(folder, 'not there', 'x'))).toContain('there is no folder')
    expect(readFileSync(join(folder, 'mine.txt'), 'utf8')).toBe('mine')
    expect(readFileSync(join(dataDir, '.key'), 'utf8')).toBe('a key')
  })
})

test('--force without a file to replace is wrong usage', async () => {
  expect((await run(['key', 'rotate', '--force', '--data-dir', tempDir()])).code).toBe(2)
})

test('a git checkout is seen from any folder in it; a worktree’s .git is a file', () => {
  const folder = tempDir()
  const inner = join(folder, 'shop', 'src')
  mkdirSync(inner, { recursive: true })
  expect(checkoutAround(join(inner, 'all.jsonl'))).toBeNull()
  expect(checkoutLines(null)).toEqual([])
  mkdirSync(join(folder, 'shop', '.git'))
  expect(checkoutAround(join(inner, 'all.jsonl'))).toBe(join(folder, 'shop'))
  writeFileSync(join(inner, '.git'), 'gitdir: elsewhere')
  expect(checkoutAround(join(inner, 'all.jsonl'))).toBe(inner)
  expect(checkoutLines(inner).flat().join('')).toContain(inner)
})
