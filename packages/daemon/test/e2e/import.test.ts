// Import and verification by the real command into the real daemon, over an invented home.
import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connectDaemon } from '../../../client/src/socket-client.ts'
import { createPlace, type Ended, ensureBuilt, type Place } from './daemon-process.ts'

beforeAll(ensureBuilt, 120_000)

const at = Date.UTC(2026, 2, 2, 9)

const talk = (n: number): string => `Line ${n} of the talk about herons`

function line(n: number, text = talk(n), cwd = '/home/ada/shop', session = 'ses-1'): string {
  const type = n % 2 === 0 ? 'user' : 'assistant'
  return `${JSON.stringify({
    type,
    uuid: `u-${n}`,
    sessionId: session,
    cwd,
    timestamp: new Date(at + n * 1_000).toISOString(),
    message: { role: type, content: [{ type: 'text', text }] },
  })}\n`
}

function transcriptOf(place: Place, name = 'ses-1'): string {
  const path = join(dirname(place.dataDir), '.claude/projects/shop', `${name}.jsonl`)
  mkdirSync(dirname(path), { recursive: true })
  return path
}

async function withHistory(text: string): Promise<{ place: Place; transcript: string }> {
  const place = createPlace()
  const transcript = transcriptOf(place)
  writeFileSync(transcript, text)
  await place.start()
  return { place, transcript }
}

/** On stderr there may be progress. */
function parsed({ code, stdout, stderr }: Ended) {
  expect(stderr).not.toContain('iai-mcp:')
  return { code, ...JSON.parse(stdout) }
}

describe('import', () => {
  test('takes in every host’s past, once; then only what was added', async () => {
    const { place, transcript } = await withHistory([0, 1, 2, 3].map((n) => line(n)).join(''))
    const dry = parsed(await place.run(['import', '--dry-run', '--json']))
    expect(dry).toMatchObject({ code: 0, turns: 4, isDryRun: true, stored: { inserted: 0 } })
    expect(parsed(await place.run(['import', '--json']))).toMatchObject({ turns: 4, stored: { inserted: 4 } })
    const again = await place.run(['import', '--dry-run'])
    expect(again.stdout).toContain('4 turns read; which of them are new is not looked at')
    expect(parsed(await place.run(['import', '--json']))).toMatchObject({
      turns: 0,
      clients: [{ client: 'claude-code', filesUnchanged: 1 }],
    })
    appendFileSync(transcript, line(4))
    expect(parsed(await place.run(['import', '--json']))).toMatchObject({ turns: 1, stored: { inserted: 1 } })
    const marks = join(place.dataDir, '.import-marks.jsonl')
    expect(statSync(marks).mode & 0o777).toBe(0o600)
    expect(readFileSync(marks, 'utf8')).not.toContain('heron')
  })

  test('takes in a turn longer than a request, whole', async () => {
    const long = 'otter '.repeat(400_000)
    const { place } = await withHistory(line(0) + line(1, long) + line(2))
    expect(parsed(await place.run(['import', '--json']))).toMatchObject({
      stored: { inserted: 2 },
      spooled: 1,
    })
    const { memories } = parsed(await place.run(['list', '--json', '--all-projects']))
    expect(memories.map(({ text }: { text: string }) => text.length)).toContain(long.length)
    expect(parsed(await place.run(['verify', '--json']))).toMatchObject({ on_disk: 3, stored: 3, missing: 0 })
  })

  test('leaves out what it is told to, and says so', async () => {
    const text = line(0) + line(1, 'secret plan', '/home/ada/private/x') + line(2)
    const { place } = await withHistory(text)
    const since = new Date(at + 1_000).toISOString()
    const ran = parsed(
      await place.run(['import', '--json', '--exclude', '/home/ada/private', '--since', since]),
    )
    expect(ran.turns).toBe(1)
    const reasons = ran.clients[0].skipped.map(({ reason, count }: { reason: string; count: number }) => [
      reason,
      count,
    ])
    expect(reasons.sort()).toEqual([
      ['excluded', 1],
      ['too-old', 1],
    ])
    // Other filters make other marks: what was left out can still be taken in.
    expect(parsed(await place.run(['import', '--json']))).toMatchObject({
      stored: { inserted: 2, skipped: 1 },
    })
  })

  test('names what it could not read and goes on', async () => {
    const { place } = await withHistory(
      `${line(0)}{"type":"novelty"}\nnot json\n${line(2)}${line(3).slice(0, 40)}`,
    )
    const { code, stdout } = await place.run(['import'])
    expect(code).toBe(0)
    expect(stdout).toContain('unknown-type 1 (novelty 1)')
    expect(stdout).toContain('not-json 1')
    expect(stdout).toContain('unfinished 1')
    expect(stdout).toContain('2 new, 0 already there')
  })

  test('reads a file of the plain format from where it is called', async () => {
    const { place } = await withHistory('')
    const turn = { session: 's', role: 'user', text: 'The heron stands in the reeds', said_at: at }
    writeFileSync(join(dirname(place.dataDir), 'old.jsonl'), `${JSON.stringify(turn)}\n`)
    const ran = parsed(await place.run(['import', 'jsonl', 'old.jsonl', '--json']))
    expect(ran).toMatchObject({ turns: 1, clients: [{ client: 'import' }] })
  })

  test.each([
    [['import', 'nobody'], 'there is no source "nobody"'],
    [['import', 'chatgpt'], 'chatgpt needs a file'],
    [['import', 'chatgpt', '/nope.zip'], 'there is no file /nope.zip'],
    [['import', 'jsonl', '/nope'], 'there is no file /nope'],
    [['import', '/nope.jsonl'], 'there is no file /nope.jsonl'],
    [['import', '--since', 'sometime'], '--since takes a date'],
  ])('%j is wrong usage', async (args, reason) => {
    const { code, stderr } = await createPlace().run(args)
    expect(code).toBe(2)
    expect(stderr).toContain(reason)
  })

  test('without a daemon says how to start one, and a dry run needs none', async () => {
    const place = createPlace()
    writeFileSync(transcriptOf(place), line(0))
    const ran = await place.run(['import'])
    expect(ran.code).toBe(3)
    expect(ran.stderr).toContain('iai-mcp daemon')
    expect((await place.run(['import', '--dry-run'])).code).toBe(0)
  })

  test('killed in the middle, goes on and ends with everything once', async () => {
    const text = Array.from({ length: 30_000 }, (_, n) => line(n)).join('')
    const { place } = await withHistory(text)
    // Not by the command: on a busy machine its start takes longer than the import.
    const daemon = await connectDaemon(join(place.dataDir, '.daemon.sock'))
    onTestFinished(() => daemon.close())
    const turns = async () => ((await daemon.call('status', {})) as { turns: number }).turns
    const killed = place.launch(['import', '--json'])
    while ((await turns()) === 0) {}
    killed.kill('SIGKILL')
    const before = await turns()
    expect(before).toBeLessThan(30_000)
    const ran = parsed(await place.run(['import', '--json']))
    // Batches that were on their way when it was killed may be there already.
    expect(ran.stored.inserted).toBeLessThanOrEqual(30_000 - before)
    expect(await turns()).toBe(30_000)
  })
})

