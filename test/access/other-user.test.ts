// A second user of the same machine, for real (another uid), against everything the daemon leaves lying about: files,
// socket, port, lock, spool, and the names it is about to use or has just given up.
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { createHttpClient } from '../../packages/client/src/http-client.ts'
import { connectDaemon } from '../../packages/client/src/socket-client.ts'
import { createSpool } from '../../packages/client/src/spool.ts'
import { createPlace } from '../../packages/daemon/test/e2e/daemon-process.ts'
import plugin from '../../packages/opencode/src/plugin.ts'
import { FakeHost } from '../support/fake-host.ts'
import { type GuardedDaemon, secret, startGuardedDaemon } from './guarded-daemon.ts'
import { type Stranger, startStranger, strangerUid } from './second-user.ts'

let stranger: Stranger
beforeEach(async () => {
  stranger = await startStranger()
  // What follows is about another user, and fails rather than passes when there is none.
  expect(await stranger.does('whoami')).toEqual({ ok: true, value: strangerUid })
})

async function startDaemon(): Promise<GuardedDaemon> {
  const daemon = await startGuardedDaemon()
  onTestFinished(() => daemon.stop())
  const spooled = { client: 'test', session_id: 's', turns: [{ text: secret, role: 'user' as const }] }
  await createSpool({ dataDir: daemon.dataDir }).append(spooled)
  return daemon
}

/** A folder like /tmp: anybody may make things in it, nobody may take another's away. */
function sharedFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'iai-shared-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  chmodSync(path, 0o1777)
  return path
}

/** Every file and folder below, the directory itself first. */
function everythingIn(path: string): readonly string[] {
  const inside = lstatSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : []
  return [path, ...inside.flatMap(everythingIn)]
}

test('doctor names files that are another user’s, and leaves them alone', async () => {
  const place = createPlace()
  mkdirSync(place.dataDir, { mode: 0o700 })
  const path = join(place.dataDir, '.http.token')
  writeFileSync(path, 'A'.repeat(43), { mode: 0o644 })
  chownSync(path, strangerUid, strangerUid)
  const ran = await place.run(['doctor', '--fix'])
  expect(ran.code).toBe(1)
  expect(ran.stdout).toMatch(/FAIL {2}files +not ours: \.http\.token\n +→ sudo chown -R /)
  expect(statSync(path)).toMatchObject({ uid: strangerUid, mode: 0o100644 })
})

const denied = { ok: false, code: 'EACCES' }

