// iai-mcp context and profile: what sessions are given, and what of it the user sets.
import { describe, expect, test } from 'vitest'
import { startFakeDaemon } from './terminal.ts'

describe('context', () => {
  test('prints the text form for the asked depth', async () => {
    const daemon = await startFakeDaemon({
      session_start_payload: {
        l0: 'Ada.',
        l1: '',
        l2: ['an episode'],
        rich_club: '',
        identity_pointer: '',
        brain_handle: '<sess:- pend:0>',
        topic_cluster_hint: '',
        compact_handle: '',
      },
    })
    const ran = await daemon.run(['context', '--depth', 'deep', '--session', 's', '--budget', '500'])
    expect(daemon.calls[0]?.params).toEqual({
      wake_depth: 'deep',
      session_id: 's',
      budget_tokens: 500,
      cwd: '/home/ada/shop',
    })
    expect(ran.stdout).toBe(
      '## L0 Identity\nAda.\n\n## L2 Episode\nan episode\n\n## Handles\n<sess:- pend:0>\n',
    )
  })

  test('explains each line when asked', async () => {
    const explanation = [
      { layer: 'l0', line: 'Ada.', memory_ids: [], reason: 'you wrote it about yourself', tokens: 2 },
      { layer: 'l2', line: 'a\nb', memory_ids: ['m-1', 'm-2'], reason: 'the last exchange', tokens: 5 },
    ]
    const daemon = await startFakeDaemon({ session_start_payload: { l0: 'Ada.', l2: ['a\nb'], explanation } })
    const ran = await daemon.run(['context', '--explain'])
    expect(daemon.calls[0]?.params).toMatchObject({ explain: true })
    expect(ran.stdout).toBe(
      [
        'Ada.',
        '    identity, 2 tokens: you wrote it about yourself',
        'a\nb',
        '    excerpt, 5 tokens: the last exchange [m-1, m-2]',
        '',
      ].join('\n'),
    )
  })

  test('knows three depths', async () => {
    const daemon = await startFakeDaemon({})
    expect((await daemon.run(['context', '--depth', 'abyss'])).code).toBe(2)
  })
})

describe('profile', () => {
  const profile = {
    identity: 'Ada.\nBackend.',
    wake_depth: 'minimal',
    literal_preservation: 'strong',
    task_support: 'cued_recognition',
  }

  test('shows every knob, the identity line by line', async () => {
    const daemon = await startFakeDaemon({ profile_get: profile })
    const ran = await daemon.run(['profile'])
    expect(ran.stdout).toBe(
      'identity\n  Ada.\n  Backend.\nwake_depth  minimal  for clients that name none; set-up, hooks and iai-mcp context name their own\nliteral_preservation  strong\ntask_support  cued_recognition\n',
    )
  })

  test('sets one of it, from an argument or standard input', async () => {
    const daemon = await startFakeDaemon({ profile_set: { status: 'ok', knob: 'identity', value: 'Ada' } })
    expect((await daemon.run(['profile', 'identity', 'Ada'])).stdout).toBe('identity is set.\n')
    await daemon.run(['profile', 'identity', '-'], { stdin: 'Ada\nBackend\n' })
    await daemon.run(['profile', 'identity', ''])
    expect(daemon.calls.map(({ params }) => params.value)).toEqual(['Ada', 'Ada\nBackend', ''])
  })
})
