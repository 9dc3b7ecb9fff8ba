// Acknowledged means stored: through kills, full disks, failing neighbours and dying threads.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../../../../../test/support/eventually.ts'
import type { AppError } from '../../../src/kit/errors.ts'
import { limits } from '../../../src/kit/limits.ts'
import { silentLog } from '../../../src/kit/log.ts'
import { createGroupCommit } from '../../../src/store/sqlite/group-commit.ts'
import { createLogEmptying } from '../../../src/store/sqlite/log-emptying.ts'
import { createThreadLink } from '../../../src/store/sqlite/thread-link.ts'
import { found, frequencies } from '../support/asking.ts'
import { openInProcess } from '../support/in-process-store.ts'
import { turn } from '../support/invented.ts'
import { openRaw, readingRaw, type SqliteFixture, sqliteFixture, testKey } from '../support/sqlite-fixture.ts'

describe('durability', () => {
  let fixture: SqliteFixture
  beforeEach(async () => {
    fixture = await sqliteFixture()
  })
  afterEach(() => fixture.stop())

  describe('group commit', () => {
    it('puts what has queued up into one transaction, and answers after COMMIT', () => {
      const db = openRaw(fixture.file)
      db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a UNIQUE)')
      const reader = openRaw(fixture.file)
      const answers: unknown[] = []
      const group = createGroupCommit(db, () => answers.push('after'))
      const insert = (value: number) =>
        group.add({
          weight: 1,
          run: () => db.exec(`INSERT INTO t VALUES (${value})`),
          done: () => answers.push([value, reader.prepare(`SELECT count(*) AS n FROM t`).get()]),
          failed: (error) => answers.push([value, error instanceof Error ? error.message : error]),
        })
      for (const value of [1, 2, 2, 3]) insert(value)
      group.commitNext()
      expect(answers).toEqual([
        [1, { n: 3 }],
        [2, { n: 3 }],
        [2, 'UNIQUE constraint failed: t.a'],
        [3, { n: 3 }],
        'after',
      ])
      reader.close()
      db.close()
    })

    it('bounds a group by rows', () => {
      const db = openRaw(fixture.file)
      db.exec('CREATE TABLE t (a)')
      const group = createGroupCommit(db, () => {})
      const done: number[] = []
      for (const index of [0, 1, 2]) {
        const weight = limits.groupCommitRowsMax / 2
        group.add({ weight, run: () => {}, done: () => done.push(index), failed: () => {} })
      }
      group.commitNext()
      expect(done).toEqual([0, 1])
      group.commitNext()
      expect(done).toEqual([0, 1, 2])
      db.close()
    })

    it('saves the others when one call ends the whole transaction', () => {
      const db = openRaw(fixture.file)
      db.exec('CREATE TABLE t (a)')
      const group = createGroupCommit(db, () => {})
      const answers: string[] = []
      const add = (name: string, sql: string) =>
        group.add({
          weight: 1,
          run: () => db.exec(sql),
          done: () => answers.push(`${name} done`),
          failed: (error) =>
            answers.push(`${name} failed: ${error instanceof Error ? error.message : error}`),
        })
      add('first', 'INSERT INTO t VALUES (1)')
      add('guilty', 'ROLLBACK; INSERT INTO nowhere VALUES (1)')
      add('last', 'INSERT INTO t VALUES (3)')
      group.commitNext()
      expect(answers).toEqual(['first done', 'guilty failed: no such table: nowhere', 'last done'])
      expect(db.prepare('SELECT a FROM t').all()).toEqual([{ a: 1 }, { a: 3 }])
      db.close()
    })

    it('lets one failing call of many fail alone', async () => {
      const store = await fixture.open()
      const taken = turn({ id: 'taken' })
      await store.capture([taken])
      const results = await Promise.allSettled([
        store.capture([turn({ id: 'a' })]),
        store.capture([turn({ id: 'b' }), turn({ id: 'taken' })]),
        store.capture([turn({ id: 'c' })]),
      ])
      expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect((await store.get(['a', 'b', 'c'])).map((memory) => memory.id)).toEqual(['a', 'c'])
    })
  })

  it('shows a read every write acknowledged before it', async () => {
    const store = await fixture.open()
    for (let round = 0; round < 50; round++) {
      const item = turn()
      await store.capture([item])
      expect(await store.get([item.id])).toHaveLength(1)
    }
  })

  it('refuses more waiting calls than it may hold', async () => {
    const store = await fixture.open()
    const calls = Array.from({ length: limits.storeQueueCallsMax + 5 }, () => store.stats())
    const results = await Promise.allSettled(calls)
    const refused = results.filter((result) => result.status === 'rejected')
    expect(refused).toHaveLength(5)
    expect(refused[0]).toMatchObject({ reason: { name: 'AppError', code: 'overloaded' } })
    expect((await store.stats()).memories).toBe(0)
  })

  it('finishes what it was given before it closes', async () => {
    const store = await fixture.open()
    const captures = Array.from({ length: 20 }, (_, index) => store.capture([turn({ id: `late-${index}` })]))
    await store.close()
    await Promise.all(captures)
    const again = await fixture.open()
    expect((await again.stats()).memories).toBe(20)
  })

  it('refuses writes on a full disk, keeps what it has, and goes on when there is room', async () => {
    const bytesMax = 900_000
    const store = await fixture.open({ bytesMax })
    const big = (id: string) => turn({ id, text: `${id} walrus `.repeat(4_000) })
    const stored: string[] = []
    let refused: unknown
    for (let index = 0; refused === undefined; index++) {
      try {
        await store.capture([big(`big-${index}`)])
        stored.push(`big-${index}`)
      } catch (error) {
        refused = error
      }
    }
    expect(refused).toMatchObject({
      name: 'AppError',
      code: 'disk_full',
      message: expect.stringMatching(/free some space/),
    })
    expect(stored.length).toBeGreaterThan(1)
    expect((await store.get(stored)).length).toBe(stored.length)
    expect(new Set(await found(store, 'walrus'))).toEqual(new Set(stored))
    expect(await store.forget(stored.slice(0, 1), 1)).toEqual(stored.slice(0, 1))
    expect(await store.capture([turn({ id: 'small' })])).toEqual([{ status: 'inserted', id: 'small' }])
    expect(fixture.fatal).toEqual([])
  })

  it('answers a forget when the disk has no room to empty the log, and owes it', async () => {
    const said = await forgetOnSmallDisk(fixture.file)
    expect(said).toEqual([
      'warned store_log_not_emptied unavailable',
      'forgot secret',
      'captured inserted',
      'warned store_log_not_emptied unavailable',
      'closed',
    ])
    expect(logBytes(fixture.file)).toBeGreaterThan(0)
    const store = await fixture.open()
    await eventually(() => expect(logBytes(fixture.file)).toBe(0))
    expect(await store.get(['secret'])).toEqual([])
  })

  it('tries to empty the log until nobody reads from it any more', async () => {
    const { db, store } = openInProcess({ file: fixture.file, key: testKey })
    const reader = openRaw(fixture.file)
    reader.exec('BEGIN; SELECT count(*) FROM memory')
    await store.capture([turn()])
    const failures: string[] = []
    let elapsed = 0
    const log = createLogEmptying(db, { elapsed: () => elapsed, failed: (why) => failures.push(why) })
    expect(log.pending()).toBe(false)
    log.owe()
    expect(log.pending()).toBe(true)
    expect(log.attempt()).toBe(false)
    expect([failures, log.pending()]).toEqual([['busy'], false])
    elapsed += limits.upkeepPauseMs
    expect(log.pending()).toBe(true)
    reader.exec('COMMIT')
    expect(log.attempt()).toBe(true)
    expect([logBytes(fixture.file), log.pending(), failures]).toEqual([0, false, ['busy']])
    reader.close()
    await store.close()
  })

  it.each([
    ['writer', 0],
    ['reader', 1],
  ])(
    'fails everything in flight when the %s dies, tells the daemon once, answers nothing after',
    async (role, index) => {
      const workers: Worker[] = []
      const note = (worker: Worker): void => {
        workers.push(worker)
      }
      process.on('worker', note)
      const store = await fixture.open()
      process.off('worker', note)
      await store.capture([turn({ id: 'safe' })])

      const inFlight = index === 0 ? store.capture([turn()]) : store.stats()
      const settled = inFlight.then(
        () => 'answered',
        (error: AppError) => error.code,
      )
      await workers[index]?.terminate()
      expect(['answered', 'unavailable']).toContain(await settled)
      const after = index === 0 ? store.capture([turn()]) : store.stats()
      await expect(after).rejects.toMatchObject({ name: 'AppError', code: 'unavailable' })
      expect(fixture.fatal.map((error) => error.message)).toEqual([
        expect.stringMatching(`the store's ${role} stopped unexpectedly; restart the daemon`),
      ])
      await store.close()
      expect(await (await fixture.open()).get(['safe'])).toHaveLength(1)
    },
  )

  it.each([
    ['reader', /took longer than 30 s; try again$/],
    ['writer', /took longer than 30 s; it may still be done: turns with message ids can be sent again/],
  ] as const)('gives up a call that the %s does not answer, and says what to do', async (role, message) => {
    const silent = `import { parentPort } from 'node:worker_threads'
      parentPort.on('message', ({ type }) => {
        if (type !== 'call') parentPort.postMessage({ type: type === 'open' ? 'opened' : 'closed' })
      })`
    const entry = new URL(`data:text/javascript,${encodeURIComponent(silent)}`)
    const link = createThreadLink<{ ask(): void }>({ role, entry, log: silentLog, onDeath: () => {} })
    await link.open({ file: fixture.file, key: testKey })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const call = expect(link.call('ask')).rejects.toMatchObject({
        code: 'timeout',
        message: expect.stringMatching(message),
      })
      vi.advanceTimersByTime(limits.storeCallMsMax)
      await call
    } finally {
      vi.useRealTimers()
      await link.close()
    }
  })

  it('loses nothing acknowledged to kill -9', async () => {
    const kept = new Set<string>()
    const forgotten = new Set<string>()
    for (let round = 0; round < 10; round++) {
      await playUntilKilled(startCapturing(fixture.file, round), kept, forgotten)
      await expectWhole(fixture.file, kept, forgotten)
    }
    expect(kept.size).toBeGreaterThan(30)
    expect(forgotten.size).toBeGreaterThan(5)
  })
})

