import { appendFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createChatGptSource } from '../../src/history/chatgpt-export.ts'
import { createClaudeCodeSource } from '../../src/history/claude-code.ts'
import { createGenericSource } from '../../src/history/generic-jsonl.ts'
import { type ImportOptions, importHistory } from '../../src/history/import.ts'
import { type MarkStore, memoryMarks } from '../../src/history/marks.ts'
import type { Progress } from '../../src/history/progress.ts'
import type { CaptureTurns, TurnBatch } from '../../src/history/turn-batches.ts'
import { AppError } from '../../src/kit/errors.ts'
import { limits } from '../../src/kit/limits.ts'
import { lines, noSignal, put, tempFolder } from './support.ts'

interface Line {
  readonly session: string
  readonly message_id: string
  readonly text: string
  readonly role: string
  readonly said_at: number
  readonly cwd?: string
  readonly client?: string
}

const at = Date.UTC(2026, 2, 2, 9)
const line = (n: number, more: Partial<Line> = {}): Line => ({
  session: 's-1',
  message_id: `m-${n}`,
  text: `Turn ${n}`,
  role: n % 2 === 0 ? 'user' : 'assistant',
  said_at: at + n,
  ...more,
})

/** Keeps what a store keeps of a turn: each once, by client, session and message id. */
function fakeStore() {
  const kept = new Map<string, string>()
  const batches: TurnBatch[] = []
  const capture: CaptureTurns = async (batch) => {
    batches.push(batch)
    let inserted = 0
    for (const { message_id, text } of batch.turns) {
      const key = `${batch.client} ${batch.session_id} ${message_id}`
      if (!kept.has(key)) inserted += 1
      kept.set(key, text)
    }
    return { inserted, reinforced: 0, skipped: batch.turns.length - inserted }
  }
  return { kept, batches, capture }
}

function options(path: string, capture: CaptureTurns, more: Partial<ImportOptions> = {}): ImportOptions {
  return {
    sources: [createGenericSource(path)],
    capture,
    takeBack: async () => {},
    marks: memoryMarks(),
    now: () => 0,
    signal: noSignal,
    ...more,
  }
}

const historyOf = (...entries: readonly object[]): string =>
  put(join(tempFolder(), 'h.jsonl'), lines(...entries))

