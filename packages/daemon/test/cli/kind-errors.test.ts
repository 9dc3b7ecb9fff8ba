// What a mistake on the command line is answered with: what is wrong, and the command that was meant.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { processIo } from '../../src/cli/io.ts'
import { AppError } from '../../src/kit/errors.ts'
import { run, startFakeDaemon } from './terminal.ts'

// Some of these look for the histories of whoever runs them.
beforeEach(() => void vi.stubEnv('HOME', tempDir()))
afterEach(() => void vi.unstubAllEnvs())

const line = { text: 'Herons nest early', role: 'user', said_at: '2026-03-02T09:00:00Z', session: 's' }

describe('import', () => {
  test('of a history whose source was left out names the source', async () => {
    const cwd = tempDir()
    writeFileSync(join(cwd, 'hist.jsonl'), `${JSON.stringify(line)}\n`)
    const { code, stderr } = await run(['import', 'hist.jsonl', '--data-dir', cwd], { cwd })
    expect(code).toBe(2)
    expect(stderr).toContain(`did you mean: iai-mcp import jsonl ${cwd}/hist.jsonl`)
  })

  test('of a file that nothing knows says so in words', async () => {
    const cwd = tempDir()
    writeFileSync(join(cwd, 'x.jsonl'), '{"type":"letter"}\n')
    const { code, stderr } = await run(['import', 'x.jsonl', '--data-dir', cwd], { cwd })
    expect([code, stderr]).toEqual([2, expect.stringContaining('it is no record of an export of iai-mcp')])
  })

  test('without a history says where it looked', async () => {
    const daemon = await startFakeDaemon({})
    const { stdout } = await daemon.run(['import', 'codex'])
    expect(stdout).toMatch(
      /No history was found\.\n {2}codex +looked in .*\.codex\/sessions \(CODEX_HOME\)\n$/,
    )
  })
})

test.each([
  [['profile', 'foo', 'bar'], 'the profile has identity, wake_depth, literal_preservation, task_support'],
  [['profile', 'wake_depth', 'huge'], 'wake_depth is one of minimal, standard, deep; not "huge"'],
])('%j names what there is', async (args, words) => {
  const daemon = await startFakeDaemon({})
  const { code, stderr } = await daemon.run(args)
  expect([code, stderr]).toEqual([2, expect.stringContaining(words)])
  expect(daemon.calls).toEqual([])
})

test('profile --help says what each knob does, and profile for whom the depth is', async () => {
  const help = (await run(['profile', '--help'])).stdout
  for (const knob of ['identity', 'wake_depth', 'literal_preservation', 'task_support'])
    expect(help).toMatch(new RegExp(`^  ${knob} +\\w`, 'm'))
  const daemon = await startFakeDaemon({ profile_get: { identity: '', wake_depth: 'minimal' } })
  expect((await daemon.run(['profile'])).stdout).toContain('wake_depth  minimal  for clients that name none')
})

test('capture takes bare words, as recall does', async () => {
  const daemon = await startFakeDaemon({ memory_capture: { status: 'inserted', record_id: 'x', reason: '' } })
  expect((await daemon.run(['capture', 'herons', 'nest', 'early'])).code).toBe(0)
  expect(daemon.calls[0]?.params).toMatchObject({ text: 'herons nest early' })
})

test('a folder that is gone is named when it is needed, and not before', () => {
  const cwd = vi.spyOn(process, 'cwd').mockImplementation(() => {
    throw Object.assign(new Error('uv_cwd'), { code: 'ENOENT' })
  })
  try {
    const io = processIo()
    expect(() => io.cwd).toThrow('the folder that this runs in is gone')
  } finally {
    cwd.mockRestore()
  }
})

describe('a remedy', () => {
  test('names the data directory that was asked about', async () => {
    const { code, stderr } = await run(['status', '--data-dir', '/no such place'])
    expect(code).toBe(3)
    expect(stderr).toContain("start it with: iai-mcp daemon --http --data-dir '/no such place'\n")
  })

  test('of verify is the same command and --repair', async () => {
    const daemon = await startFakeDaemon({
      session_hashes: { turns: [], next: null },
      texts_forgotten: { forgotten: [] },
    })
    const cwd = tempDir()
    writeFileSync(join(cwd, 'h.jsonl'), `${JSON.stringify(line)}\n`)
    const { stdout } = await daemon.run(['verify', 'jsonl', 'h.jsonl', '--since', '2026-01-01'], { cwd })
    expect(stdout).toContain(
      `iai-mcp verify --repair jsonl h.jsonl --data-dir ${daemon.dataDir} --since 2026-01-01`,
    )
  })
})

describe('an id by its first characters', () => {
  const ids = ['01a206c9-aa93-7206-818f-a36f0b93a469', '01a206c9-aa94-7206-818f-a36f0b93a470']
  const memory_ids = ({ start }: Readonly<Record<string, unknown>>) => ({
    ids: ids.filter((id) => id.startsWith(String(start))),
  })

  test('is that of the one memory that has it', async () => {
    const daemon = await startFakeDaemon({ memory_ids, memory_get: { memories: [], missing: [] } })
    expect((await daemon.run(['show', '01A206C9-aa93', 'other'])).code).toBe(0)
    expect(daemon.calls.at(-1)?.params).toEqual({ ids: [ids[0], 'other'] })
  })

  test.each([['show'], ['pin'], ['forget']])(
    '%s: of several it names them, and does nothing',
    async (command) => {
      const daemon = await startFakeDaemon({ memory_ids })
      const { code, stderr } = await daemon.run([command, '01a206c9'])
      expect(code).toBe(2)
      for (const id of ids) expect(stderr).toContain(`\n  ${id}`)
      expect(daemon.calls).toHaveLength(1)
    },
  )
})

describe('project', () => {
  const shop = { key: 'path:/home/ada/shop', name: 'shop', reason: '', merged: [], last_at: null }
  const unknown = new AppError('not_found', "no project 'shpo'; project_list returns the ones there are")

  test.each([[['project', 'show', 'shpo']], [['list', '--project', 'shpo']]])(
    '%j: did you mean',
    async (args) => {
      const daemon = await startFakeDaemon({ project_get: unknown, project_list: { projects: [shop] } })
      const { code, stderr } = await daemon.run(args)
      expect([code, stderr]).toEqual([4, expect.stringContaining('Did you mean shop?')])
    },
  )

  test('why of a folder that is not there says so', async () => {
    const found = { key: 'path:/nonexistent', name: 'nonexistent', reason: 'it is no repository' }
    const daemon = await startFakeDaemon({ project_why: { found, project: null, differs: null } })
    expect((await daemon.run(['project', 'why', '/nonexistent'])).stdout).toContain(
      'There is no folder /nonexistent here',
    )
    expect((await daemon.run(['project', 'why', tempDir()])).stdout).not.toContain('There is no folder')
  })
})
