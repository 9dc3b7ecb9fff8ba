// Commands that ask the daemon or stop it: which project is meant, status, stop, and a daemon of another version.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import type { AppError } from '../../src/kit/errors.ts'
import { writePrivateFile } from '../../src/kit/private-file.ts'
import { projectNamed } from '../../src/operations/project-view.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import { memory } from './memory.ts'
import { run, startFakeDaemon } from './terminal.ts'

describe('--project', () => {
  const key = 'git:example.org/ada/shop'
  const answers = {
    memory_capture: { status: 'inserted', record_id: memory.id, reason: '' },
    memory_list: { memories: [], next: null },
    memory_recall: {
      hits: [],
      anti_hits: [],
      left_out: { count: 0, best: 0, floor: 0 },
      cue_words: { asked: 1, known: 1 },
    },
    memory_forget: { forgotten: [], unknown: [], count: 0, matches: [] },
    session_start_payload: { l0: '', l1: '', l2: [], rich_club: '' },
  }
  const commands = [['capture', 'x'], ['list'], ['recall', 'x'], ['forget'], ['context']]

  test.each(commands)('%s: is a key or a name, of which the daemon knows the key', async (...command) => {
    const daemon = await startFakeDaemon({ ...answers, project_get: { key } })
    const ran = await daemon.run([...command, '--project', 'shop', '--json'])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(daemon.calls[0]).toEqual({ method: 'project_get', params: { project: 'shop' } })
    const { params = {} } = daemon.calls[1] ?? {}
    expect(params.where ?? params).toMatchObject({ project: key })
  })

  test.each(commands)('%s: one that is not known is refused before anything is done', async (...command) => {
    const store = createMemoryStore()
    const unknown = await projectNamed(store, 'nope').catch((error: unknown) => error)
    const projects = [{ key: 'path:/home/ada/shop', name: 'shop' }]
    const daemon = await startFakeDaemon({
      ...answers,
      project_get: unknown as AppError,
      project_list: { projects },
    })
    expect(await daemon.run([...command, '--project', 'nope'])).toEqual({
      code: 4,
      stdout: '',
      stderr: "iai-mcp: no project 'nope'; iai-mcp project list shows the ones there are\n",
    })
    expect(daemon.calls.map(({ method }) => method)).toEqual(['project_get', 'project_list'])
  })
})

test.each([
  [['recall', 'x', '--global', '--all-projects']],
  [['list', '--project', 'shop', '--all-projects']],
  [['forget', '--project', 'shop', '--all-projects', '--yes']],
  [['capture', 'x', '--project', 'shop', '--global']],
  [['context', '--project', 'shop', '--global']],
  [['pin', memory.id, '--global', '--remove']],
])('%j: of two options that gainsay each other neither goes unheard', async (args) => {
  const daemon = await startFakeDaemon({})
  const ran = await daemon.run(args)
  expect(ran.code).toBe(2)
  expect(ran.stderr).toMatch(/option '--[^']+' cannot be used with option '--[^']+'/)
  expect(daemon.calls).toEqual([])
})

describe('status', () => {
  test('shows what runs and what it holds', async () => {
    const daemon = await startFakeDaemon({
      status: {
        version: '0.1.0',
        pid: 77,
        uptime_sec: 7_300,
        data_dir: '/home/ada/.iai-mcp',
        key_source: 'key file /home/ada/.iai-mcp/.key',
        socket: '/home/ada/.iai-mcp/.daemon.sock',
        http_port: 40_123,
        memories: 12,
        turns: 9,
        facts: 3,
        sessions: 2,
        projects: 1,
        bytes: 3 * 1024 * 1024,
        schema_version: 1,
        rss_bytes: 80 * 1024 * 1024,
        kept_out: { 'github token': 2, private: 1, jwt: 1, password: 1 },
        embedding: {
          state: 'ready',
          embedder: 'english-3',
          vectors: 12,
          waiting: 0,
          sends_text_to: null,
          failure: null,
        },
        last_consolidation: {
          at: '2026-03-02T09:15:30.000Z',
          ms: 840,
          sessions: 3,
          projects: 1,
          complete: true,
        },
      },
    })
    const { stdout } = await daemon.run(['status'])
    expect(stdout).toContain('iai-mcp 0.1.0, process 77, up 2 h')
    expect(stdout).toContain('http://127.0.0.1:40123')
    expect(stdout).toContain('12 (9 turns, 3 facts)')
    expect(stdout).toContain('5 since the start (2 github token, 1 private, 1 jwt, …)')
    expect(stdout).toContain('ready, 12 passages, by english-3')
    expect(stdout).toContain('3.0 MB')
    expect(stdout).toContain('2026-03-02 09:15: 3 sessions, 1 project in 840 ms')
  })
})

test('stop, where none runs, says that there is nothing to stop', async () => {
  const dataDir = tempDir()
  const socket = join(dataDir, '.daemon.sock')
  const gone = { pid: 2 ** 30, startedAt: 1, version: '0.1.0' }
  for (const holder of [null, gone]) {
    if (holder !== null) writePrivateFile(join(dataDir, '.daemon.json'), JSON.stringify(holder))
    expect(await run(['stop', '--data-dir', dataDir])).toEqual({
      code: 3,
      stdout: '',
      stderr: `iai-mcp: no daemon answers at ${socket} and none holds ${dataDir}: there is nothing to stop\n`,
    })
  }
})

test('stop names a process that holds the directory and does not answer', async () => {
  const dataDir = tempDir()
  const holder = { pid: process.pid, startedAt: 1, version: '0.1.0' }
  writePrivateFile(join(dataDir, '.daemon.json'), JSON.stringify(holder))
  const { code, stderr } = await run(['stop', '--data-dir', dataDir])
  expect(code).toBe(1)
  expect(stderr).toContain(
    `process ${process.pid} was started as the daemon of ${dataDir}, but nothing answers`,
  )
  expect(stderr).toContain(`kill ${process.pid}`)
})

test('what a daemon of another version does not know is said to be that', async () => {
  const daemon = await startFakeDaemon({})
  const { code, stderr } = await daemon.run(['list'])
  expect(code).toBe(1)
  expect(stderr).toMatch(/unknown method 'memory_list': .*another version; iai-mcp stop, then start it again/)
})