describe('an import', () => {
  it('hands every turn over, one session to a batch, with everything known about it', async () => {
    const store = fakeStore()
    const path = historyOf(line(1), line(2, { session: 's-2', cwd: '/home/ada/shop' }), line(3))
    const report = await importHistory(options(path, store.capture))
    expect(store.batches).toEqual([
      {
        client: 'import',
        session_id: 's-1',
        turns: [
          { text: 'Turn 1', role: 'assistant', message_id: 'm-1', said_at: at + 1 },
          { text: 'Turn 3', role: 'assistant', message_id: 'm-3', said_at: at + 3 },
        ],
      },
      {
        client: 'import',
        session_id: 's-2',
        cwd: '/home/ada/shop',
        turns: [{ text: 'Turn 2', role: 'user', message_id: 'm-2', said_at: at + 2 }],
      },
    ])
    expect(report).toMatchObject({ turns: 3, stored: { inserted: 3, skipped: 0 }, isDryRun: false })
  })

  it('reads on while the store is at work, and marks nothing before it is stored', async () => {
    const path = historyOf(...Array.from({ length: limits.importMarkEveryTurns + 500 }, (_, n) => line(n)))
    const source = createGenericSource(path)
    const { promise: isReadToItsEnd, resolve } = Promise.withResolvers<void>()
    const watched = {
      ...source,
      async *read(...args: Parameters<typeof source.read>) {
        yield* source.read(...args)
        resolve()
      },
    }
    const store = fakeStore()
    let marked = 0
    const marks = memoryMarks()
    const put: MarkStore['put'] = async (file, mark) => {
      marked += 1
      // One for the part before it, one for the whole: each after its turns.
      expect(store.kept.size).toBeGreaterThanOrEqual(limits.importMarkEveryTurns + (marked - 1) * 500)
      return marks.put(file, mark)
    }
    const capture: CaptureTurns = async (batch) => {
      await isReadToItsEnd
      return store.capture(batch)
    }
    await importHistory({ ...options(path, capture), sources: [watched], marks: { ...marks, put } })
    expect(store.kept.size).toBe(limits.importMarkEveryTurns + 500)
    expect(marked).toBe(2)
  })

  it('that is run twice changes nothing, with its marks and without them', async () => {
    const store = fakeStore()
    const path = historyOf(line(1), line(2))
    const marks = memoryMarks()
    await importHistory(options(path, store.capture, { marks }))
    const again = await importHistory(options(path, store.capture, { marks }))
    expect(again).toMatchObject({ turns: 0, clients: [{ filesUnchanged: 1, filesRead: 0 }] })
    const withoutMarks = await importHistory(options(path, store.capture))
    expect(withoutMarks.stored).toEqual({ inserted: 0, reinforced: 0, skipped: 2 })
    expect(store.kept.size).toBe(2)
  })

  it('goes on where a transcript has grown, and starts over where it was rewritten', async () => {
    const store = fakeStore()
    const path = historyOf(line(1), line(2))
    const marks = memoryMarks()
    await importHistory(options(path, store.capture, { marks }))
    appendFileSync(path, lines(line(3)))
    expect(await importHistory(options(path, store.capture, { marks }))).toMatchObject({ turns: 1 })
    const { size } = statSync(path)
    writeFileSync(path, lines(line(7), line(8), line(9)).padEnd(size + 10, '\n'))
    expect(await importHistory(options(path, store.capture, { marks }))).toMatchObject({ turns: 3 })
    expect(store.kept.size).toBe(6)
  })

  it('looks again at a line that was cut, once it is whole', async () => {
    const store = fakeStore()
    const whole = lines(line(1), line(2))
    const path = put(join(tempFolder(), 'h.jsonl'), whole.slice(0, -12))
    const marks = memoryMarks()
    const first = await importHistory(options(path, store.capture, { marks }))
    expect(first.clients[0]?.skipped).toMatchObject([{ reason: 'unfinished', isProblem: true, count: 1 }])
    writeFileSync(path, whole)
    await importHistory(options(path, store.capture, { marks }))
    expect([...store.kept.values()]).toEqual(['Turn 1', 'Turn 2'])
  })

  it('loses nothing and doubles nothing, wherever it is stopped', async () => {
    const path = historyOf(...Array.from({ length: 40 }, (_, n) => line(n, { session: `s-${n % 3}` })))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }), async (stops) => {
        const store = fakeStore()
        const marks = memoryMarks()
        for (const stop of stops) {
          const stopped = new AbortController()
          let taken = 0
          const capture: CaptureTurns = async (batch) => {
            taken += 1
            if (taken > stop) stopped.abort()
            stopped.signal.throwIfAborted()
            return store.capture(batch)
          }
          const run = importHistory(
            options(path, capture, { marks, signal: stopped.signal, batchBytesMax: 600 }),
          )
          await run.catch((error: unknown) => expect(stopped.signal.aborted, String(error)).toBe(true))
        }
        await importHistory(options(path, store.capture, { marks }))
        expect(store.kept.size).toBe(40)
      }),
    )
  })

  it('leaves no mark for turns that the store has not taken', async () => {
    const path = historyOf(line(1))
    const put: string[] = []
    const memory = memoryMarks()
    const marks: MarkStore = { get: memory.get, put: async (file) => void put.push(file) }
    const failing: CaptureTurns = async () => {
      throw new AppError('disk_full', 'the disk is full')
    }
    await expect(importHistory(options(path, failing, { marks }))).rejects.toThrow('the disk is full')
    expect(put).toEqual([])
  })

  it('waits and tries again when the store is busy', async () => {
    const store = fakeStore()
    let refusals = 2
    const capture: CaptureTurns = async (batch) => {
      refusals -= 1
      if (refusals >= 0) throw new AppError('overloaded', 'too many requests')
      return store.capture(batch)
    }
    expect((await importHistory(options(historyOf(line(1)), capture))).stored.inserted).toBe(1)
  })

  it('keeps the other turns of a batch when the store refuses one', async () => {
    const store = fakeStore()
    const capture: CaptureTurns = async (batch) => {
      if (batch.turns.some(({ text }) => text === 'Turn 3')) throw new AppError('invalid_params', 'no')
      return store.capture(batch)
    }
    const report = await importHistory(options(historyOf(...[1, 2, 3, 4, 5].map((n) => line(n))), capture))
    expect([...store.kept.values()].sort()).toEqual(['Turn 1', 'Turn 2', 'Turn 4', 'Turn 5'])
    expect(report.clients[0]?.skipped).toMatchObject([{ reason: 'out-of-range', count: 1 }])
  })

  it('keeps batches within their limits', async () => {
    const store = fakeStore()
    const many = Array.from({ length: limits.captureBatchTurnsMax + 5 }, (_, n) => line(n))
    await importHistory(options(historyOf(...many), store.capture))
    expect(store.batches.map(({ turns }) => turns.length)).toEqual([limits.captureBatchTurnsMax, 5])
    const small = fakeStore()
    await importHistory(options(historyOf(...many.slice(0, 20)), small.capture, { batchBytesMax: 300 }))
    for (const { turns } of small.batches) expect(Buffer.byteLength(JSON.stringify(turns))).toBeLessThan(320)
  })

  it('takes in nothing when it is only asked what it would do', async () => {
    const store = fakeStore()
    const marks = memoryMarks()
    const path = historyOf(line(1), line(2))
    const report = await importHistory(options(path, store.capture, { marks, isDryRun: true }))
    expect(report).toMatchObject({ turns: 2, isDryRun: true, stored: { inserted: 0 } })
    expect(store.batches).toEqual([])
    expect(await marks.get(path)).toBeNull()
  })

  it('does not believe a mark that was made when the file was read as something else', async () => {
    const store = fakeStore()
    const marks = memoryMarks()
    const path = historyOf(line(1), line(2))
    const asOther = { ...options(path, store.capture, { marks }), sources: [createChatGptSource(path)] }
    expect(await importHistory(asOther)).toMatchObject({ turns: 0 })
    expect(await importHistory(options(path, store.capture, { marks }))).toMatchObject({ turns: 2 })
  })

  it('tells how far it is, from the first file to the end', async () => {
    const told: Progress[] = []
    let now = 0
    const tick = (): number => {
      now += 100
      return now
    }
    const path = historyOf(...Array.from({ length: 30 }, (_, n) => line(n)))
    const onProgress = (progress: Progress): void => void told.push(progress)
    await importHistory(options(path, fakeStore().capture, { now: tick, onProgress }))
    expect(told.length).toBeGreaterThan(3)
    const bytes = told.map((progress) => progress.bytes)
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b))
    expect(told[1]).toMatchObject({ filesTotal: 1, bytesTotal: statSync(path).size, file: path })
    expect(told.at(-1)).toMatchObject({
      files: 1,
      bytes: statSync(path).size,
      turns: 30,
      etaMs: 0,
      file: null,
    })
  })
})

