import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { drainSpool } from '../../../client/src/spool-drain.ts'
import type { AppError } from '../../src/kit/errors.ts'
import { noMemory } from '../../src/operations/not-found.ts'
import { projectNamed } from '../../src/operations/project-view.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import { run, startFakeDaemon } from './terminal.ts'

const memory = {
  id: '01890000-0000-7000-8000-000000000001',
  text: 'The staging database listens on port 5433.\nAsk before touching it.',
  role: 'user',
  kind: 'turn',
  trust: 'user',
  project: 'git:example.org/ada/shop',
  session_id: 'ses_1',
  client: 'opencode',
  message_id: 'msg_1',
  speaker: null,
  said_at: '2026-03-02T09:15:30.000Z',
  stored_at: '2026-03-02T09:15:31.000Z',
  said_again: [],
  pin: null,
  superseded_by: null,
  superseded_at: null,
  reinforced: 0,
}

describe('capture', () => {
  const answers = { memory_capture: { status: 'inserted', record_id: memory.id, reason: '' } }

  test('keeps its argument for the project of the working directory', async () => {
    const daemon = await startFakeDaemon(answers)
    const ran = await daemon.run(['capture', 'a fact'], { cwd: '/home/ada/shop' })
    expect(ran).toEqual({ code: 0, stdout: `Kept.\n${memory.id}\n`, stderr: '' })
    expect(daemon.calls).toEqual([
      { method: 'memory_capture', params: { text: 'a fact', client: 'cli', cwd: '/home/ada/shop' } },
    ])
  })

  test('reads standard input, keeping every byte but the last line break', async () => {
    const daemon = await startFakeDaemon(answers)
    await daemon.run(['capture', '-'], { stdin: '  two\nlines \n\n' })
    await daemon.run(['capture'], { stdin: 'piped' })
    expect(daemon.calls.map(({ params }) => params.text)).toEqual(['  two\nlines \n', 'piped'])
  })

  test('does not wait at a terminal for a text that was left out', async () => {
    const daemon = await startFakeDaemon(answers)
    const ran = await daemon.run(['capture'], { interactive: true })
    expect(ran).toMatchObject({ code: 2, stderr: 'iai-mcp: nothing to keep: give a text, or pipe one in\n' })
    expect(daemon.calls).toEqual([])
  })

  test('an empty text is wrong usage', async () => {
    const daemon = await startFakeDaemon(answers)
    expect((await daemon.run(['capture', ' '])).code).toBe(2)
  })

  test('passes role, session and project on', async () => {
    const daemon = await startFakeDaemon(answers)
    await daemon.run(['capture', 'x', '--role', 'user', '--session', 's1', '--global'])
    await daemon.run(['capture', 'x', '--project', 'global'])
    expect(daemon.calls.map(({ params }) => params)).toEqual([
      { text: 'x', client: 'cli', role: 'user', session_id: 's1', project: 'global' },
      { text: 'x', client: 'cli', project: 'global' },
    ])
  })
})

describe('--project', () => {
  const key = 'git:example.org/ada/shop'
  const answers = {
    memory_capture: { status: 'inserted', record_id: memory.id, reason: '' },
    memory_list: { memories: [], next: null },
    memory_recall: { hits: [], anti_hits: [], left_out: { count: 0, best: 0, floor: 0 } },
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
    const daemon = await startFakeDaemon({ ...answers, project_get: unknown as AppError })
    expect(await daemon.run([...command, '--project', 'nope'])).toEqual({
      code: 4,
      stdout: '',
      stderr: "iai-mcp: no project 'nope'; iai-mcp project list shows the ones there are\n",
    })
    expect(daemon.calls).toHaveLength(1)
  })
})

describe('capture of a text that is too large for one message', () => {
  const large = 'A long story. '.repeat(150_000)

  test('goes to the spool, as a note of now, and says when it is taken in', async () => {
    const daemon = await startFakeDaemon({})
    const before = Date.now()
    const ran = await daemon.run(['capture', '-'], { stdin: large, cwd: '/home/ada/shop' })
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('taken in within a minute') })
    expect(daemon.calls).toEqual([])
    const spooled = JSON.parse(readFileSync(join(daemon.dataDir, '.deferred-captures/cli--.jsonl'), 'utf8'))
    expect(spooled).toEqual({
      client: 'cli',
      session_id: '-',
      cwd: '/home/ada/shop',
      text: large,
      role: 'note',
      said_at: expect.any(Number),
    })
    expect(spooled.said_at).toBeGreaterThanOrEqual(before)
  })

  test('says of each text what became of that text, whatever was refused of its session before', async () => {
    const daemon = await startFakeDaemon({}, { ok: true }, async (type, dataDir) => {
      if (type !== 'session_open') return
      await drainSpool({ dataDir }, async ({ turns }) =>
        turns.some(({ text }) => text.startsWith('Bad'))
          ? { kind: 'refused', reason: 'no such thing' }
          : { kind: 'stored' },
      )
    })
    const capture = (text: string) =>
      daemon.run(['capture', '-', '--session', 's1', '--json'], { stdin: text })
    const refused = { code: 1, stdout: expect.stringContaining('"status": "refused"') }
    const stored = { code: 0, stdout: expect.stringContaining('"status": "stored"') }
    expect(await capture(`Bad ${large}`)).toMatchObject(refused)
    expect(await capture(`Bad too ${large}`)).toMatchObject(refused)
    expect(await capture(`Good ${large}`)).toMatchObject(stored)
  })

  test('with --json says so in JSON; an unknown role is wrong usage', async () => {
    const daemon = await startFakeDaemon({})
    const ran = await daemon.run(['capture', '-', '--json', '--session', 's1', '--role', 'user'], {
      stdin: large,
    })
    expect(JSON.parse(ran.stdout)).toMatchObject({ status: 'waiting', record_id: null })
    expect((await daemon.run(['capture', '-', '--role', 'boss'], { stdin: large })).code).toBe(2)
  })
})

