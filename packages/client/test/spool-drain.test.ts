// The reading end of the spool: every turn is delivered, whatever happens to files, lines, stores and processes.
import { spawnSync } from 'node:child_process'
import { appendFile, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tempDir } from '../../../test/support/temp-dir.ts'
import { clientLimits } from '../src/limits.ts'
import { createSpool, spoolFolder } from '../src/spool.ts'
import type { DeliverBatch } from '../src/spool-delivery.ts'
import { drainSpool, inspectSpool, retryFailed } from '../src/spool-drain.ts'
import type { CaptureBatch } from '../src/wire.ts'
import { batch, collector, stored } from './support/spooling.ts'

/** A process that drains the spool, notes what it was given, and kills itself over one turn. Its end: a signal or null. */
function drainAndDie(dataDir: string, taken: string): NodeJS.Signals | null {
  const code = `
    import { appendFileSync } from 'node:fs'
    import { drainSpool } from ${JSON.stringify(new URL('../src/spool-drain.ts', import.meta.url).href)}
    await drainSpool({ dataDir: ${JSON.stringify(dataDir)} }, async ({ turns }) => {
      if (turns.some(({ text }) => text === 'killer')) process.kill(process.pid, 'SIGKILL')
      appendFileSync(${JSON.stringify(taken)}, turns.map(({ text }) => text + '\\n').join(''))
      return { kind: 'stored' }
    })`
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', code], { timeout: 120_000 })
  expect(ended.stderr.toString()).toBe('')
  return ended.signal
}