describe('verify', () => {
  test('names the gap, fails, and closes it when asked', async () => {
    const { place } = await withHistory([0, 1, 2].map((n) => line(n)).join(''))
    const gap = await place.run(['verify'])
    expect(gap.code).toBe(1)
    expect(gap.stdout).toContain('claude-code ses-1: 3 on disk, 0 stored')
    expect(gap.stdout).toContain('missing: u-0, u-1, u-2')
    const repaired = await place.run(['verify', '--repair'])
    expect(repaired.code).toBe(0)
    expect(repaired.stdout).toContain('3 turns taken in')
    const whole = await place.run(['verify'])
    expect(whole.code).toBe(0)
    expect(whole.stdout).toContain('claude-code ses-1: 3 on disk, 3 stored')
    expect(whole.stdout).toContain('Nothing was missed.')
  })

  test('of many sessions that are whole gives the sum, and names those with a gap', async () => {
    const inSession = (n: number) => line(n, talk(n), '/home/ada/shop', `ses-${n}`)
    const { place, transcript } = await withHistory('')
    for (let n = 0; n < 60; n += 1) writeFileSync(transcript.replace('ses-1', `ses-${n}`), inSession(n))
    await place.run(['import'])
    appendFileSync(transcript, line(99))
    const brief = await place.run(['verify'])
    expect(brief.stdout).toContain(
      'ok   claude-code: 59 sessions with 59 turns, all stored (--all names them)',
    )
    expect(brief.stdout).toContain('gap  claude-code ses-1: 2 on disk, 1 stored')
    expect(brief.stdout).not.toContain('ses-2')
    expect((await place.run(['verify', '--all'])).stdout).toContain(
      'ok   claude-code ses-2: 1 on disk, 1 stored',
    )
  })

  test('what was forgotten on request stays out', async () => {
    const { place } = await withHistory(line(0, 'The passage that should not be kept') + line(1))
    await place.run(['import'])
    const { memories } = parsed(await place.run(['list', '--json', '--all-projects']))
    const doomed = memories.find(({ message_id }: { message_id: string }) => message_id === 'u-0')
    await place.run(['forget', doomed.id, '--yes'])
    const ran = parsed(await place.run(['verify', '--repair', '--json']))
    const counts = { on_disk: 2, stored: 1, forgotten: 1, missing: 0 }
    expect(ran).toMatchObject({ code: 0, ...counts, repair: { stored: 0, refused: 0 } })
    const plain = await place.run(['verify'])
    expect(plain.code).toBe(0)
    expect(plain.stdout).toContain('ok   claude-code ses-1: 2 on disk, 1 stored, 1 forgotten')
    expect(plain.stdout).toContain('Nothing was missed.')
    expect(parsed(await place.run(['status', '--json'])).turns).toBe(1)
  })
})
