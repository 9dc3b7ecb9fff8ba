// iai-mcp list, show, pin and correct: the memories there are.
import { describe, expect, test } from 'vitest'
import { noMemory } from '../../src/operations/not-found.ts'
import { memory } from './memory.ts'
import { startFakeDaemon } from './terminal.ts'

describe('list and show', () => {
  test('list shows memories with their marks and how to go on', async () => {
    const marked = {
      ...memory,
      text: 'short',
      pin: 'global',
      superseded_at: '2026-04-01T00:00:00.000Z',
      superseded_by: 'another',
      said_again: ['x'],
    }
    const daemon = await startFakeDaemon({ memory_list: { memories: [marked], next: memory.id } })
    const ran = await daemon.run([
      'list',
      '--pinned',
      '--oldest',
      '--superseded',
      '--after',
      'a',
      '--session',
      's',
    ])
    expect(daemon.calls[0]?.params).toEqual({
      limit: 20,
      order: 'oldest',
      pinned_only: true,
      include_superseded: true,
      session_id: 's',
      after: 'a',
      cwd: '/home/ada/shop',
    })
    expect(ran.stdout).toContain('[pinned everywhere, superseded 2026-04-01 00:00, said 2 times]')
    expect(ran.stdout).toContain(`More: --after ${memory.id}`)
  })

  test.each([
    ['note', 'assistant', '  [from the assistant]'],
    ['user', 'assistant', '  [from the assistant]'],
    ['note', 'user', ''],
    ['assistant', 'assistant', ''],
  ])('a %s of the %s is marked when it is not what it looks like', async (role, trust, mark) => {
    const daemon = await startFakeDaemon({
      memory_list: { memories: [{ ...memory, role, trust }], next: null },
    })
    const [first = ''] = (await daemon.run(['list'])).stdout.split('\n')
    expect(first).toBe(`2026-03-02 09:15  ${role}  opencode · git:example.org/ada/shop · ses_1${mark}`)
  })

  test('show prints what there is, and ends with 4 when an id is unknown', async () => {
    const daemon = await startFakeDaemon({ memory_get: { memories: [memory], missing: ['nope'] } })
    const ran = await daemon.run(['show', memory.id, 'nope'])
    expect(daemon.calls[0]?.params).toEqual({ ids: [memory.id, 'nope'] })
    expect(ran.code).toBe(4)
    expect(ran.stdout).toContain('The staging database')
    expect(ran.stderr).toBe('iai-mcp: no memory with id nope; "iai-mcp list" shows ids\n')
  })
})

describe('pin', () => {
  test.each([
    [[], 'project', 'Pinned: it leads every session of its project.'],
    [['--global'], 'global', 'Pinned: it leads every session.'],
    [['--remove'], 'none', 'No longer pinned.'],
  ])('%j', async (flags, pin, says) => {
    const daemon = await startFakeDaemon({ memory_pin: { id: 'a', pin } })
    expect((await daemon.run(['pin', 'a', ...flags])).stdout).toBe(`${says}\n`)
    expect(daemon.calls).toEqual([{ method: 'memory_pin', params: { id: 'a', pin } }])
  })

  test('an unknown id ends with 4', async () => {
    const daemon = await startFakeDaemon({ memory_pin: noMemory('a') })
    expect(await daemon.run(['pin', 'a'])).toMatchObject({
      code: 4,
      stderr: "iai-mcp: no memory with id 'a'; iai-mcp list shows ids\n",
    })
  })
})

describe('correct', () => {
  const [older, newer] = ['01890000-0000-7000-8000-00000000000a', '01890000-0000-7000-8000-00000000000b']
  const ts = '2026-03-02T09:15:30.000Z'
  const memory_contradict = { original_id: older, new_record_id: 'c', edge_type: 'contradicts', ts }

  test('with a text, or with what another memory says', async () => {
    const memory_get = { memories: [{ ...memory, id: newer, text: 'Staging is on 6000.' }], missing: [] }
    const daemon = await startFakeDaemon({ memory_contradict, memory_get })
    expect(await daemon.run(['correct', older, 'Staging is on 5434.'])).toMatchObject({
      code: 0,
      stdout: 'Corrected. The old text stays on record, marked as superseded.\nc\n',
    })
    await daemon.run(['correct', older, '--with', newer])
    expect(daemon.calls).toEqual([
      { method: 'memory_contradict', params: { id: older, new_fact: 'Staging is on 5434.', client: 'cli' } },
      { method: 'memory_get', params: { ids: [newer] } },
      { method: 'memory_contradict', params: { id: older, new_fact: 'Staging is on 6000.', client: 'cli' } },
    ])
  })

  test('says that both hold, and refuses what says nothing', async () => {
    const daemon = await startFakeDaemon({ memory_conflict_dismiss: { dismissed: true } })
    expect((await daemon.run(['correct', older, '--both', newer])).stdout).toBe('Both hold.\n')
    expect(daemon.calls).toEqual([{ method: 'memory_conflict_dismiss', params: { older, newer } }])
    for (const args of [[older], [older, 'x', '--with', newer], ['--with', newer]])
      expect(await daemon.run(['correct', ...args]), args.join(' ')).toMatchObject({ code: 2 })
  })

  test('without an id, lists what cannot both hold and how to settle it', async () => {
    const saying = { memory_id: older, text: 'Two people look.', role: 'note', said_at: ts }
    const conflict = {
      ...{ settled: false, kind: 'proposed', about: '', old_value: '', new_value: null },
      ...{ older: saying, newer: { ...saying, memory_id: newer, text: 'Nobody looks.' } },
    }
    const daemon = await startFakeDaemon({ memory_conflicts: { conflicts: [conflict] } })
    const { stdout } = await daemon.run(['correct'])
    expect(daemon.calls).toEqual([{ method: 'memory_conflicts', params: { cwd: '/home/ada/shop' } }])
    expect(stdout).toContain(`note  ${newer}  proposed by an agent\n  Nobody looks.`)
    expect(stdout).toContain(`iai-mcp correct ${older} --with ${newer}`)
    expect(stdout).toContain(`the first holds:  iai-mcp forget ${newer}`)
    const quiet = await startFakeDaemon({ memory_conflicts: { conflicts: [] } })
    expect((await quiet.run(['correct'])).stdout).toBe('Nothing here contradicts anything else.\n')
  })
})
