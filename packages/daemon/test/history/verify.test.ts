import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StoredTurn } from '../../src/history/comparison.ts'
import { createGenericSource } from '../../src/history/generic-jsonl.ts'
import type { HistoryTurn } from '../../src/history/source.ts'
import { verifyHistory } from '../../src/history/verify.ts'
import { contentHash } from '../../src/kit/content-hash.ts'
import { limits } from '../../src/kit/limits.ts'
import { lines, noSignal, put, tempFolder } from './support.ts'

const at = Date.UTC(2026, 2, 2, 9)
const line = (session: string, n: number, text = `Turn ${n}`): object => ({
  session,
  message_id: `m-${n}`,
  text,
  role: 'user',
  said_at: at + n,
})

async function verified(
  onDisk: readonly object[],
  stored: Readonly<Record<string, readonly StoredTurn[]>>,
  forgotten: readonly string[] = [],
) {
  const missing: HistoryTurn[] = []
  const path = put(join(tempFolder(), 'h.jsonl'), lines(...onDisk))
  const report = await verifyHistory({
    sources: [createGenericSource(path)],
    async *stored(client, session) {
      yield* stored[`${client} ${session}`] ?? []
    },
    forgotten: async (turns) => new Set(turns.filter(({ text }) => forgotten.includes(text))),
    now: () => 0,
    signal: noSignal,
    onMissing: async (turn) => void missing.push(turn),
  })
  return { report, missing }
}

const kept = (n: number, text = `Turn ${n}`): StoredTurn => ({
  message_id: `m-${n}`,
  hash: contentHash(text),
})

describe('a verification', () => {
  it('counts what is on disk and what of it is stored, per session', async () => {
    const { report, missing } = await verified([line('a', 1), line('a', 2), line('b', 3)], {
      'import a': [kept(1), kept(2), kept(99)],
      'import b': [kept(3)],
    })
    expect(report).toMatchObject({ on_disk: 3, stored: 3, missing: 0, differing: 0 })
    expect(report.sessions.map(({ session_id, on_disk, stored }) => [session_id, on_disk, stored])).toEqual([
      ['a', 2, 2],
      ['b', 1, 1],
    ])
    expect(missing).toEqual([])
  })

  it('names the gaps and hands over the missing turns', async () => {
    const { report, missing } = await verified([line('a', 1), line('a', 2), line('b', 2)], {
      'import a': [kept(1)],
    })
    expect(report).toMatchObject({ on_disk: 3, stored: 1, missing: 2 })
    expect(report.sessions).toMatchObject([
      { session_id: 'a', gaps: ['m-2'] },
      { session_id: 'b', gaps: ['m-2'] },
    ])
    expect(missing.map(({ session_id, text }) => [session_id, text])).toEqual([
      ['a', 'Turn 2'],
      ['b', 'Turn 2'],
    ])
  })

  it('misses nothing that is private as a whole', async () => {
    const onDisk = [line('a', 1), line('a', 2, '<private>my salary</private>.'), line('b', 3, '<private>x')]
    const { report, missing } = await verified(onDisk, { 'import a': [kept(1)] })
    expect(report).toMatchObject({ on_disk: 1, stored: 1, missing: 0 })
    expect(missing).toEqual([])
  })

  it('tells another text under the same id from a missing turn', async () => {
    const { report, missing } = await verified([line('a', 1, 'As it is on disk')], { 'import a': [kept(1)] })
    expect(report.sessions).toMatchObject([{ on_disk: 1, stored: 0, missing: 0, differing: 1, gaps: [] }])
    expect(missing).toHaveLength(1)
  })

  it('counts what was forgotten as such: neither missing nor differing, nor handed over', async () => {
    const { report, missing } = await verified(
      [line('a', 1), line('a', 2), line('a', 3), line('a', 4)],
      { 'import a': [kept(1), kept(2, 'Earlier form')] },
      ['Turn 2', 'Turn 3'],
    )
    const counts = { on_disk: 4, stored: 1, forgotten: 2, missing: 1, differing: 0 }
    expect(report).toMatchObject({ ...counts, sessions: [{ ...counts, gaps: ['m-4'] }] })
    expect(missing.map(({ message_id }) => message_id)).toEqual(['m-4'])
  })

  it('is content when the text on disk is among the versions that are stored', async () => {
    const { report } = await verified([line('a', 1)], { 'import a': [kept(1, 'Earlier form'), kept(1)] })
    expect(report).toMatchObject({ stored: 1, differing: 0 })
  })

  it('counts a turn once that stands on disk twice', async () => {
    const { report, missing } = await verified([line('a', 1), line('a', 1)], {})
    expect(report).toMatchObject({ on_disk: 1, missing: 1 })
    expect(missing).toHaveLength(1)
  })

  it('asks the store once per session while sessions alternate, and holds only so many', async () => {
    const asked: string[] = []
    const sessions = Array.from({ length: limits.verifySessionsHeldMax }, (_, n) => `s-${n}`)
    const entries = [1, 2].flatMap((n) => sessions.map((session) => line(session, n)))
    const path = put(join(tempFolder(), 'h.jsonl'), lines(...entries))
    await verifyHistory({
      sources: [createGenericSource(path)],
      async *stored(_client, session) {
        asked.push(session)
        yield* []
      },
      now: () => 0,
      signal: noSignal,
    })
    expect(asked).toEqual(sessions)
  })

  it('lists only the first gaps of a session, and counts all', async () => {
    const entries = Array.from({ length: limits.verifyGapsListedMax + 5 }, (_, n) => line('a', n))
    const [session] = (await verified(entries, {})).report.sessions
    expect(session?.gaps).toHaveLength(limits.verifyGapsListedMax)
    expect(session?.missing).toBe(limits.verifyGapsListedMax + 5)
  })

  it('says what it could not read', async () => {
    const path = put(join(tempFolder(), 'h.jsonl'), '{broken\n')
    const report = await verifyHistory({
      sources: [createGenericSource(path)],
      async *stored() {},
      now: () => 0,
      signal: noSignal,
    })
    expect(report.clients).toMatchObject([
      {
        client: 'import',
        skipped: [{ reason: 'not-json', isProblem: true, examples: [{ file: path, at: 0 }] }],
      },
    ])
  })
})