describe('draining', () => {
  test('delivers what was appended, whatever the text, and leaves nothing behind', async () => {
    const dataDir = await tempDir()
    const spool = createSpool({ dataDir })
    const texts = fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(texts, async (said) => {
        await spool.append(batch('s', said))
        const taken = collector()
        const report = await drainSpool({ dataDir }, taken.deliver)
        expect(taken.batches).toEqual([batch('s', said)])
        expect(report).toMatchObject({ files: 1, turns: said.length, rejected: 0, problems: [] })
        expect(await readdir(spoolFolder(dataDir))).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  test('of no folder, and of an empty one, is nothing', async () => {
    const dataDir = await tempDir()
    const nothing = { files: 0, turns: 0, rejected: 0, postponed: 0, failed: 0, problems: [] }
    expect(await drainSpool({ dataDir }, collector().deliver)).toMatchObject(nothing)
    await mkdir(spoolFolder(dataDir), { mode: 0o700 })
    expect(await drainSpool({ dataDir }, collector().deliver)).toMatchObject(nothing)
  })

  test('splits at the batch limits and keeps the order', async () => {
    const dataDir = await tempDir()
    const texts = Array.from({ length: 450 }, (_, at) => `turn ${at}`)
    await createSpool({ dataDir }).append(batch('s', texts))
    const taken = collector()
    await drainSpool({ dataDir }, taken.deliver)
    expect(taken.batches.map(({ turns }) => turns.length)).toEqual([200, 200, 50])
    expect(taken.turns().map(({ text }) => text)).toEqual(texts)
  })

  test('never mixes sessions, directories or projects in one batch', async () => {
    const dataDir = await tempDir()
    const spool = createSpool({ dataDir })
    const appended: CaptureBatch[] = [
      batch('s', ['one', 'two']),
      { ...batch('s', ['three']), cwd: '/elsewhere' },
      { ...batch('s', ['four']), project: 'path:/elsewhere' },
    ]
    for (const one of appended) await spool.append(one)
    const taken = collector()
    await drainSpool({ dataDir }, taken.deliver)
    expect(taken.batches).toEqual(appended)
  })

  test('loses no turn to a drain that runs while turns are appended', async () => {
    const dataDir = await tempDir()
    const spool = createSpool({ dataDir })
    const taken = collector()
    let done = false
    const draining = (async () => {
      while (!done) await drainSpool({ dataDir }, taken.deliver)
    })()
    const texts = Array.from({ length: 120 }, (_, at) => `turn ${at}`)
    await Promise.all(
      [0, 1].map(async (half) => {
        for (const text of texts.filter((_, at) => at % 2 === half)) await spool.append(batch('s', [text]))
      }),
    )
    done = true
    await draining
    await drainSpool({ dataDir }, taken.deliver)
    expect(new Set(taken.turns().map(({ text }) => text))).toEqual(new Set(texts))
  })

  test('moves lines that are no turn aside, as they were, and says which', async () => {
    const dataDir = await tempDir()
    const spool = createSpool({ dataDir })
    await spool.append(batch('s', ['first']))
    const file = join(spoolFolder(dataDir), 'test-s.jsonl')
    const bad = ['{"client":"test","text":', '[]', '{"client":"t","session_id":"s","text":"x","role":"boss"}']
    await appendFile(file, `${bad.join('\n')}\n`)
    await appendFile(file, Buffer.from([0xff, 0xfe, 0x0a]))
    await spool.append(batch('s', ['second']))
    const taken = collector()
    const report = await drainSpool({ dataDir }, taken.deliver)
    expect(taken.turns().map(({ text }) => text)).toEqual(['first', 'second'])
    expect(report).toMatchObject({ turns: 2, rejected: 4 })
    expect(report.problems.map(({ line, reason }) => [line, reason])).toEqual([
      [3, 'not JSON in UTF-8'],
      [4, 'not an object'],
      [5, "'role' is none of user, assistant, tool, note"],
      [6, 'not JSON in UTF-8'],
    ])
    expect(await inspectSpool({ dataDir })).toEqual({
      waiting: [],
      failed: [],
      rejected: ['test-s.jsonl.rejected'],
    })
    const kept = await readFile(join(spoolFolder(dataDir), 'test-s.jsonl.rejected'))
    expect(kept).toEqual(Buffer.concat([Buffer.from(`${bad.join('\n')}\n`), Buffer.from([0xff, 0xfe, 0x0a])]))
  })

  test('a line torn by a crash does not take the next one with it', async () => {
    const dataDir = await tempDir()
    await mkdir(spoolFolder(dataDir), { mode: 0o700 })
    await writeFile(join(spoolFolder(dataDir), 'test-s.jsonl'), '{"client":"test","session_id":"s","te', {
      mode: 0o600,
    })
    await createSpool({ dataDir }).append(batch('s', ['whole']))
    const taken = collector()
    const report = await drainSpool({ dataDir }, taken.deliver)
    expect(taken.turns().map(({ text }) => text)).toEqual(['whole'])
    expect(report.rejected).toBe(1)
  })

  test('a turn that the store will never take does not keep its neighbours out', async () => {
    const dataDir = await tempDir()
    await createSpool({ dataDir }).append(batch('s', ['good', 'evil', 'fine']))
    const taken = collector()
    const report = await drainSpool({ dataDir }, async (delivered) => {
      if (delivered.turns.some(({ text }) => text === 'evil'))
        return { kind: 'refused', reason: 'param text: not this one' }
      return taken.deliver(delivered)
    })
    expect(taken.turns().map(({ text }) => text)).toEqual(['good', 'fine'])
    expect(report).toMatchObject({ turns: 2, rejected: 1 })
    expect(report.problems[0]).toMatchObject({ line: 3, reason: 'param text: not this one' })
  })

  test('a store that breaks over a file is tried again, a bounded number of times, and nothing is deleted', async () => {
    const dataDir = await tempDir()
    await createSpool({ dataDir }).append(batch('s', ['precious']))
    const failing: DeliverBatch = () => Promise.reject(new Error('internal error'))
    for (let round = 1; round < clientLimits.spoolDeliveryTriesMax; round += 1) {
      const report = await drainSpool({ dataDir }, failing)
      expect(report).toMatchObject({ postponed: 1, failed: 0 })
      expect(report.problems[0]?.reason).toBe(`try ${round}: internal error`)
      expect((await inspectSpool({ dataDir })).waiting).toHaveLength(1)
    }
    expect(await drainSpool({ dataDir }, failing)).toMatchObject({ postponed: 0, failed: 1 })
    const state = await inspectSpool({ dataDir })
    expect(state).toMatchObject({ waiting: [], rejected: [] })
    const [kept = ''] = state.failed
    expect(await readFile(join(spoolFolder(dataDir), kept), 'utf8')).toContain('precious')
    expect(await drainSpool({ dataDir }, failing)).toMatchObject({ postponed: 0, failed: 0 })
  })

  test('a failed round is made good by the next one', async () => {
    const dataDir = await tempDir()
    await createSpool({ dataDir }).append(batch('s', ['patient']))
    await drainSpool({ dataDir }, () => Promise.reject(new Error('busy')))
    const taken = collector()
    expect(await drainSpool({ dataDir }, taken.deliver)).toMatchObject({ files: 1, turns: 1 })
    expect(taken.turns().map(({ text }) => text)).toEqual(['patient'])
  })

  test('what does not work just now costs no try, however often', async () => {
    const dataDir = await tempDir()
    await createSpool({ dataDir }).append(batch('s', ['patient']))
    for (let round = 0; round < clientLimits.spoolDeliveryTriesMax + 2; round += 1) {
      const report = await drainSpool({ dataDir }, async () => ({
        kind: 'later',
        reason: 'the disk is full',
      }))
      expect(report).toMatchObject({ postponed: 1, failed: 0, problems: [{ reason: 'the disk is full' }] })
    }
    const taken = collector()
    expect(await drainSpool({ dataDir }, taken.deliver)).toMatchObject({ files: 1, turns: 1 })
  })

  test('a daemon that dies over a delivery costs the file no try', async () => {
    const dataDir = await tempDir()
    await mkdir(spoolFolder(dataDir), { mode: 0o700 })
    await createSpool({ dataDir }).append(batch('s', ['patient']))
    const claimed = join(spoolFolder(dataDir), 'test-s.jsonl.123.claimed-4')
    await rename(join(spoolFolder(dataDir), 'test-s.jsonl'), claimed)
    await drainSpool({ dataDir }, async () => ({ kind: 'later', reason: 'busy' }))
    expect(await readdir(spoolFolder(dataDir))).toEqual(['test-s.jsonl.123.claimed-4'])
  })

  test('a line over which one process after the other is killed is set aside, and nothing else is', async () => {
    const dataDir = await tempDir()
    const others = Array.from({ length: 230 }, (_, at) => `turn ${at}`)
    const said = others.toSpliced(210, 0, 'killer')
    await createSpool({ dataDir }).append(batch('s', said))
    const taken = join(dataDir, 'taken')
    let kills = 0
    while (drainAndDie(dataDir, taken) === 'SIGKILL') {
      kills += 1
      expect(kills, 'it comes to an end').toBeLessThan(10)
    }
    // In its batch once, then by itself.
    expect(kills).toBe(1 + clientLimits.spoolCrashTriesMax)
    const delivered = (await readFile(taken, 'utf8')).split('\n').filter((text) => text !== '')
    expect([...new Set(delivered)]).toEqual(others)
    expect(await readdir(spoolFolder(dataDir))).toEqual(['test-s.jsonl.rejected'])
    const kept = await readFile(join(spoolFolder(dataDir), 'test-s.jsonl.rejected'), 'utf8')
    expect(JSON.parse(kept)).toMatchObject({ text: 'killer' })
  })

  test('a process that was killed a few times loses nothing to it', async () => {
    const dataDir = await tempDir()
    await createSpool({ dataDir }).append(batch('s', ['one', 'two']))
    for (let start = 0; start < clientLimits.spoolCrashTriesMax; start += 1)
      await drainSpool({ dataDir }, async () => ({ kind: 'gone', reason: 'killed' }))
    const texts = collector()
    expect(await drainSpool({ dataDir }, texts.deliver)).toMatchObject({ turns: 2, rejected: 0 })
    expect(await readdir(spoolFolder(dataDir))).toEqual([])
  })

  test('a line over the limit is set aside whole without being held, and its neighbours are taken in', async () => {
    const dataDir = await tempDir()
    const spool = createSpool({ dataDir })
    await spool.append(batch('s', ['before']))
    const file = join(spoolFolder(dataDir), 'test-s.jsonl')
    const piece = Buffer.alloc(1024 * 1024, 'x')
    const pieces = 1 + clientLimits.spoolLineBytesMax / piece.length
    for (let at = 0; at < pieces; at += 1) await appendFile(file, piece)
    await spool.append(batch('s', ['after']))
    const taken = collector()
    const report = await drainSpool({ dataDir }, taken.deliver)
    expect(taken.turns().map(({ text }) => text)).toEqual(['before', 'after'])
    expect(report).toMatchObject({ turns: 2, rejected: 1, problems: [{ line: 3 }] })
    expect(report.problems[0]?.reason).toMatch(/^longer than \d+ bytes$/)
    const kept = await stat(join(spoolFolder(dataDir), 'test-s.jsonl.rejected'))
    expect(kept.size).toBe(pieces * piece.length + 1)
  })

  test('bad lines are kept once, however many rounds their file takes', async () => {
    const dataDir = await tempDir()
    await createSpool({ dataDir }).append(batch('s', ['good']))
    await appendFile(join(spoolFolder(dataDir), 'test-s.jsonl'), 'bad\n')
    for (let round = 0; round < 3; round += 1)
      await drainSpool({ dataDir }, async () => ({ kind: 'later', reason: 'busy' }))
    expect(await drainSpool({ dataDir }, collector().deliver)).toMatchObject({ turns: 1, rejected: 1 })
    expect(await readFile(join(spoolFolder(dataDir), 'test-s.jsonl.rejected'), 'utf8')).toBe('bad\n')
  })

  test('a file that was given up has one more try when it is asked for', async () => {
    const dataDir = await tempDir()
    await createSpool({ dataDir }).append(batch('s', ['precious']))
    const failing: DeliverBatch = () => Promise.reject(new Error('internal error'))
    for (let round = 0; round < clientLimits.spoolDeliveryTriesMax; round += 1)
      await drainSpool({ dataDir }, failing)
    const before = await inspectSpool({ dataDir })
    expect(before.failed).toHaveLength(1)
    expect(await retryFailed({ dataDir })).toBe(1)
    expect(await drainSpool({ dataDir }, failing)).toMatchObject({ failed: 1 })
    expect(await inspectSpool({ dataDir })).toEqual(before)
    expect(await retryFailed({ dataDir })).toBe(1)
    const taken = collector()
    expect(await drainSpool({ dataDir }, taken.deliver)).toMatchObject({ files: 1, turns: 1 })
    expect(taken.turns()).toMatchObject([{ text: 'precious' }])
    expect(await retryFailed({ dataDir })).toBe(0)
  })

  test('a stop between batches costs no try', async () => {
    const dataDir = await tempDir()
    const texts = Array.from({ length: 250 }, (_, at) => `turn ${at}`)
    await createSpool({ dataDir }).append(batch('s', texts))
    for (let round = 0; round < clientLimits.spoolDeliveryTriesMax + 2; round += 1) {
      const stopping = new AbortController()
      const report = await drainSpool({ dataDir, signal: stopping.signal }, async () => {
        stopping.abort()
        return stored
      })
      expect(report).toMatchObject({ files: 0, postponed: 1, failed: 0 })
    }
    const taken = collector()
    await drainSpool({ dataDir }, taken.deliver)
    expect(taken.turns()).toHaveLength(250)
  })
})