describe('recall', () => {
  const hit = {
    record_id: memory.id,
    score: 0.75,
    reason: 'matches "staging"',
    literal_surface: memory.text,
    adjacent_suggestions: [],
    valid_from: memory.said_at,
    valid_to: null,
    superseded_by: null,
    corrections: [],
    quotes: [],
    relevance: 0.7,
    role: 'user',
    trust: 'user',
    speaker: null,
    session: 'ses_1',
    client: 'opencode',
    project: 'git:example.org/ada/shop',
    message_id: 'msg_1',
    said_at: memory.said_at,
    passage: { start: 0, end: 10 },
    components: { turn: 0.3, bigram: 0.55, question: -0.1, phrase: 0 },
  }
  const result = (hits: object[], more: object = {}) => ({
    memory_recall: {
      hits,
      anti_hits: [],
      left_out: { count: 0, floor: 0.36, best: 0 },
      activation_trace: [],
      budget_used: 12,
      cue_mode: 'concept',
      patterns_observed: [],
      ...more,
    },
  })

  test('shows when, who, where from, why, the text and the id', async () => {
    const daemon = await startFakeDaemon(result([hit]))
    const ran = await daemon.run(['recall', 'which', 'port'])
    expect(daemon.calls[0]?.params).toEqual({ cue: 'which port', cwd: '/home/ada/shop' })
    expect(ran.stdout).toBe(
      [
        '2026-03-02 09:15  user  opencode · git:example.org/ada/shop · ses_1  [matches "staging"]',
        '  The staging database listens on port 5433.',
        '  Ask before touching it.',
        `  ${memory.id}`,
        '',
        '',
      ].join('\n'),
    )
  })

  test('passes every option on and explains scores', async () => {
    const daemon = await startFakeDaemon(result([hit]))
    const options =
      '-n 3 --budget 100 --since yesterday --until today --session s --role user --client codex --pinned --explain --all-projects'
    const ran = await daemon.run(['recall', 'x', ...options.split(' ')])
    expect(daemon.calls[0]?.params).toEqual({
      cue: 'x',
      limit: 3,
      budget_tokens: 100,
      since: 'yesterday',
      until: 'today',
      in_session: 's',
      roles: ['user'],
      from_client: 'codex',
      pinned_only: true,
      explain: true,
      cwd: '/home/ada/shop',
      all_projects: true,
    })
    expect(ran.stdout).toContain(
      [
        '  Ask before touching it.',
        '  score 0.750, made of:',
        '    +0.550  words side by side, as in the question (bigram)',
        '    +0.300  words of the question in it (turn)',
        '    -0.100  asks something itself (question)',
        '  relevance 0.70; 0.36 is needed by the best',
        `  ${memory.id}`,
      ].join('\n'),
    )
  })

  test('names what is shown and no longer true', async () => {
    const correction = {
      of: memory.id,
      record_id: 'n',
      said_at: '2026-03-05T00:00:00.000Z',
      old_value: '5433',
      new_value: '6000',
      settled: true,
    }
    const corrections = [correction, { ...correction, new_value: null, settled: false }]
    const daemon = await startFakeDaemon(result([{ ...hit, corrections }]))
    expect((await daemon.run(['recall', 'x'])).stdout).toContain(
      '\n  no longer true since 2026-03-05: 5433, now 6000\n  perhaps no longer true since 2026-03-05: 5433, taken back\n',
    )
  })

  describe('that finds nothing', () => {
    /** As though the memories held these properties, and each filter went by one of them. */
    const foundUnless = (hidden: (params: Readonly<Record<string, unknown>>) => boolean, hits: number) =>
      startFakeDaemon({
        memory_recall: (params) =>
          result(hidden(params) ? [] : Array.from({ length: hits }, () => hit)).memory_recall,
      })

    test('says so', async () => {
      const daemon = await foundUnless(() => true, 1)
      expect(await daemon.run(['recall', 'x'])).toMatchObject({
        code: 0,
        stdout: 'Nothing found.\nNothing in other projects either.\n',
      })
      expect((await daemon.run(['recall', 'x', '--all-projects'])).stdout).toBe('Nothing found.\n')
      expect((await daemon.run(['recall', 'x', '--role', 'user'])).stdout).toBe(
        'Nothing found.\nNothing without these filters either, nor in other projects.\n',
      )
    })

    test('says which filter hid how much', async () => {
      const daemon = await foundUnless((params) => params.all_projects !== true, 3)
      expect((await daemon.run(['recall', 'x', '--since', 'yesterday'])).stdout).toBe(
        'Nothing found.\nWith --all-projects: 3 memories.\n',
      )
      expect(daemon.calls.map(({ params }) => params)).toEqual([
        { cue: 'x', since: 'yesterday', cwd: '/home/ada/shop' },
        { cue: 'x', since: 'yesterday', all_projects: true, limit: 20 },
        { cue: 'x', cwd: '/home/ada/shop', limit: 20 },
      ])
    })

    test('says when only all the filters together hid it', async () => {
      const daemon = await foundUnless(
        (params) => params.since !== undefined || params.roles !== undefined,
        20,
      )
      const flags = ['--since', 'yesterday', '--role', 'user', '--all-projects']
      expect((await daemon.run(['recall', 'x', ...flags])).stdout).toBe(
        'Nothing found.\nWithout --since, without --role: at least 20 memories.\n',
      )
    })

    test('asks once where JSON is wanted', async () => {
      const daemon = await foundUnless(() => true, 1)
      await daemon.run(['recall', 'x', '--json'])
      expect(daemon.calls).toHaveLength(1)
    })
  })

  test('tells a guess from nothing, and names it when asked to explain', async () => {
    const examples = [{ record_id: memory.id, score: 0.5, relevance: 0.2, components: {} }]
    const daemon = await startFakeDaemon(
      result([], { left_out: { count: 12, floor: 0.36, best: 0.2, examples } }),
    )
    expect((await daemon.run(['recall', 'x', '--explain'])).stdout).toBe(
      [
        'Nothing found that is about this. 12 passages share some of its words; they would be a guess.',
        'Nothing in other projects either.',
        'Relevance 0.20, and 0.36 is needed:',
        `  ${memory.id}  0.20`,
        '',
      ].join('\n'),
    )
  })

  test('shows what no longer holds after what does, and marks what a program said', async () => {
    const past = { ...hit, valid_to: '2026-04-01T10:00:00.000Z', superseded_by: 'x' }
    const daemon = await startFakeDaemon(
      result([{ ...hit, role: 'assistant', trust: 'tool' }], { anti_hits: [past] }),
    )
    const { stdout } = await daemon.run(['recall', 'x'])
    expect(stdout).toContain('[matches "staging", from the tool]')
    expect(stdout).toMatch(/No longer true:\n\n.*\[matches "staging", superseded 2026-04-01 10:00\]/s)
  })
})