describe('while the daemon runs, another user', () => {
  test('cannot read, list, write, replace or remove anything of it', async () => {
    const daemon = await startDaemon()
    const all = everythingIn(daemon.dataDir)
    const free = sharedFolder()
    // The store, its log and key, socket, port, token, lock, spool: this test is about all of them.
    for (const name of ['memory.db', 'memory.db-wal', '.key', '.daemon.sock', '.http.port', '.http.token'])
      expect(all).toContain(join(daemon.dataDir, name))
    expect(all.filter((path) => path.includes('.deferred-captures/'))).toHaveLength(1)
    for (const path of all.slice(1)) {
      expect(await stranger.does('read', { path }), path).toEqual(denied)
      expect(await stranger.does('write', { path, send: 'x' }), path).toEqual(denied)
      expect(await stranger.does('remove', { path }), path).toEqual(denied)
      expect(await stranger.does('rename', { path, to: `${path}.gone` }), path).toEqual(denied)
      expect(await stranger.does('symlink', { path, to: '/etc/hostname' }), path).toEqual(denied)
      expect(await stranger.does('link', { path, to: join(free, 'taken') }), path).toMatchObject({
        ok: false,
      })
      expect(await stranger.does('chmod', { path }), path).toEqual(denied)
    }
    expect(await stranger.does('list', { path: daemon.dataDir })).toEqual(denied)
    expect(await stranger.does('write', { path: join(daemon.dataDir, 'new'), send: 'x' })).toEqual(denied)
    expect(await stranger.does('chmod', { path: daemon.dataDir })).toMatchObject({ ok: false })
    expect(await stranger.does('rename', { path: daemon.dataDir, to: join(free, 'taken') })).toMatchObject({
      ok: false,
    })
    expect(everythingIn(daemon.dataDir)).toEqual(all)
    expect(readdirSync(free)).toEqual([])
    expect(await daemon.holds()).toContain(secret)
  })

  test('finds each file closed by itself, should the directory ever be opened', async () => {
    const daemon = await startDaemon()
    chmodSync(daemon.dataDir, 0o777)
    const files = everythingIn(daemon.dataDir).slice(1)
    expect(await stranger.does('list', { path: daemon.dataDir })).toMatchObject({ ok: true })
    for (const path of files) {
      expect(statSync(path).mode & 0o077, path).toBe(0)
      expect(await stranger.does('read', { path }), path).toMatchObject({ ok: false })
    }
    expect(await stranger.does('ask', { path: daemon.socketPath, send: '{"type":"status"}\n' })).toEqual(
      denied,
    )
  })

  test('cannot connect to the socket, nor signal the process', async () => {
    const daemon = await startDaemon()
    expect(await stranger.does('ask', { path: daemon.socketPath, send: '{"type":"status"}\n' })).toEqual(
      denied,
    )
    expect(await stranger.does('signal', { port: daemon.pid })).toEqual({ ok: false, code: 'EPERM' })
  })

  test('gets nothing from the port without the token, and no help towards it', async () => {
    const daemon = await startDaemon()
    const ask = async (target: string, header = '') => {
      const send = `GET ${target} HTTP/1.0\r\nHost: 127.0.0.1\r\n${header}\r\n`
      const outcome = await stranger.does('ask', { port: daemon.port, send })
      return outcome.ok ? String(outcome.value) : outcome.code
    }
    expect(await ask('/healthz')).toMatch(/ 200 [\s\S]*\{"ok": true\}$/)
    expect(await ask(`/healthz?challenge=${'A'.repeat(43)}`)).not.toContain(daemon.token)
    const withoutToken = await ask('/memory/session-context?format=text')
    expect(withoutToken).toMatch(/^HTTP\/1\.1 401 /)
    for (const guess of [
      '',
      'x',
      daemon.token.slice(0, -1),
      `${daemon.token}x`,
      daemon.token.toUpperCase(),
    ]) {
      const answer = await ask('/memory/session-context?format=text', `Authorization: Bearer ${guess}\r\n`)
      expect(withoutDate(answer)).toBe(withoutDate(withoutToken))
    }
    expect(await ask(`/memory/session-context?token=${daemon.token}`)).toMatch(/^HTTP\/1\.1 401 /)
    // The same question with the token, to show that it is the token that was missing.
    expect(await ask('/rpc', `Authorization: Bearer ${daemon.token}\r\n`)).toMatch(/^HTTP\/1\.1 405 /)
  })
})

const withoutDate = (answer: string) => answer.replace(/^Date: .*$/m, '')

describe('after the daemon was killed, another user who takes its port', () => {
  async function takenPort(): Promise<{ dataDir: string; token: string; heard(): Promise<string> }> {
    const { dataDir, port, token, kill, stop } = await startDaemon()
    await kill()
    onTestFinished(stop)
    expect(readFileSync(join(dataDir, '.http.port'), 'utf8')).toBe(String(port))
    expect(await stranger.does('listen', { port })).toEqual({ ok: true, value: 'listening' })
    const heard = async () => {
      const outcome = await stranger.does('heard')
      return outcome.ok ? (outcome.value as string[]).join('') : ''
    }
    return { dataDir, token, heard }
  }

  test('is told neither token nor prompt by a client', async () => {
    const { dataDir, token, heard } = await takenPort()
    const client = createHttpClient({ dataDir })
    await expect(client.call('memory_recall', { cue: secret })).rejects.toMatchObject({ code: 'unproven' })
    await expect(client.sessionContextText({ session_id: secret })).rejects.toMatchObject({
      code: 'unproven',
    })
    expect(await heard()).toContain('GET /healthz?challenge=')
    expect(await heard()).not.toMatch(new RegExp(`${token}|teapot|authorization`, 'i'))
  })

  test('is told nothing by the OpenCode plugin, which keeps the turns and says why', async () => {
    const { dataDir, token, heard } = await takenPort()
    const host = new FakeHost()
    await host.load(plugin.server, { dataDir })
    await host.newSession('s1')
    await host.userSays('s1', `Remember: ${secret}.`)
    expect((await host.modelCall('s1')).system).toHaveLength(1)
    await host.hooks.dispose()
    expect(await heard()).toContain('GET /healthz?challenge=')
    expect(await heard()).not.toMatch(new RegExp(`${token}|teapot|authorization`, 'i'))
    expect(host.log.join('\n')).toMatch(/did not prove to be the daemon/)
    const spool = join(dataDir, '.deferred-captures')
    const kept = readdirSync(spool).map((name) => readFileSync(join(spool, name), 'utf8'))
    expect(kept.join('')).toContain(`Remember: ${secret}.`)
  })

  test('cannot put a socket in the place of the old one', async () => {
    const { dataDir } = await takenPort()
    expect(await stranger.does('listen', { path: join(dataDir, '.daemon.sock') })).toMatchObject({
      ok: false,
    })
  })
})