function logBytes(file: string): number {
  return statSync(`${file}-wal`).size
}

/** What the child says; no file of its may grow beyond 4 MiB. */
async function forgetOnSmallDisk(file: string): Promise<readonly string[]> {
  const script = fileURLToPath(new URL('../support/forget-on-small-disk.ts', import.meta.url))
  const bytesMax = 4 * 1024 * 1024
  const limited = 'ulimit -f "$1"; shift; exec "$@"'
  const args = ['-c', limited, 'sh', String(bytesMax / 512), process.execPath, script, file, String(bytesMax)]
  const child = spawn('sh', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  for await (const line of createInterface({ input: child.stdout })) said.push(line)
  return said
}

/** Notes what the child says was acknowledged, and kills it after a random number of lines, somewhere in what follows. */
async function playUntilKilled(
  child: ChildProcess,
  kept: Set<string>,
  forgotten: Set<string>,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  let linesLeft = 1 + Math.floor(Math.random() * 60)
  try {
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      linesLeft -= 1
      if (linesLeft === 0) timer = setTimeout(() => child.kill('SIGKILL'), Math.random() * 20)
      const [what, ...ids] = line.split(' ')
      if (ids.pop() !== '.') continue
      if (what === 'kept') for (const id of ids) kept.add(id)
      // Between the wish and its acknowledgement either outcome is right.
      if (what === 'forgetting') for (const id of ids) kept.delete(id)
      if (what === 'forgot') for (const id of ids) forgotten.add(id)
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    expect(child.signalCode).toBe('SIGKILL')
  } finally {
    clearTimeout(timer)
    child.kill('SIGKILL')
  }
}

/** The file is sound, holds everything kept and nothing forgotten, and its totals are those of its rows. */
async function expectWhole(
  file: string,
  kept: ReadonlySet<string>,
  forgotten: ReadonlySet<string>,
): Promise<void> {
  const integrity = readingRaw(file, (db) => {
    db.exec(`INSERT INTO passage_index (passage_index, rank) VALUES ('integrity-check', 1)`)
    return db.pragma('integrity_check', { simple: true })
  })
  expect(integrity).toBe('ok')
  const { store } = openInProcess({ file, key: testKey })
  expect((await store.get([...kept])).map((memory) => memory.id)).toEqual([...kept])
  expect(await store.get([...forgotten])).toEqual([])
  const all = await store.list({ projects: null, currentOnly: false }, { limit: 100_000, order: 'oldest' })
  expect(await store.stats()).toMatchObject({ memories: all.length, turns: all.length })
  expect(await frequencies(store, 'walrus')).toEqual([all.length])
  await store.close()
}

function startCapturing(file: string, round: number): ChildProcess {
  const script = fileURLToPath(new URL('../support/capture-until-killed.ts', import.meta.url))
  return spawn(process.execPath, [script, file, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] })
}