describe('list and show', () => {
  test('list shows memories with their marks and how to go on', async () => {
    const marked = {
      ...memory,
      text: 'short',
      pin: 'global',
      superseded_at: '2026-04-01T00:00:00.000Z',
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
      const where = { cwd: '/home/ada/shop', since: '2026-03-01', containing: 'staging' }
      expect(daemon.calls.map(({ params }) => params)).toEqual([{ where, dry_run: true }, { where }])
    })

    test.each([
      [['--session', 's1'], { session_id: 's1' }],
      [['--project', 'global'], { project: 'global' }],
      [['--all-projects', '--until', '2026-03-01'], { all_projects: true, until: '2026-03-01' }],
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

describe('profile', () => {
  const profile = {
    identity: 'Ada.\nBackend.',
    wake_depth: 'minimal',
    literal_preservation: 'strong',
    task_support: 'cued_recognition',
  }

  test('shows it', async () => {
    const daemon = await startFakeDaemon({ profile_get: profile })
    const ran = await daemon.run(['profile'])
    expect(ran.stdout).toContain('identity\n  Ada.\n  Backend.\nwake_depth  minimal\n')
  })

  test('sets one of it, from an argument or standard input', async () => {
    const daemon = await startFakeDaemon({ profile_set: { status: 'ok', knob: 'identity', value: 'Ada' } })
    expect((await daemon.run(['profile', 'identity', 'Ada'])).stdout).toBe('identity is set.\n')
    await daemon.run(['profile', 'identity', '-'], { stdin: 'Ada\nBackend\n' })
    await daemon.run(['profile', 'identity', ''])
    expect(daemon.calls.map(({ params }) => params.value)).toEqual(['Ada', 'Ada\nBackend', ''])
  })
})

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
          embedder: 'english-2',
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
    expect(stdout).toContain('ready, 12 passages, by english-2')
    expect(stdout).toContain('3.0 MB')
    expect(stdout).toContain('2026-03-02 09:15: 3 sessions, 1 project in 840 ms')
  })
})

test('stop, where none runs, says that there is none to stop', async () => {
  const socket = join(tempDir(), 'none.sock')
  expect(await run(['stop', '--socket', socket])).toEqual({
    code: 3,
    stdout: '',
    stderr: `iai-mcp: no iai-mcp daemon answers at ${socket}; there is none to stop\n`,
  })
})
