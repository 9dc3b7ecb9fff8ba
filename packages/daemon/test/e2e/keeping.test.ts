// Keys, backups, restores and exports as a user meets them: the real command beside a real daemon.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test, vi } from 'vitest'
import { createPlace, type Ended, ensureBuilt } from './daemon-process.ts'

beforeAll(ensureBuilt, 120_000)
vi.setConfig({ testTimeout: 90_000 })

function ok({ code, stdout, stderr }: Ended): string {
  expect(code, stderr).toBe(0)
  return stdout
}

test('back up and export beside the daemon, restore and rotate after it, and nothing leaks a key', async () => {
  const place = createPlace()
  const running = await place.start({ args: [] })
  const key = () => place.read('.key').trim()
  const first = key()
  ok(await place.run(['capture', 'the deploy window is on Tuesday']))
  const home = join(place.dataDir, '..')
  const backup = join(home, 'one.backup')
  expect(ok(await place.run(['backup', backup]))).toContain('1 memory')
  expect(statSync(backup).mode & 0o777).toBe(0o600)
  const archive = join(home, 'all.jsonl')
  ok(await place.run(['export', archive]))
  expect(readFileSync(archive, 'utf8')).toContain('the deploy window')
  expect(running.child.exitCode).toBeNull()

  ok(await place.run(['capture', 'said after the backup']))
  const preview = ok(await place.run(['restore', backup, '--dry-run']))
  expect(preview).toContain('would be lost    1 memory')
  const asked = await place.run(['restore', backup])
  expect(asked.code).toBe(2)
  expect(running.child.exitCode).toBeNull()
  const restored = ok(await place.run(['restore', backup, '--yes']))
  expect(restored).toContain('is kept in')
  expect(restored).toContain('The daemon was stopped')
  await running.ended

  const sheet = join(home, 'sheet.txt')
  ok(await place.run(['key', 'export', sheet]))
  for (const command of [['key', 'export'], ['backup'], ['export']]) {
    expect((await place.run([...command, sheet])).code).toBe(2)
    const other = join(home, `${command.join('-')}.replaced`)
    writeFileSync(other, 'somebody else’s')
    ok(await place.run([...command, other, '--force']))
    expect(readFileSync(other, 'latin1')).not.toContain('somebody')
  }
  const rotated = await place.run(['key', 'rotate'])
  expect(ok(rotated)).toContain('new key')
  expect(key()).not.toBe(first)
  const told = [preview, rotated.stdout, rotated.stderr, running.output().stderr].join('')
  expect(told).not.toContain(first)
  expect(told).not.toContain(key())

  expect(ok(await place.run(['key']))).not.toContain('does not open')
  const right = key()
  writeFileSync(join(place.dataDir, '.key'), first)
  const wrong = await place.run(['key'])
  expect(wrong).toMatchObject({ code: 1, stdout: expect.stringContaining('iai-mcp key import') })
  writeFileSync(join(place.dataDir, '.key'), right)

  expect((await place.run(['key', 'import', sheet])).stderr).toContain('the key does not open')
  ok(await place.run(['key', 'export', join(home, 'new.txt')]))
  rmSync(join(place.dataDir, '.key'))
  expect((await place.run(['daemon'])).stderr).toContain('iai-mcp key import')
  ok(await place.run(['key', 'import', join(home, 'new.txt')]))
  await place.start({ args: [] })
  const listed = ok(await place.run(['list', '--all-projects']))
  expect(listed).toContain('deploy window')
  expect(listed).not.toContain('after the backup')
})

test('a passphrase is piped in, and asked for in the environment from then on', async () => {
  const place = createPlace()
  const running = await place.start({ args: [] })
  ok(await place.run(['capture', 'kept']))
  const short = await place.run(['key', 'change', '--to', 'passphrase'], { input: 'short\n' })
  expect(short.code).toBe(2)
  expect(running.child.exitCode).toBeNull()
  const words = 'an invented passphrase'
  ok(await place.run(['key', 'change', '--to', 'passphrase'], { input: `${words}\n` }))
  await running.ended
  expect(readdirSync(place.dataDir)).not.toContain('.key')
  expect((await place.run(['daemon'])).stderr).toContain('set IAI_MCP_CRYPTO_PASSPHRASE')
  const env = { IAI_MCP_CRYPTO_PASSPHRASE: words }
  await place.start({ args: [], env })
  expect(ok(await place.run(['list', '--all-projects']))).toContain('kept')
  expect(ok(await place.run(['key'], { env }))).toContain('passphrase from IAI_MCP_CRYPTO_PASSPHRASE')
  const back = ok(await place.run(['key', 'change', '--to', 'file'], { env }))
  expect(back).toContain(`It is kept in ${join(place.dataDir, '.key')}.`)
})

test('an export moves to another machine', async () => {
  const [from, to] = [createPlace(), createPlace()]
  await from.start({ args: [] })
  ok(await from.run(['capture', 'the staging port is 5433']))
  const path = join(from.dataDir, '..', 'all.md')
  ok(await from.run(['export', '--format', 'markdown', path]))
  expect((await from.run(['export', path])).stderr).toContain('is there already')
  expect(ok(await to.run(['import', path]))).toContain('1 memory taken in')
  expect(ok(await to.run(['import', path]))).toContain('0 memories taken in, 1 were there already')
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, 400))
  const running = await to.start({ args: [] })
  const cut = await to.run(['import', path])
  expect(cut.code).toBe(2)
  writeFileSync(path, 'not an export\n')
  const other = await to.run(['import', path])
  expect(other.code).toBe(2)
  expect(other.stderr).toContain('line 1 of the export cannot be taken in: it is no export')
  expect(running.child.exitCode).toBeNull()
  expect(ok(await to.run(['list', '--all-projects']))).toContain('5433')
})
