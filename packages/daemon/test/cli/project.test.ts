import { describe, expect, test } from 'vitest'
import { startFakeDaemon } from './terminal.ts'

const shop = {
  key: 'git:example.org/ada/shop',
  name: 'shop',
  reason: 'the git remote of /home/ada/shop is example.org/ada/shop',
  merged: ['path:/home/ada/old'],
  sessions: 12,
  turns: 1,
  facts: 0,
  last_at: '2026-03-02T09:15:30.000Z',
}
const session = {
  session_id: 'ses_1',
  client: 'opencode',
  project: shop.key,
  title: 'Which port does staging use?',
  turns: 2,
  started_at: '2026-03-02T09:00:00.000Z',
  last_at: '2026-03-02T09:15:30.000Z',
  closed_at: null,
  parent_session_id: null,
}

describe('project', () => {
  test('list: a line for each, and what it holds', async () => {
    const daemon = await startFakeDaemon({ project_list: { projects: [shop] } })
    const ran = await daemon.run(['project', 'list'])
    expect(ran).toEqual({
      code: 0,
      stderr: '',
      stdout: 'shop  git:example.org/ada/shop\n  12 sessions, 1 turn, 0 facts, last 2026-03-02 09:15\n',
    })
    const empty = await startFakeDaemon({ project_list: { projects: [] } })
    expect((await empty.run(['project', 'list'])).stdout).toContain('No project is known yet')
  })

  test('show: why it is one, what was merged into it, and its latest sessions', async () => {
    const daemon = await startFakeDaemon({ project_get: shop, session_list: { sessions: [session] } })
    const ran = await daemon.run(['project', 'show', 'shop'])
    expect(ran.stdout.split('\n')).toEqual([
      'shop  git:example.org/ada/shop',
      '  12 sessions, 1 turn, 0 facts, last 2026-03-02 09:15',
      '  because the git remote of /home/ada/shop is example.org/ada/shop',
      '  with what was path:/home/ada/old',
      '  2026-03-02 09:15  opencode  Which port does staging use?',
      '',
    ])
    expect(daemon.calls.map(({ params }) => params)).toEqual([
      { project: 'shop' },
      { project: shop.key, limit: 5 },
    ])
  })

  test('merge asks first, and does nothing without a yes', async () => {
    const answers = { project_get: shop, project_merge: { from: 'path:/x', into: shop } }
    const daemon = await startFakeDaemon(answers)
    const asked = await daemon.run(['project', 'merge', 'x', 'shop'], { interactive: true, confirms: false })
    expect(asked.stdout).toContain('This cannot be undone.')
    expect(asked.stdout).toContain('Nothing was changed.')
    expect((await daemon.run(['project', 'merge', 'x', 'shop'])).code).toBe(2)
    expect(daemon.calls.map(({ method }) => method)).not.toContain('project_merge')
    const told = await daemon.run(['project', 'merge', 'x', 'shop', '--yes'])
    expect(told.stdout).toContain(`is part of ${shop.key}.`)
    expect(daemon.calls.at(-1)).toEqual({
      method: 'project_merge',
      params: { from: shop.key, into: shop.key },
    })
  })

  test('rename: says what it is called now', async () => {
    const daemon = await startFakeDaemon({
      project_get: shop,
      project_rename: { ...shop, name: 'the shop' },
    })
    const ran = await daemon.run(['project', 'rename', 'shop', 'the shop'])
    expect(ran.stdout).toBe('git:example.org/ada/shop is called the shop now.\n')
    expect(daemon.calls[1]?.params).toEqual({ project: shop.key, name: 'the shop' })
  })

  test('why tells what a folder is, and what is held of it', async () => {
    const found = {
      key: 'path:/home/ada/old',
      name: 'old',
      reason: '/home/ada/old is not in a git repository',
    }
    const answer = { cwd: '/home/ada/old', found, project: shop, differs: 'merged' }
    const daemon = await startFakeDaemon({ project_why: answer })
    const ran = await daemon.run(['project', 'why', '../old'], { cwd: '/home/ada/shop' })
    expect(ran.stdout.split('\n')).toEqual([
      'There is no folder /home/ada/old here; by its path alone it would be:',
      'path:/home/ada/old',
      '  because /home/ada/old is not in a git repository',
      'It was merged into another project:',
      'shop  git:example.org/ada/shop',
      '  12 sessions, 1 turn, 0 facts, last 2026-03-02 09:15',
      '',
    ])
    expect(daemon.calls[0]?.params).toEqual({ cwd: '/home/ada/old' })
    const unknown = await startFakeDaemon({ project_why: { ...answer, project: null, differs: null } })
    const here = await unknown.run(['project', 'why'], { cwd: '/home/ada/old' })
    expect(here.stdout).toContain('Nothing is held in it yet.')
    expect(unknown.calls[0]?.params).toEqual({ cwd: '/home/ada/old' })
  })

  test.each([
    [['project', 'paint'], 'project knows list, show, merge, rename, why, not "paint"'],
    [['project', 'merge', 'a'], 'it is used as: iai-mcp project merge FROM INTO'],
    [['project', 'list', 'a'], 'it is used as: iai-mcp project list'],
  ])('%j is wrong usage', async (args, message) => {
    const daemon = await startFakeDaemon({})
    expect(await daemon.run(args)).toMatchObject({ code: 2, stderr: `iai-mcp: ${message}\n` })
  })
})
