import { chmodSync, lstatSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { findDataDirProblem, prepareDataDir } from '../../src/lifecycle/data-dir.ts'

async function refusal(path: string): Promise<{ code: string; message: string }> {
  const error = await prepareDataDir(path).then(
    () => null,
    (reason) => reason,
  )
  expect(error).toMatchObject({ name: 'AppError' })
  return error
}

test('a missing directory is made, with its parents, for us alone', async () => {
  const path = join(tempDir(), 'deep', 'er')
  const before = process.umask(0o277)
  try {
    await prepareDataDir(path)
  } finally {
    process.umask(before)
  }
  expect(statSync(path).mode & 0o777).toBe(0o700)
  expect(await findDataDirProblem(path)).toBeNull()
})

test('looking for problems makes nothing', async () => {
  const path = join(tempDir(), 'none')
  expect(await findDataDirProblem(path)).toBe('missing')
  expect(lstatSync(path, { throwIfNoEntry: false })).toBeUndefined()
})

test.each([0o750, 0o701, 0o770, 0o777])('mode %o is refused with the command that mends it', async (mode) => {
  const path = tempDir()
  chmodSync(path, mode)
  const { code, message } = await refusal(path)
  expect(code).toBe('data_dir_unsafe')
  expect(message).toContain(`${path} is open to other users (mode 0${mode.toString(8)})`)
  expect(message).toContain(`chmod 700 ${path}`)
  expect(statSync(path).mode & 0o777).toBe(mode)
})

test('a path that a shell would split is quoted in the remedy', async () => {
  const path = join(tempDir(), 'my memory')
  mkdirSync(path, { mode: 0o755 })
  expect((await refusal(path)).message).toContain(`chmod 700 '${path}'`)
})

test('a file is refused', async () => {
  const path = join(tempDir(), 'file')
  writeFileSync(path, '')
  expect((await refusal(path)).message).toContain(`${path} is not a directory`)
})

test('a symbolic link is refused, and its target named', async () => {
  const target = tempDir()
  const path = join(tempDir(), 'link')
  symlinkSync(target, path)
  expect((await refusal(path)).message).toContain(`set IAI_MCP_STORE to ${target} itself`)
})

test('a place below a file cannot be made', async () => {
  const file = join(tempDir(), 'file')
  writeFileSync(file, '')
  const { message } = await refusal(join(file, 'memory'))
  expect(message).toContain('IAI_MCP_STORE')
  rmSync(file)
})

test.runIf(process.getuid?.() === 0)("another user's directory is refused, with both ids", async () => {
  const path = tempDir()
  const { chownSync } = await import('node:fs')
  chownSync(path, 12_345, 12_345)
  const { message } = await refusal(path)
  expect(message).toContain('belongs to user id 12345, and this is user id 0')
  expect(message).toContain(`sudo chown -R 0 ${path}`)
})
