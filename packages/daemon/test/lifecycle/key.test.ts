import { chmodSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { describeKeyPlan, openKey, planKey } from '../../src/lifecycle/key.ts'
import { storeFilePath } from '../../src/lifecycle/store-file.ts'

function withStore(dataDir: string): string {
  writeFileSync(storeFilePath(dataDir), 'not empty')
  return dataDir
}

async function refusal(
  dataDir: string,
  passphrase: string | null,
): Promise<{ code: string; message: string }> {
  return openKey(dataDir, passphrase).then(
    () => expect.fail('a key was found'),
    (error) => error,
  )
}

describe('the key file', () => {
  test('is made on the first start, private, and is the same key ever after', async () => {
    const dataDir = tempDir()
    const first = await openKey(dataDir, null)
    expect(first.key).toHaveLength(32)
    expect(statSync(join(dataDir, '.key')).mode & 0o777).toBe(0o600)
    withStore(dataDir)
    const second = await openKey(dataDir, null)
    expect(second.key.equals(first.key)).toBe(true)
    expect(second.source).toBe(`key file ${dataDir}/.key`)
    expect(second.source).not.toContain(first.key.toString('hex'))
  })

  test('differs from one data directory to the next', async () => {
    const [one, other] = [await openKey(tempDir(), null), await openKey(tempDir(), null)]
    expect(one.key.equals(other.key)).toBe(false)
  })

  test('is not made anew when there is a store already', async () => {
    const dataDir = withStore(tempDir())
    const { code, message } = await refusal(dataDir, null)
    expect(code).toBe('key_missing')
    expect(message).toContain(`restore ${dataDir}/.key from a copy`)
    expect(existsSync(join(dataDir, '.key'))).toBe(false)
  })

  test('an empty store file, left by a first start that was cut short, is no store', async () => {
    const dataDir = tempDir()
    writeFileSync(storeFilePath(dataDir), '')
    expect((await openKey(dataDir, null)).key).toHaveLength(32)
  })

  test.each([0o640, 0o604, 0o660])('mode %o is refused', async (mode) => {
    const dataDir = tempDir()
    await openKey(dataDir, null)
    chmodSync(join(dataDir, '.key'), mode)
    const { code, message } = await refusal(dataDir, null)
    expect(code).toBe('data_dir_unsafe')
    expect(message).toContain(`chmod 600 ${dataDir}/.key`)
  })

  test.each(['', 'abc', 'g'.repeat(64), '0'.repeat(63), '0'.repeat(66)])(
    'content %j is refused',
    async (text) => {
      const dataDir = tempDir()
      writeFileSync(join(dataDir, '.key'), text, { mode: 0o600 })
      const { code, message } = await refusal(dataDir, null)
      expect(code).toBe('data_dir_unsafe')
      expect(message).toContain(`${dataDir}/.key`)
      expect(readFileSync(join(dataDir, '.key'), 'utf8')).toBe(text)
    },
  )

  test('a symbolic link is refused, and nothing is written through it', async () => {
    const dataDir = tempDir()
    const target = join(tempDir(), 'key')
    symlinkSync(target, join(dataDir, '.key'))
    expect((await refusal(dataDir, null)).message).toContain(`${dataDir}/.key is`)
    expect(existsSync(target)).toBe(false)
  })
})

describe('the passphrase', () => {
  test('gives the same key again, another passphrase another one', async () => {
    const dataDir = tempDir()
    const first = await openKey(dataDir, 'correct horse')
    const again = await openKey(dataDir, 'correct horse')
    const other = await openKey(dataDir, 'battery staple')
    expect(first.key).toHaveLength(32)
    expect(again.key.equals(first.key)).toBe(true)
    expect(other.key.equals(first.key)).toBe(false)
    expect(first.source).toBe('passphrase from IAI_MCP_CRYPTO_PASSPHRASE')
  })

  test('is salted: two data directories have two keys', async () => {
    const [one, other] = [await openKey(tempDir(), 'same'), await openKey(tempDir(), 'same')]
    expect(one.key.equals(other.key)).toBe(false)
  })

  test('does not depend on how a letter with an accent is put together', async () => {
    const dataDir = tempDir()
    const composed = await openKey(dataDir, 'caf\u00e9')
    const decomposed = await openKey(dataDir, 'cafe\u0301')
    expect(decomposed.key.equals(composed.key)).toBe(true)
  })

  test('leaves its parameters behind, private, and neither itself nor the key', async () => {
    const dataDir = tempDir()
    const { key } = await openKey(dataDir, 'correct horse')
    const path = join(dataDir, 'key.json')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const text = readFileSync(path, 'utf8')
    expect(JSON.parse(text)).toMatchObject({ version: 1, kdf: 'scrypt', n: 131_072, r: 8, p: 1 })
    expect(text).not.toContain('horse')
    expect(text).not.toContain(key.toString('hex'))
    expect(existsSync(join(dataDir, '.key'))).toBe(false)
  })

  test('weaker parameters than ours are refused', async () => {
    const dataDir = tempDir()
    await openKey(dataDir, 'correct horse')
    const path = join(dataDir, 'key.json')
    const parameters = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...parameters, n: 2 }))
    expect((await refusal(dataDir, 'correct horse')).code).toBe('data_dir_unsafe')
  })

  test('a store with a lost salt is refused', async () => {
    const dataDir = tempDir()
    await openKey(dataDir, 'correct horse')
    withStore(dataDir)
    rmSync(join(dataDir, 'key.json'))
    const { code, message } = await refusal(dataDir, 'correct horse')
    expect(code).toBe('key_missing')
    expect(message).toContain(`restore ${dataDir}/key.json`)
    expect(existsSync(join(dataDir, 'key.json'))).toBe(false)
  })

  test('a store made with a passphrase is not opened without, and the remedy says so', async () => {
    const dataDir = tempDir()
    await openKey(dataDir, 'correct horse')
    withStore(dataDir)
    expect((await refusal(dataDir, null)).message).toContain('set IAI_MCP_CRYPTO_PASSPHRASE')
    expect(existsSync(join(dataDir, '.key'))).toBe(false)
  })

  test('a store made with a key file is not opened with a passphrase, and the remedy says so', async () => {
    const dataDir = tempDir()
    await openKey(dataDir, null)
    withStore(dataDir)
    expect((await refusal(dataDir, 'x')).message).toContain('unset IAI_MCP_CRYPTO_PASSPHRASE')
    expect(existsSync(join(dataDir, 'key.json'))).toBe(false)
  })
})

test('asking what the key would be makes none', () => {
  const dataDir = tempDir()
  const plan = planKey(dataDir, false)
  expect(plan.kind).toBe('new key file')
  expect(describeKeyPlan(dataDir, plan)).toBe(`key file ${dataDir}/.key`)
  expect(existsSync(join(dataDir, '.key'))).toBe(false)
})
