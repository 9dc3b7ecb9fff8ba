// Import and verify over the real operations: what was captured live and what is imported are one memory.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createClaudeCodeSource } from '../../src/history/claude-code.ts'
import type { StoredTurn } from '../../src/history/comparison.ts'
import { createGenericSource } from '../../src/history/generic-jsonl.ts'
import { importHistory, type TakeBackTurns } from '../../src/history/import.ts'
import { memoryMarks } from '../../src/history/marks.ts'
import type { HistorySource, HistoryTurn } from '../../src/history/source.ts'
import type { CaptureTurns, TurnBatch, TurnCounts } from '../../src/history/turn-batches.ts'
import { type VerifyReport, verifyHistory } from '../../src/history/verify.ts'
import { contentHash } from '../../src/kit/content-hash.ts'
import { fixture } from '../operations/support.ts'
import { lines, noSignal, put, tempFolder } from './support.ts'

const at = Date.UTC(2026, 2, 2, 9)

function memoryWith(source: HistorySource) {
  const daemon = fixture(undefined, (cwd) => `path:${cwd}`)
  daemon.now = at + 86_400_000
  const { dispatch, store } = daemon
  const capture: CaptureTurns = async (batch) =>
    (await dispatch(
      'memory_capture_batch',
      { ...batch },
      { transport: 'internal', requestId: 'test' },
    )) as TurnCounts

  const takeBack: TakeBackTurns = (said) =>
    dispatch('session_take_back', { ...said }, { transport: 'internal', requestId: 'test' })

  async function* stored(client: string, session: string): AsyncGenerator<StoredTurn> {
    const filter = { projects: null, client, session, currentOnly: false }
    for (const { messageId, text } of await store.list(filter, { limit: 1_000, order: 'oldest' })) {
      if (messageId !== null) yield { message_id: messageId, hash: contentHash(text) }
    }
  }

  const common = { sources: [source], now: () => 0, signal: noSignal }
  return {
    store,
    capture,
    import: () => importHistory({ ...common, capture, takeBack, marks: memoryMarks() }),
    verify: (onMissing?: (turn: HistoryTurn) => Promise<void>): Promise<VerifyReport> =>
      verifyHistory({ ...common, stored, onMissing, onTakenBack: onMissing && takeBack }),
  }
}

function transcript() {
  const projectsFolder = tempFolder()
  const line = (uuid: string, type: 'user' | 'assistant', text: string, second: number): object => ({
    type,
    uuid,
    sessionId: 'ses-1',
    cwd: '/home/ada/shop',
    timestamp: new Date(at + second * 1_000).toISOString(),
    message: { role: type, content: [{ type: 'text', text }] },
  })
  put(
    join(projectsFolder, 'shop', 'ses-1.jsonl'),
    lines(
      line('u-1', 'user', 'Which port does staging use?', 0),
      line('a-1', 'assistant', 'Port 5433.', 5),
      line('u-2', 'user', 'ok', 9),
      line('u-3', 'user', 'ok', 12),
    ),
  )
  return createClaudeCodeSource({ projectsFolder })
}

describe('an imported history', () => {
  it('keeps its words, times, session and project, and is complete', async () => {
    const memory = memoryWith(transcript())
    await memory.import()
    const kept = await memory.store.list({ projects: null }, { limit: 10, order: 'oldest' })
    expect(
      kept.map(({ role, text, saidAt, project, session }) => [role, text, saidAt, project, session]),
    ).toEqual([
      ['user', 'Which port does staging use?', at, 'path:/home/ada/shop', 'ses-1'],
      ['assistant', 'Port 5433.', at + 5_000, 'path:/home/ada/shop', 'ses-1'],
      ['user', 'ok', at + 9_000, 'path:/home/ada/shop', 'ses-1'],
      ['user', 'ok', at + 12_000, 'path:/home/ada/shop', 'ses-1'],
    ])
    expect(await memory.verify()).toMatchObject({ on_disk: 4, stored: 4, missing: 0, differing: 0 })
  })

  it('says of a sub-agent’s session which one started it', async () => {
    const child = {
      session: 'ses-2',
      parent_session_id: 'ses-1',
      role: 'assistant',
      text: 'Look for the port.',
      said_at: at,
    }
    const memory = memoryWith(createGenericSource(put(join(tempFolder(), 'h.jsonl'), lines(child))))
    await memory.import()
    expect(await memory.store.session('import', 'ses-2')).toMatchObject({ parent: 'ses-1', turnCount: 1 })
  })

  it('and what was captured live are one memory', async () => {
    const memory = memoryWith(transcript())
    const live: TurnBatch = {
      client: 'claude-code',
      session_id: 'ses-1',
      cwd: '/home/ada/shop',
      turns: [{ role: 'assistant', text: 'Port 5433.', message_id: 'a-1', said_at: at + 5_000 }],
    }
    await memory.capture(live)
    expect((await memory.import()).stored).toEqual({ inserted: 3, reinforced: 0, skipped: 1 })
    expect(await memory.capture(live)).toMatchObject({ inserted: 0, skipped: 1 })
    expect((await memory.store.stats()).turns).toBe(4)
  })

  it('with gaps is whole again once the missing turns were taken in', async () => {
    const memory = memoryWith(transcript())
    await memory.capture({
      client: 'claude-code',
      session_id: 'ses-1',
      turns: [{ role: 'user', text: 'ok', message_id: 'u-3', said_at: at }],
    })
    const missing: HistoryTurn[] = []
    const report = await memory.verify(async (turn) => void missing.push(turn))
    expect(report.sessions).toMatchObject([{ on_disk: 4, stored: 1, gaps: ['u-1', 'a-1', 'u-2'] }])
    await memory.capture({
      client: 'claude-code',
      session_id: 'ses-1',
      cwd: '/home/ada/shop',
      turns: missing.map(({ text, role, message_id, said_at }) => ({ text, role, message_id, said_at })),
    })
    expect(await memory.verify()).toMatchObject({ on_disk: 4, stored: 4 })
  })

  it('from outside any folder belongs to no project', async () => {
    const path = put(
      join(tempFolder(), 'h.jsonl'),
      lines({ session: 's', role: 'user', text: 'The heron stands in the reeds', said_at: at }),
    )
    const memory = memoryWith(createGenericSource(path))
    await memory.import()
    const [found] = await memory.store.list({ projects: ['global'] }, { limit: 1, order: 'newest' })
    expect(found).toMatchObject({ text: 'The heron stands in the reeds', client: 'import', saidAt: at })
  })
})
