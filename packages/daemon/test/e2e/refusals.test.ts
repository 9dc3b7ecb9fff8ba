// Starts that must not happen: each says what is wrong and what to do, and changes nothing.
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { createPlace, type Env, ensureBuilt, type Place } from './daemon-process.ts'

beforeAll(ensureBuilt, 120_000)

async function refusal(
  place: Place,
  env: Env = {},
  args: readonly string[] = [],
  { exitCode = 1 } = {},
): Promise<string> {
  const { code, signal, stdout, stderr } = await place.run(['daemon', ...args], { env })
  expect({ code, signal, stdout }, stderr).toEqual({ code: exitCode, signal: null, stdout: '' })
  return stderr
}

function withDataDir(mode = 0o700): Place {
  const place = createPlace()
  mkdirSync(place.dataDir, { mode })
  chmodSync(place.dataDir, mode)
  return place
}

async function withStore(env: Env = {}): Promise<Place> {
  const place = createPlace(env)
  const running = await place.start()
  await place.run(['capture', 'kept'])
  running.signal('SIGTERM')
  await running.ended
  return place
}

function content(place: Place): Record<string, string> {
  const names = readdirSync(place.dataDir).filter((name) => name !== 'memory.db-shm')
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(place.dataDir, name)).toString('base64')]),
  )
}

test('a configuration file with an unknown key', async () => {
  const place = withDataDir()
  writeFileSync(join(place.dataDir, 'config.json'), '{"http_prot": 0}')
  expect(await refusal(place)).toContain(`${place.dataDir}/config.json: unknown key "http_prot"`)
  expect(readdirSync(place.dataDir)).toEqual(['config.json'])
})

test('a data directory that others can read', async () => {
  const place = withDataDir(0o755)
  expect(await refusal(place)).toContain(`chmod 700 ${place.dataDir}`)
  expect(readdirSync(place.dataDir)).toEqual([])
})

test('a data directory that is a symbolic link', async () => {
  const place = createPlace()
  const target = `${place.dataDir}-elsewhere`
  mkdirSync(target, { mode: 0o700 })
  symlinkSync(target, place.dataDir)
  expect(await refusal(place)).toContain(`set IAI_MCP_STORE to ${target} itself`)
})

test('a host that is not loopback', async () => {
  const place = createPlace()
  const args = ['--http-host', '0.0.0.0', '--http']
  expect(await refusal(place, {}, args, { exitCode: 2 })).toContain('loopback')
})

test('a port that is taken', async () => {
  const other = createPlace()
  const running = await other.start()
  const port = other.read('.http.port')
  const place = createPlace()
  expect(await refusal(place, { IAI_DAEMON_HTTP_PORT: port })).toContain(port)
  expect(readdirSync(place.dataDir)).not.toContain('.daemon.lock')
  expect(readdirSync(place.dataDir)).not.toContain('.daemon.sock')
  expect(running.child.exitCode).toBeNull()
})

test('a foreign file at the socket path stays as it is', async () => {
  const place = withDataDir()
  const path = join(place.dataDir, '.daemon.sock')
  writeFileSync(path, 'mine')
  expect(await refusal(place)).toContain(path)
  expect(readFileSync(path, 'utf8')).toBe('mine')
})

test('a key file that others can read', async () => {
  const place = await withStore()
  chmodSync(join(place.dataDir, '.key'), 0o644)
  expect(await refusal(place)).toContain(`chmod 600 ${place.dataDir}/.key`)
})

test('a store without its key', async () => {
  const place = await withStore()
  rmSync(join(place.dataDir, '.key'))
  const before = content(place)
  expect(await refusal(place)).toContain(`restore ${place.dataDir}/.key from a copy`)
  expect(content(place)).toEqual(before)
})

test('a store with another key', async () => {
  const place = await withStore()
  const path = join(place.dataDir, '.key')
  const right = readFileSync(path)
  writeFileSync(path, `${'0'.repeat(64)}\n`)
  const before = content(place)
  expect(await refusal(place)).toMatch(/key/)
  expect(content(place)).toEqual(before)
  writeFileSync(path, right)
  await place.start()
  expect((await place.run(['list', '--all-projects'])).stdout).toContain('kept')
})

test('a wrong passphrase; the right one opens it again', async () => {
  const passphrase = { IAI_MCP_CRYPTO_PASSPHRASE: 'correct horse' }
  const place = await withStore(passphrase)
  expect(readdirSync(place.dataDir)).not.toContain('.key')
  const before = content(place)
  const said = await refusal(place, { IAI_MCP_CRYPTO_PASSPHRASE: 'wrong horse' })
  expect(said).not.toContain('horse')
  expect(await refusal(place, { IAI_MCP_CRYPTO_PASSPHRASE: '' })).toContain('set IAI_MCP_CRYPTO_PASSPHRASE')
  expect(content(place)).toEqual(before)
  await place.start()
  expect((await place.run(['list', '--all-projects'])).stdout).toContain('kept')
})

test('a store file that is no store', async () => {
  const place = await withStore()
  writeFileSync(join(place.dataDir, 'memory.db'), 'this is not a database, and never was one'.repeat(200))
  const before = content(place)
  expect(await refusal(place)).toContain('memory.db')
  expect(content(place)).toEqual(before)
})
