// iai-mcp forget: nothing goes before somebody has said yes.
import { describe, expect, test } from 'vitest'
import { memory } from './memory.ts'
import { startFakeDaemon } from './terminal.ts'

describe('forget', () => {
  const answers = {
    memory_forget: { forgotten: [memory.id], unknown: [], count: 1, complete: true, matches: [memory] },
  }

  test('shows what would go and asks', async () => {
    const daemon = await startFakeDaemon(answers)
    const ran = await daemon.run(['forget', memory.id], { interactive: true, answer: 'y' })
    expect(ran.stdout).toBe(
      [
        '2026-03-02 09:15  user  The staging database listens on port 5433. Ask before touching it.',
        'Erase for good? This cannot be undone. [y/N] Forgotten: 1.',
        '',
      ].join('\n'),
    )
    const ids = [memory.id]
    expect(daemon.calls.map(({ params }) => params)).toEqual([{ ids, dry_run: true }, { ids }])
  })

  test.each(['', 'n', 'yikes', 'Y E S'])('the answer %j changes nothing', async (answer) => {
    const daemon = await startFakeDaemon(answers)
    const ran = await daemon.run(['forget', memory.id], { interactive: true, answer })
    expect(ran.stdout).toContain('Nothing was changed.')
    expect(daemon.calls.map(({ params }) => params)).toEqual([{ ids: [memory.id], dry_run: true }])
  })

  test('without a terminal it wants --yes', async () => {
    const daemon = await startFakeDaemon(answers)
    expect((await daemon.run(['forget', memory.id])).code).toBe(2)
    expect(daemon.calls.map(({ params }) => params)).toEqual([{ ids: [memory.id], dry_run: true }])
    expect(await daemon.run(['forget', memory.id, '--yes'])).toMatchObject({
      code: 0,
      stdout: 'Forgotten: 1.\n',
    })
  })

  describe('what the options describe together', () => {
    const matched = { forgotten: [], unknown: [], count: 3, complete: true, matches: [memory] }
    const answers = { memory_forget: matched }

    test('shows the latest of it, how much it is, and asks', async () => {
      const daemon = await startFakeDaemon(answers)
      const options = ['--containing', 'staging', '--since', '2026-03-01']
      const ran = await daemon.run(['forget', ...options], { interactive: true, answer: 'y' })
      expect(ran.stdout).toBe(
        [
          '2026-03-02 09:15  user  The staging database listens on port 5433. Ask before touching it.',
          '… and 2 more',
          'Erase 3 memories for good? This cannot be undone. [y/N] Forgotten: 3.',
          '',
        ].join('\n'),
      )
      const where = { cwd: '/home/ada/shop', since: Date.UTC(2026, 2, 1), containing: 'staging' }
      expect(daemon.calls.map(({ params }) => params)).toEqual([{ where, dry_run: true }, { where }])
    })

    test.each([
      [['--session', 's1'], { session_id: 's1' }],
      [['--project', 'global'], { project: 'global' }],
      [['--all-projects', '--until', '2026-03-01'], { all_projects: true, until: Date.UTC(2026, 2, 2) }],
    ])('%j asks for exactly that', async (options, where) => {
      const daemon = await startFakeDaemon(answers)
      const ran = await daemon.run(['forget', ...options, '--dry-run'])
      expect(ran.stdout).toMatch(/3 memories would go\.\n$/)
      expect(daemon.calls.map(({ params }) => params)).toEqual([{ where, dry_run: true }])
    })

    test('needs ids or options, not both and not neither', async () => {
      const daemon = await startFakeDaemon(answers)
      expect((await daemon.run(['forget'])).code).toBe(2)
      expect((await daemon.run(['forget', 'id-1', '--session', 's1'])).code).toBe(2)
      expect((await daemon.run(['forget', '--session', 's1'])).code).toBe(2)
      expect(daemon.calls.filter(({ params }) => params.dry_run !== true)).toEqual([])
    })
  })

  test('an unknown id forgets nothing, not even the known ones', async () => {
    const daemon = await startFakeDaemon({
      memory_forget: { ...answers.memory_forget, unknown: ['nope'] },
    })
    expect((await daemon.run(['forget', memory.id, 'nope', '--yes'])).code).toBe(4)
    expect(daemon.calls.filter(({ params }) => params.dry_run !== true)).toEqual([])
  })
})
