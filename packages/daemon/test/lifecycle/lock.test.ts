import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { silentLog } from '../../src/kit/log.ts'
import { acquireLock, mayHold, readHolder } from '../../src/lifecycle/lock.ts'

const holder = { pid: 4321, startedAt: Date.UTC(2026, 1, 3, 4, 5, 6), version: '1.2.3' }

async function startRacer(): Promise<ChildProcess> {
  const racer = fork(fileURLToPath(new URL('lock-racer.ts', import.meta.url)))
  onTestFinished(async () => {
    if (racer.exitCode !== null || racer.signalCode !== null) return
    racer.kill('SIGKILL')
    await once(racer, 'exit')
  })
  await once(racer, 'message')
  return racer
}

interface Attempt {
  readonly taken: boolean
  readonly message: string
}

async function take(racer: ChildProcess, dataDir: string): Promise<Attempt> {
  racer.send({ take: dataDir })
  const [answer] = await once(racer, 'message')
  return answer
}

async function release(racer: ChildProcess): Promise<void> {
  racer.send({ release: true })
  await once(racer, 'message')
}

test('the second is told who holds the directory and since when', async () => {
  const dataDir = tempDir()
  const lock = acquireLock(dataDir, holder, silentLog)
  onTestFinished(() => lock.release())
  const attempt = await take(await startRacer(), dataDir)
  expect(attempt.taken).toBe(false)
  expect(attempt.message).toContain(`locked: ${dataDir} is held by the daemon with process id 4321`)
  expect(attempt.message).toContain('since 2026-02-03T04:05:06.000Z')
  expect(readHolder(dataDir)).toEqual(holder)
})

test('letting go leaves no file behind and the directory free', () => {
  const dataDir = tempDir()
  const lock = acquireLock(dataDir, holder, silentLog)
  expect(readdirSync(dataDir).sort()).toEqual(['.daemon.json', '.daemon.lock'])
  lock.release()
  lock.release()
  expect(readdirSync(dataDir)).toEqual([])
  acquireLock(dataDir, holder, silentLog).release()
})

test('a killed holder blocks nobody', async () => {
  const dataDir = tempDir()
  const first = await startRacer()
  expect((await take(first, dataDir)).taken).toBe(true)
  const second = await startRacer()
  expect((await take(second, dataDir)).taken).toBe(false)
  first.kill('SIGKILL')
  await once(first, 'exit')
  expect(readdirSync(dataDir)).toContain('.daemon.json')
  expect((await take(second, dataDir)).taken).toBe(true)
})

test('of two that start at once exactly one gets it, 50 times over', async () => {
  const racers = [await startRacer(), await startRacer()] as const
  const dataDir = tempDir()
  for (let round = 0; round < 50; round += 1) {
    const attempts = await Promise.all(racers.map((racer) => take(racer, dataDir)))
    expect(attempts.filter(({ taken }) => taken)).toHaveLength(1)
    expect(attempts.find(({ taken }) => !taken)?.message).toMatch(/^locked: /)
    await Promise.all(racers.map(release))
  }
  expect(readdirSync(dataDir)).toEqual([])
})

test('one that takes while the other lets go is never the second holder', async () => {
  const [one, other] = [await startRacer(), await startRacer()]
  const dataDir = tempDir()
  await take(one, dataDir)
  for (let round = 0; round < 50; round += 1) {
    // The holder removes its files and lets go while the other opens, locks and checks them.
    const [, attempt] = await Promise.all([release(one), take(other, dataDir)])
    const third = await take(one, dataDir)
    expect([attempt.taken, third.taken].filter(Boolean)).toHaveLength(1)
    if (attempt.taken) {
      await release(other)
      expect((await take(one, dataDir)).taken).toBe(true)
    }
  }
})

test('something else under the name of the lock is refused and left alone', () => {
  const dataDir = tempDir()
  mkdirSync(join(dataDir, '.daemon.lock'))
  expect(() => acquireLock(dataDir, holder, silentLog)).toThrow(/\.daemon\.lock cannot be locked \(EISDIR\)/)
  expect(readdirSync(dataDir)).toEqual(['.daemon.lock'])
})

test('a holder note that makes no sense is no holder', () => {
  const dataDir = tempDir()
  writeFileSync(join(dataDir, '.daemon.json'), '{"pid":"x"}', { mode: 0o600 })
  expect(readHolder(dataDir)).toBeNull()
})

test('a note that cannot be written does not keep anyone from the lock, and is said', async () => {
  const dataDir = tempDir()
  mkdirSync(join(dataDir, '.daemon.json'))
  const said: string[] = []
  const lock = acquireLock(dataDir, holder, { ...silentLog, error: (event) => said.push(event) })
  expect(said).toContain('holder_not_noted')
  const attempt = await take(await startRacer(), dataDir)
  expect(attempt.message).toContain(`locked: ${dataDir} is held by another daemon.`)
  expect(mayHold(dataDir, holder.pid)).toBe(true)
  lock.release()
  expect(mayHold(dataDir, holder.pid)).toBe(false)
  expect(readdirSync(dataDir)).toEqual(['.daemon.json'])
})

test('who may hold a directory is said by the note, and without one by the lock file', () => {
  const dataDir = tempDir()
  expect(mayHold(dataDir, holder.pid)).toBe(false)
  const lock = acquireLock(dataDir, holder, silentLog)
  expect([mayHold(dataDir, holder.pid), mayHold(dataDir, holder.pid + 1)]).toEqual([true, false])
  lock.release()
})