describe('the filters of an import', () => {
  const mixed = [
    line(1, { cwd: '/home/ada/shop' }),
    line(2, { cwd: '/home/ada/shop/api' }),
    line(3, { cwd: '/home/ada/secret' }),
    line(4),
  ]

  async function imported(filter: ImportOptions['filter']): Promise<string[]> {
    const store = fakeStore()
    await importHistory(options(historyOf(...mixed), store.capture, { filter }))
    return [...store.kept.values()].sort()
  }

  it('choose by folder, and leave out by folder', async () => {
    expect(await imported({ include: ['/home/ada/shop'] })).toEqual(['Turn 1', 'Turn 2'])
    expect(await imported({ include: ['/home/**'], exclude: ['**/secret'] })).toEqual(['Turn 1', 'Turn 2'])
    expect(await imported({ exclude: ['/home/ada/shop/'] })).toEqual(['Turn 3', 'Turn 4'])
  })

  it('choose by time and by client', async () => {
    expect(await imported({ since: at + 3 })).toEqual(['Turn 3', 'Turn 4'])
    expect(await imported({ clients: ['codex'] })).toEqual([])
  })

  it('leave out what is private as a whole, whatever is asked for', async () => {
    const store = fakeStore()
    const path = historyOf(line(1), line(2, { text: '<private>x</private>' }))
    const { clients, turns } = await importHistory(options(path, store.capture))
    expect([...store.kept.values()]).toEqual(['Turn 1'])
    expect(turns).toBe(1)
    expect(clients).toMatchObject([{ skipped: [{ reason: 'private', count: 1 }] }])
  })

  it('do not make a later import without them miss what they left out', async () => {
    const store = fakeStore()
    const marks = memoryMarks()
    const path = historyOf(...mixed)
    await importHistory(options(path, store.capture, { marks, filter: { exclude: ['**/secret'] } }))
    expect(store.kept.size).toBe(3)
    await importHistory(options(path, store.capture, { marks }))
    expect(store.kept.size).toBe(4)
  })
})

describe('importing a fork and its origin', () => {
  it('keeps each turn once, in either order', async () => {
    const store = fakeStore()
    const projectsFolder = tempFolder()
    const said = (
      sessionId: string,
      uuid: string,
      type: 'user' | 'assistant',
      more: object = {},
    ): object => ({
      type,
      uuid,
      sessionId,
      timestamp: '2026-03-02T09:00:00.000Z',
      message: { role: type, content: [{ type: 'text', text: `${uuid} says` }] },
      ...more,
    })
    put(join(projectsFolder, 'p', 'a.jsonl'), lines(said('a', '1', 'user'), said('a', '2', 'assistant')))
    put(
      join(projectsFolder, 'p', 'b.jsonl'),
      lines(
        said('b', '1', 'user'),
        said('b', '2', 'assistant', { requestSessionId: 'a' }),
        said('b', '3', 'user'),
        said('b', '4', 'assistant'),
      ),
    )
    const marks = memoryMarks()
    const sources = [createClaudeCodeSource({ projectsFolder })]
    await importHistory({ ...options('', store.capture, { marks }), sources })
    expect([...store.kept.keys()]).toEqual([
      'claude-code a 1',
      'claude-code a 2',
      'claude-code b 3',
      'claude-code b 4',
    ])
    // A touched file is read on from its mark, not again.
    utimesSync(join(projectsFolder, 'p', 'a.jsonl'), new Date(at), new Date(at))
    expect(await importHistory({ ...options('', store.capture, { marks }), sources })).toMatchObject({
      turns: 0,
    })
  })
})