describe('before the daemon starts, another user who takes the names it would use', () => {
  test('the data directory: nothing is written there', async () => {
    const dataDir = join(sharedFolder(), 'data')
    await stranger.does('mkdir', { path: dataDir })
    const ran = await createPlace().run(['daemon', '--data-dir', dataDir])
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain(`belongs to user id ${strangerUid}`)
    expect(readdirSync(dataDir)).toEqual([])
  })

  test('a link in its place', async () => {
    const shared = sharedFolder()
    await stranger.does('mkdir', { path: join(shared, 'theirs') })
    await stranger.does('symlink', { path: join(shared, 'data'), to: join(shared, 'theirs') })
    const ran = await createPlace().run(['daemon', '--data-dir', join(shared, 'data')])
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain('is a symbolic link')
    expect(readdirSync(join(shared, 'theirs'))).toEqual([])
  })

  test('the socket, in a folder that all may write: the daemon does not listen there', async () => {
    const place = createPlace()
    const path = join(sharedFolder(), 'iai.sock')
    const ran = await place.run(['daemon', '--socket', path])
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain('other users can put a socket of theirs into')
  })

  test('the socket: a client does not say a word to whoever listens there', async () => {
    const shared = sharedFolder()
    for (const folder of [shared, join(shared, 'theirs')]) {
      await stranger.does('mkdir', { path: folder })
      const path = join(folder, 'iai.sock')
      expect(await stranger.does('listen', { path })).toMatchObject({ ok: true })
      await expect(connectDaemon(path)).rejects.toMatchObject({ kind: 'refused' })
      // A link of ours to it does not make it ours.
      const link = join(mkdtempSync(join(shared, 'ours-')), 'iai.sock')
      symlinkSync(path, link)
      await expect(connectDaemon(link)).rejects.toMatchObject({ kind: 'refused' })
    }
    expect(await stranger.does('heard')).toEqual({ ok: true, value: [] })
  })

  test('the port and token files, in a directory of theirs: a client reads neither', async () => {
    const dataDir = join(sharedFolder(), 'data')
    await stranger.does('mkdir', { path: dataDir })
    await stranger.does('listen', { port: 0 })
    for (const [name, send] of Object.entries({ '.http.port': '4711', '.http.token': 'A'.repeat(43) }))
      await stranger.does('write', { path: join(dataDir, name), send })
    await expect(createHttpClient({ dataDir }).call('status', {})).rejects.toMatchObject({ kind: 'refused' })
  })

  test('the spool folder: turns are not put there', async () => {
    const dataDir = join(sharedFolder(), 'data')
    mkdirSync(dataDir, { mode: 0o777 })
    chmodSync(dataDir, 0o777)
    await stranger.does('mkdir', { path: join(dataDir, '.deferred-captures') })
    const batch = { client: 'test', session_id: 's', turns: [{ text: secret, role: 'user' as const }] }
    await expect(createSpool({ dataDir }).append(batch)).rejects.toMatchObject({ kind: 'refused' })
    chmodSync(dataDir, 0o700)
    await expect(createSpool({ dataDir }).append(batch)).rejects.toMatchObject({ kind: 'refused' })
    expect(readdirSync(join(dataDir, '.deferred-captures'))).toEqual([])
    writeFileSync(join(dataDir, 'mine'), 'still works')
  })
})
