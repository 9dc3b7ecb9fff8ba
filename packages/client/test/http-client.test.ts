import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type FakeDaemon, startFakeDaemon } from '../../../test/support/fake-daemon.ts'
import { tempDir } from '../../../test/support/temp-dir.ts'
import type { ClientError } from '../src/client-error.ts'
import { resolveDataDir } from '../src/data-dir.ts'
import { parseAnswer } from '../src/http-answer.ts'
import { createHttpClient, type HttpClient } from '../src/http-client.ts'

async function setUp(): Promise<{ dataDir: string; daemon: FakeDaemon; client: HttpClient }> {
  const dataDir = join(await tempDir(), 'data')
  const daemon = await startFakeDaemon(dataDir)
  onTestFinished(() => daemon.kill())
  return { dataDir, daemon, client: createHttpClient({ dataDir }) }
}

async function failure(work: Promise<unknown>): Promise<ClientError> {
  return work.then(
    () => expect.unreachable('should have failed'),
    (error: ClientError) => error,
  )
}

const oneTurn = { client: 'test', session_id: 's', turns: [{ text: 'héllo\n  👋', role: 'user' as const }] }

describe('calls', () => {
  test('carry the parameters and bring the bare result', async () => {
    const { daemon, client } = await setUp()
    const result = await client.call('memory_capture_batch', oneTurn)
    expect(result.inserted).toBe(1)
    expect(daemon.turns.map(({ text }) => text)).toEqual(['héllo\n  👋'])
  })

  test('ask for the session context as text, with the query given', async () => {
    const { daemon, client } = await setUp()
    daemon.context = '## L0 Identity\nünïcode'
    const query = { session_id: 'a b&c', wake_depth: 'deep', cwd: '/x y', budget_tokens: 7 }
    expect(await client.sessionContextText(query)).toBe('## L0 Identity\nünïcode')
    expect(daemon.calls[0]?.params).toEqual({
      format: 'text',
      session_id: 'a b&c',
      wake_depth: 'deep',
      cwd: '/x y',
      budget_tokens: '7',
    })
  })

  test('go on after the token was rotated and after a restart on another port', async () => {
    const { dataDir, daemon, client } = await setUp()
    daemon.context = 'first'
    expect(await client.sessionContextText({ session_id: 's' })).toBe('first')
    await daemon.rotateToken()
    expect(await client.sessionContextText({ session_id: 's' })).toBe('first')
    await daemon.stop()
    const second = await startFakeDaemon(dataDir)
    onTestFinished(() => second.kill())
    second.context = 'second'
    expect(await client.sessionContextText({ session_id: 's' })).toBe('second')
  })
})

describe('failures have a kind', () => {
  test('not_running: no data directory, no port file, a port file left by a killed daemon', async () => {
    const nowhere = createHttpClient({ dataDir: join(await tempDir(), 'none') })
    expect((await failure(nowhere.call('status', {}))).kind).toBe('not_running')
    const stopped = await setUp()
    await stopped.daemon.stop()
    expect((await failure(stopped.client.call('status', {}))).kind).toBe('not_running')
    const killed = await setUp()
    await killed.daemon.kill()
    expect((await failure(killed.client.call('status', {}))).kind).toBe('not_running')
  })

  test('timed_out: a daemon that hangs, and a caller that gives up', async () => {
    const { daemon, client } = await setUp()
    daemon.mood = 'hangs'
    expect((await failure(client.call('status', {}, { timeoutMs: 50 }))).kind).toBe('timed_out')
    const signal = AbortSignal.abort()
    expect((await failure(client.call('status', {}, { signal }))).kind).toBe('timed_out')
  })

  test('daemon: its own code and text', async () => {
    const { client } = await setUp()
    expect(await failure(client.call('no_such', {}))).toMatchObject({
      kind: 'daemon',
      code: 'unknown_method',
      message: "unknown method 'no_such'",
    })
  })

  test('daemon too_large, without sending: more than the daemon takes at once', async () => {
    const { daemon, client } = await setUp()
    const error = await failure(client.call('memory_capture', { text: 'x'.repeat(1_048_577) }))
    expect(error).toMatchObject({ kind: 'daemon', code: 'too_large' })
    expect(daemon.calls).toEqual([])
  })

  test.each(['garbage', 'strange'] as const)('bad_answer: %s', async (mood) => {
    const { daemon, client } = await setUp()
    daemon.mood = mood
    expect((await failure(client.sessionContextText({ session_id: 's' }))).kind).toBe('bad_answer')
  })

  test('bad_answer: the connection is closed without a word', async () => {
    const { dataDir, daemon, client } = await setUp()
    await daemon.kill()
    const server = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const address = server.address()
    await writeFile(join(dataDir, '.http.port'), String(typeof address === 'object' ? address?.port : ''))
    expect((await failure(client.call('status', {}))).kind).toBe('bad_answer')
  })
})

