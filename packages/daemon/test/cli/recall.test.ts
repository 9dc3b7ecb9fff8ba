// iai-mcp recall: what it shows of hits, of what it left out, and why.
import { describe, expect, test } from 'vitest'
import { memory } from './memory.ts'
import { startFakeDaemon } from './terminal.ts'

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
      cue_words: { asked: 1, known: 1 },
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

  describe('of words that occur nowhere here', () => {
    const known = (count: number, best: number) => ({
      cue_words: { asked: 2, known: count },
      left_out: { count: 0, floor: 0.36, best },
    })
    const answering = (here: object, everywhere: object) =>
      startFakeDaemon({
        memory_recall: (params) =>
          result([hit], params.all_projects === true ? everywhere : here).memory_recall,
      })
    const guess = 'None of these words occurs here: what follows may be a guess.'
    const elsewhere =
      'Other projects come nearer, with words that do not occur here: --all-projects shows them.'

    test.each([
      ['says that it guesses, and where more is', known(0, 0.4), known(1, 0.9), true, true],
      ['says that it guesses', known(0, 0.4), known(0, 0.9), true, false],
      ['says where more is', known(1, 0.4), known(2, 0.9), false, true],
      ['is content with what is nearer', known(1, 0.9), known(2, 0.4), false, false],
    ])('%s', async (_, here, everywhere, isGuess, isElsewhere) => {
      const daemon = await answering(here, everywhere)
      const lines = (await daemon.run(['recall', 'x', 'y'])).stdout.split('\n')
      expect([lines[0] === guess, lines.includes(elsewhere)]).toEqual([isGuess, isElsewhere])
      expect(daemon.calls[1]?.params).toEqual({ cue: 'x y', all_projects: true, limit: 1 })
      expect((await daemon.run(['recall', 'x', 'y', '--all-projects'])).stdout).not.toContain(elsewhere)
    })

    test('looks no further where all of them are known, or JSON is wanted', async () => {
      const daemon = await answering(known(2, 0.4), known(2, 0.9))
      await daemon.run(['recall', 'x', 'y'])
      await (await answering(known(0, 0.4), known(2, 0.9))).run(['recall', 'x', 'y', '--json'])
      expect(daemon.calls).toHaveLength(1)
    })
  })

  test('says that signs and emoji are not looked up', async () => {
    const daemon = await startFakeDaemon(result([], { cue_words: { asked: 0, known: 0 } }))
    expect((await daemon.run(['recall', '🚀'])).stdout).toBe(
      'Nothing found: there is no word in this, and signs and emoji are not looked up.\n',
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
        'Nothing found that is about this. 12 passages come near it; they would be a guess.',
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
