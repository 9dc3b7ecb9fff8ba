// The key in a real keychain: the built command and daemon, and GNOME Keyring behind the Secret Service. The part that has
// a stand-in for the keychain is packages/daemon/test/keeping/keychain.test.ts.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DaemonNotStarted, daemonBin, startDaemonChild } from '../support/daemon-child.ts'
import { type SecretService, startSecretService } from '../support/secret-service.ts'
import { tempDir } from '../support/temp-dir.ts'

const password = 'an invented login password'
const commandMsMax = 60_000

interface Place {
  readonly home: string
  readonly dataDir: string
}

async function serviceIn(home: string): Promise<SecretService> {
  const service = await startSecretService(home, password)
  let isStopped = false
  const stop = async () => {
    if (!isStopped) await service.stop()
    isStopped = true
  }
  onTestFinished(stop)
  return { ...service, stop }
}

async function command({ home, dataDir }: Place, env: object, args: readonly string[], input = '') {
  const child = spawn(process.execPath, [daemonBin, ...args, '--data-dir', dataDir], {
    cwd: home,
    env: { HOME: home, PATH: process.env.PATH ?? '/usr/bin:/bin', ...env },
    timeout: commandMsMax,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  return { code: code as number | null, said }
}

async function startDaemon({ dataDir }: Place, env: Readonly<Record<string, string>>) {
  const daemon = await startDaemonChild({ dataDir, env })
  onTestFinished(async () => void (await daemon.stop()))
  return daemon
}

test('a store whose key is in the keychain opens with it, and without it is refused and told how to be had', async () => {
  const home = tempDir()
  const place: Place = { home, dataDir: join(home, 'data') }
  const service = await serviceIn(home)
  const first = await startDaemon(place, service.env)
  expect(await command(place, service.env, ['capture', 'The walrus keeps port 5433.'])).toMatchObject({
    code: 0,
  })
  const keyBefore = readFileSync(join(place.dataDir, '.key'), 'utf8').trim()

  const changed = await command(place, service.env, ['key', 'change', '--to', 'keychain'])
  expect(changed).toMatchObject({ code: 0, said: expect.stringContaining('kept in the keychain') })
  await first.ended
  expect(existsSync(join(place.dataDir, '.key'))).toBe(false)
  const sheet = await command(place, service.env, ['key', 'export'])
  expect(sheet).toMatchObject({ code: 0, said: expect.stringContaining('recovery sheet') })

  // Read from the keychain by a daemon of its own, and changed there again.
  const second = await startDaemon(place, service.env)
  expect(second.facts.key_source).toBe('keychain of this system')
  expect((await command(place, service.env, ['recall', 'walrus'])).said).toContain('port 5433')
  expect(await command(place, service.env, ['key', 'rotate'])).toMatchObject({ code: 0 })
  await second.ended
  const newSheet = await command(place, service.env, ['key', 'export'])
  expect(newSheet.said).not.toBe(sheet.said)
  const third = await startDaemon(place, service.env)
  expect((await command(place, service.env, ['recall', 'walrus'])).said).toContain('port 5433')
  await third.stop()
  for (const name of readdirSync(place.dataDir)) {
    if (name.startsWith('memory.db') || name.startsWith('.former')) continue
    expect(readFileSync(join(place.dataDir, name)).includes(keyBefore), name).toBe(false)
  }

  // The session ends: no keychain, no store, and nothing is made in its place.
  await service.stop()
  const before = readdirSync(place.dataDir).sort()
  const refused = await startDaemonChild({ dataDir: place.dataDir }).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(DaemonNotStarted)
  expect((refused as DaemonNotStarted).end.errors).toContain('no keychain answers here')
  expect(readdirSync(place.dataDir).sort()).toEqual(before)

  // The next session has the same keyring.
  const again = await serviceIn(home)
  const fourth = await startDaemon(place, again.env)
  expect((await command(place, again.env, ['recall', 'walrus'])).said).toContain('port 5433')
  await fourth.stop()
  await again.stop()

  // The keyring is lost for good: the sheet brings the store back, the old sheet does not.
  expect(await command(place, {}, ['key', 'import'], sheet.said)).toMatchObject({ code: 1 })
  expect(await command(place, {}, ['key', 'import'], newSheet.said)).toMatchObject({ code: 0 })
  const fifth = await startDaemon(place, {})
  expect(fifth.facts.key_source).toContain('key file')
  expect((await command(place, {}, ['recall', 'walrus'])).said).toContain('port 5433')
}, 240_000)

test('where no keychain answers, the status says so and the change is refused with nothing changed', async () => {
  const home = tempDir()
  const place: Place = { home, dataDir: join(home, 'data') }
  const daemon = await startDaemon(place, {})
  const status = await command(place, {}, ['key', 'status'])
  expect(status.said).toContain('no keychain answers here')
  const refused = await command(place, {}, ['key', 'change', '--to', 'keychain'])
  expect(refused.code).toBe(1)
  expect(refused.said).toContain('Nothing was changed')
  expect(daemon.isRunning()).toBe(true)
  expect(existsSync(join(place.dataDir, '.key'))).toBe(true)
})