describe('the token is not sent when what leads to it cannot be trusted', () => {
  const cases: readonly (readonly [name: string, spoil: (dataDir: string) => Promise<unknown>])[] = [
    ['a directory that others may write to', (dir) => chmod(dir, 0o770)],
    ['a port file that others may write to', (dir) => chmod(join(dir, '.http.port'), 0o602)],
    ['a token file that others may write to', (dir) => chmod(join(dir, '.http.token'), 0o620)],
    [
      'a port file that is a link',
      async (dir) => {
        await rm(join(dir, '.http.port'))
        await symlink('/etc/hostname', join(dir, '.http.port'))
      },
    ],
    [
      'a token file that is a folder',
      async (dir) => {
        await rm(join(dir, '.http.token'))
        await mkdir(join(dir, '.http.token'))
      },
    ],
    ['a token file of unlikely size', (dir) => writeFile(join(dir, '.http.token'), 'x'.repeat(2_000))],
  ]
  test.each(cases)('%s', async (_name, spoil) => {
    const { dataDir, daemon, client } = await setUp()
    await spoil(dataDir)
    const error = await failure(client.call('session_exit', { session_id: 's' }))
    expect(error.kind).toBe('refused')
    expect(daemon.calls).toEqual([])
  })

  test.each([
    ['.http.port', 'http'],
    ['.http.port', '70000'],
    ['.http.token', 'a\r\nX-Evil: b'],
    ['.http.token', ''],
  ])('%s holding %j', async (file, content) => {
    const { dataDir, daemon, client } = await setUp()
    await writeFile(join(dataDir, file), content)
    expect((await failure(client.call('session_exit', { session_id: 's' }))).kind).toBe('bad_answer')
    expect(daemon.calls).toEqual([])
  })
})

describe('an HTTP answer', () => {
  const parse = (text: string) => parseAnswer(Buffer.from(text, 'utf8'))

  test('is taken when whole', () => {
    expect(parse('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\né')).toEqual({
      status: 200,
      contentType: 'text/plain',
      body: 'é',
    })
    expect(parse('HTTP/1.0 204\r\n\r\n').status).toBe(204)
  })

  test.each([
    ['', 'nothing'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc', 'too short a body'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc', 'too long a body'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 'chunks that nobody asked for'],
    ['HTTP/1.1 20 OK\r\n\r\n', 'no status'],
    ['220 mail ready\r\n\r\n', 'another protocol'],
    [`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`, 'endless headers'],
  ])('%# is refused: %s', (text) => {
    expect(() => parse(text)).toThrow(/daemon|broke off/)
  })
})

test('the data directory is the one named, else ~/.iai-mcp', () => {
  expect(resolveDataDir(undefined, '/home/u')).toBe('/home/u/.iai-mcp')
  expect(resolveDataDir('  ', '/home/u')).toBe('/home/u/.iai-mcp')
  expect(resolveDataDir('~/mem', '/home/u')).toBe('/home/u/mem')
  expect(resolveDataDir('/var/mem', '/home/u')).toBe('/var/mem')
})
