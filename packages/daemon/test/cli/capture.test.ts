// iai-mcp capture: from an argument, a pipe, or too large for one message.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { drainSpool } from '../../../client/src/spool-drain.ts'
import { memory } from './memory.ts'
import { startFakeDaemon } from './terminal.ts'

describe('capture', () => {
  const answers = { memory_capture: { status: 'inserted', record_id: memory.id, reason: '' } }

  test('keeps its argument for the project of the working directory', async () => {
    const daemon = await startFakeDaemon(answers)
    const ran = await daemon.run(['capture', 'a fact'], { cwd: '/home/ada/shop' })
    expect(ran).toEqual({ code: 0, stdout: `Kept.\n${memory.id}\n`, stderr: '' })
    expect(daemon.calls).toEqual([
      { method: 'memory_capture', params: { text: 'a fact', client: 'cli', cwd: '/home/ada/shop' } },
    ])
  })

  test('reads standard input, keeping every byte but the last line break', async () => {
    const daemon = await startFakeDaemon(answers)
    await daemon.run(['capture', '-'], { stdin: '  two\nlines \n\n' })
    await daemon.run(['capture'], { stdin: 'piped' })
    expect(daemon.calls.map(({ params }) => params.text)).toEqual(['  two\nlines \n', 'piped'])
  })

  test('does not wait at a terminal for a text that was left out', async () => {
    const daemon = await startFakeDaemon(answers)
    const ran = await daemon.run(['capture'], { interactive: true })
    expect(ran).toMatchObject({ code: 2, stderr: 'iai-mcp: nothing to keep: give a text, or pipe one in\n' })
    expect(daemon.calls).toEqual([])
  })

  test('an empty text is wrong usage', async () => {
    const daemon = await startFakeDaemon(answers)
    expect((await daemon.run(['capture', ' '])).code).toBe(2)
  })

  test('passes role, session and project on', async () => {
    const daemon = await startFakeDaemon(answers)
    await daemon.run(['capture', 'x', '--role', 'user', '--session', 's1', '--global'])
    await daemon.run(['capture', 'x', '--project', 'global'])
    expect(daemon.calls.map(({ params }) => params)).toEqual([
      { text: 'x', client: 'cli', role: 'user', session_id: 's1', project: 'global' },
      { text: 'x', client: 'cli', project: 'global' },
    ])
  })
})

describe('capture of a text that is too large for one message', () => {
  const large = 'A long story. '.repeat(150_000)

  test('goes to the spool, as a note of now, and says when it is taken in', async () => {
    const daemon = await startFakeDaemon({})
    const before = Date.now()
    const ran = await daemon.run(['capture', '-'], { stdin: large, cwd: '/home/ada/shop' })
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('taken in within a minute') })
    expect(daemon.calls).toEqual([])
    const spooled = JSON.parse(readFileSync(join(daemon.dataDir, '.deferred-captures/cli--.jsonl'), 'utf8'))
    expect(spooled).toEqual({
      client: 'cli',
      session_id: '-',
      cwd: '/home/ada/shop',
      text: large,
      role: 'note',
      said_at: expect.any(Number),
    })
    expect(spooled.said_at).toBeGreaterThanOrEqual(before)
  })

  test('says of each text what became of that text, whatever was refused of its session before', async () => {
    const daemon = await startFakeDaemon({}, { ok: true }, async (type, dataDir) => {
      if (type !== 'session_open') return
      await drainSpool({ dataDir }, async ({ turns }) =>
        turns.some(({ text }) => text.startsWith('Bad'))
          ? { kind: 'refused', reason: 'no such thing' }
          : { kind: 'stored' },
      )
    })
    const capture = (text: string) =>
      daemon.run(['capture', '-', '--session', 's1', '--json'], { stdin: text })
    const refused = { code: 1, stdout: expect.stringContaining('"status": "refused"') }
    const stored = { code: 0, stdout: expect.stringContaining('"status": "stored"') }
    expect(await capture(`Bad ${large}`)).toMatchObject(refused)
    expect(await capture(`Bad too ${large}`)).toMatchObject(refused)
    expect(await capture(`Good ${large}`)).toMatchObject(stored)
  })

  test('with --json says so in JSON; an unknown role is wrong usage', async () => {
    const daemon = await startFakeDaemon({})
    const ran = await daemon.run(['capture', '-', '--json', '--session', 's1', '--role', 'user'], {
      stdin: large,
    })
    expect(JSON.parse(ran.stdout)).toMatchObject({ status: 'waiting', record_id: null })
    expect((await daemon.run(['capture', '-', '--role', 'boss'], { stdin: large })).code).toBe(2)
  })
})
