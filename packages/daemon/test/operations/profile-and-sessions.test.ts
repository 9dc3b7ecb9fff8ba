// The profile, sessions as a caller sees them, and figures of the whole store.
import { beforeEach, describe, expect, test } from 'vitest'
import { type Fixture, fixture, shop, shopProject, turn } from './support.ts'

let daemon: Fixture
beforeEach(() => {
  daemon = fixture()
})

describe('the profile, sessions and figures', () => {
  test('knobs are kept and checked', async () => {
    expect(await daemon.call('profile_set', { knob: 'identity', value: 'Ada, engineer' })).toEqual({
      status: 'ok',
      knob: 'identity',
      value: 'Ada, engineer',
    })
    expect(await daemon.call('profile_get', { knob: 'identity' })).toEqual({ identity: 'Ada, engineer' })
    expect(Object.keys(await daemon.call('profile_get')).toSorted()).toEqual([
      'identity',
      'literal_preservation',
      'task_support',
      'wake_depth',
    ])
    await expect(daemon.call('profile_set', { knob: 'wake_depth', value: 'abyss' })).rejects.toMatchObject({
      code: 'invalid_params',
    })
    await expect(daemon.call('profile_set', { knob: 'mood', value: 'x' })).rejects.toMatchObject({
      code: 'invalid_params',
    })
  })

  test('a session is listed, read in order, and closed', async () => {
    const turns = [turn('Why is the build red?', 'm1'), turn('A missing import.', 'm2', 'assistant')]
    await daemon.call('memory_capture_batch', { client: 'opencode', session_id: 's1', cwd: shop, turns })
    const { sessions } = await daemon.call('session_list', { cwd: shop })
    expect(sessions).toMatchObject([
      { session_id: 's1', project: shopProject, title: 'Why is the build red?', turns: 2, closed_at: null },
    ])
    expect(await daemon.call('session_exit', { session_id: 's1' })).toEqual({
      session_id: 's1',
      status: 'closed',
    })
    expect(await daemon.call('session_exit', { session_id: 'nope' })).toEqual({
      session_id: 'nope',
      status: 'unknown',
    })
    const got = await daemon.call('session_get', { session_id: 's1' })
    expect(got.session.closed_at).toBe('2026-03-02T09:00:00.000Z')
    expect(got.memories.map((memory: { text: string }) => memory.text)).toEqual([
      'Why is the build red?',
      'A missing import.',
    ])
  })

  test('topology says N and is null where nothing is computed', async () => {
    await daemon.call('memory_capture', { text: 'One.' })
    expect(await daemon.call('topology')).toEqual({
      N: 1,
      C: null,
      L: null,
      sigma: null,
      community_count: null,
      rich_club_ratio: null,
      regime: null,
    })
  })
})
