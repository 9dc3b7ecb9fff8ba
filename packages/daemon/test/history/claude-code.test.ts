import { symlinkSync, truncateSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { changedSince } from '../../src/history/changed-since.ts'
import { createClaudeCodeSource } from '../../src/history/claude-code.ts'
import { readGuarded } from '../../src/history/reading.ts'
import type { HistoryTakeBack } from '../../src/history/source.ts'
import { limits } from '../../src/kit/limits.ts'
import {
  filesOf,
  gather,
  itemsOf,
  lines,
  noSignal,
  put,
  reasonsIn,
  skippedFiles,
  tempFolder,
  turnsIn,
  turnsOf,
} from './support.ts'

const common = {
  cwd: '/home/ada/shop',
  sessionId: 'ses-1',
  version: '2.1.330',
  isSidechain: false,
  userType: 'external',
}

function user(uuid: string, content: unknown, more: object = {}): object {
  const message = { role: 'user', content }
  return { ...common, type: 'user', uuid, timestamp: '2026-03-02T09:00:00.000Z', message, ...more }
}

function assistant(uuid: string, content: unknown, more: object = {}): object {
  const message = { id: 'msg_1', role: 'assistant', model: 'claude-x', content }
  return { ...common, type: 'assistant', uuid, timestamp: '2026-03-02T09:00:05.000Z', message, ...more }
}

const say = (text: string): readonly object[] => [{ type: 'text', text }]

function source(transcript: string | Buffer, name = 'ses-1.jsonl') {
  const projectsFolder = tempFolder()
  const path = put(join(projectsFolder, '-home-ada-shop', name), transcript)
  return { source: createClaudeCodeSource({ projectsFolder }), projectsFolder, path }
}

describe('a Claude Code transcript', () => {
  it('gives what was typed and answered, word for word, with ids and times of its own', async () => {
    const { source: claude } = source(
      lines(
        user('u-1', 'Which port does staging use?\n'),
        assistant('a-1', [{ type: 'thinking', thinking: 'hm' }]),
        assistant('a-2', say('Port 5433.')),
      ),
    )
    expect(await turnsOf(claude)).toEqual([
      {
        client: 'claude-code',
        session_id: 'ses-1',
        cwd: '/home/ada/shop',
        parent_session_id: null,
        message_id: 'u-1',
        role: 'user',
        text: 'Which port does staging use?\n',
        said_at: Date.UTC(2026, 2, 2, 9),
        speaker: null,
      },
      expect.objectContaining({ message_id: 'a-2', role: 'assistant', text: 'Port 5433.' }),
    ])
  })

  it('leaves out everything that nobody said, each for its reason', async () => {
    const { source: claude } = source(
      lines(
        user('1', 'x', { isMeta: true }),
        user('2', 'This session is being continued', { isCompactSummary: true }),
        user('3', [{ type: 'tool_result', tool_use_id: 't', content: 'ok' }]),
        user('4', '<command-name>/compact</command-name>'),
        user('5', '<local-command-stdout>done</local-command-stdout>'),
        user('6', '[Request interrupted by user]'),
        user('7', 'repeated', { isSidechain: true }),
        assistant('8', [{ type: 'tool_use', id: 't', name: 'Bash', input: {} }]),
        assistant('9', say('API Error'), { isApiErrorMessage: true }),
        { type: 'attachment', uuid: '10' },
        { type: 'queue-operation' },
        { type: 'summary', summary: 'A title' },
        { type: 'hologram', uuid: '11', message: { content: 'newer format' } },
        user('', 'no id'),
        user('13', 'no time', { timestamp: 'soon' }),
        user('14', '  '),
      ),
    )
    const items = await itemsOf(claude)
    expect(turnsIn(items)).toEqual([])
    expect(reasonsIn(items)).toEqual([
      'bookkeeping',
      'summary',
      'tool',
      'command',
      'command',
      'bookkeeping',
      'sidechain',
      'no-text',
      'bookkeeping',
      'bookkeeping',
      'bookkeeping',
      'summary',
      'unknown-type hologram',
      'incomplete',
      'incomplete',
      'no-text',
    ])
  })

  it('keeps a prompt that stands beside a pasted image and the editor’s remarks', async () => {
    const blocks = [
      { type: 'text', text: '<ide_opened_file>shop.ts</ide_opened_file>' },
      { type: 'image', source: { data: 'AAAA' } },
      { type: 'text', text: 'What is wrong in this picture?' },
    ]
    const [turn] = await turnsOf(source(lines(user('u-1', blocks))).source)
    expect(turn?.text).toBe('What is wrong in this picture?')
  })

  it('of a sub-agent is a session of its own, whose prompts are not the user’s', async () => {
    const { source: claude } = source(
      lines(
        user('u-1', 'Look for callers of pay()', { isSidechain: true, agentId: 'a1b2' }),
        assistant('a-1', say('Three callers.'), { isSidechain: true, agentId: 'a1b2' }),
      ),
      'ses-1/subagents/agent-a1b2.jsonl',
    )
    const [prompt, answer] = await turnsOf(claude)
    expect(prompt).toMatchObject({
      session_id: 'ses-1.agent-a1b2',
      parent_session_id: 'ses-1',
      role: 'assistant',
      speaker: 'delegating agent',
    })
    expect(answer).toMatchObject({ session_id: 'ses-1.agent-a1b2', role: 'assistant', speaker: null })
  })

  it('of a fork gives its copies to the session they come from', async () => {
    const fork = { sessionId: 'ses-2' }
    const { source: claude } = source(
      lines(
        user('u-1', 'First question', fork),
        { type: 'attachment' },
        assistant('a-1', say('First answer'), { ...fork, requestSessionId: 'ses-1' }),
        user('u-2', 'Asked in the fork', fork),
        assistant('a-2', say('Answered in the fork'), fork),
        user('u-3', 'Not answered yet', fork),
      ),
    )
    const sessions = (await turnsOf(claude)).map(
      ({ message_id, session_id }) => `${message_id} ${session_id}`,
    )
    expect(sessions).toEqual(['u-1 ses-1', 'a-1 ses-1', 'u-2 ses-2', 'a-2 ses-2', 'u-3 ses-2'])
  })

  it('never lets reading resume behind a prompt that is still held back', async () => {
    const first = lines(user('u-0', 'Before'), assistant('a-0', say('Said')))
    const rest = lines(
      user('u-1', 'Held'),
      { type: 'attachment' },
      { type: 'attachment' },
      assistant('a-1', say('Ok')),
    )
    const { source: claude } = source(first + rest)
    const [file] = await filesOf(claude)
    if (file === undefined) throw new Error('no file')
    const items = await itemsOf(claude)
    expect(turnsIn(items)).toHaveLength(4)
    for (const stop of items.keys()) {
      const before = turnsIn(items.slice(0, stop + 1)).map(({ message_id }) => message_id)
      const resumed = await gather(readGuarded(claude, file, items[stop]?.resumeAt ?? 0, noSignal))
      const after = turnsIn(resumed).map(({ message_id }) => message_id)
      expect([...new Set([...before, ...after])]).toEqual(['u-0', 'a-0', 'u-1', 'a-1'])
    }
  })

  it('that is cut in its last line is read again from there once the line is whole', async () => {
    const whole = lines(user('u-1', 'First'), assistant('a-1', say('Second')))
    const { source: claude, path } = source(whole)
    truncateSync(path, whole.length - 30)
    const items = await itemsOf(claude)
    expect(turnsIn(items).map(({ text }) => text)).toEqual(['First'])
    expect(reasonsIn(items)).toEqual(['unfinished'])
    put(path, whole)
    const [file] = await filesOf(claude)
    if (file === undefined) throw new Error('no file')
    const later = await gather(
      readGuarded(claude, file, Math.max(...items.map(({ resumeAt }) => resumeAt)), noSignal),
    )
    expect(turnsIn(later).map(({ text }) => text)).toEqual(['Second'])
  })

  it('counts a whole last line that has no line break yet', async () => {
    const { source: claude } = source(lines(user('u-1', 'Whole')).trimEnd())
    expect((await turnsOf(claude)).map(({ text }) => text)).toEqual(['Whole'])
  })

  it('with broken, foreign or gigantic lines keeps the others', async () => {
    const gigantic = JSON.stringify(user('u-9', 'x'.repeat(limits.historyLineBytesMax)))
    const transcript = Buffer.concat([
      Buffer.from('{"type":"user", broken\n[1]\n\n'),
      Buffer.from([0x7b, 0xff, 0xfe, 0x0a]),
      Buffer.from(`${gigantic}\n`),
      Buffer.from(lines(user('u-1', 'Still here'))),
    ])
    const items = await itemsOf(source(transcript).source)
    expect(turnsIn(items).map(({ text }) => text)).toEqual(['Still here'])
    expect(reasonsIn(items)).toEqual(['not-json', 'unknown-type array', 'not-utf8', 'too-long'])
  })

  it.each(['\u200b', '\u0000', ' \u2060\ufeff\n'])(
    'says nothing where there is nothing to read: %j',
    async (text) => {
      expect(reasonsIn(await itemsOf(source(lines(user('u-1', text))).source))).toEqual(['no-text'])
    },
  )

  it('repairs half a surrogate pair, which no store can keep', async () => {
    const [turn] = await turnsOf(source(lines(user('u-1', 'cut \ud83d'))).source)
    expect(turn?.text).toBe('cut \ufffd')
  })

  it('refuses ids that the store could not take', async () => {
    const items = await itemsOf(source(lines(user('u'.repeat(limits.idCharsMax + 1), 'Long'))).source)
    expect(reasonsIn(items)).toEqual(['out-of-range'])
  })

  it('refuses a directory that is none of this system’s, before the memory does', async () => {
    const elsewhere = ['C:\\shop', 'shop', '/home/a\0da'].map((cwd) => user('u-1', 'Which port?', { cwd }))
    const items = await itemsOf(source(lines(...elsewhere, user('u-2', 'Still here'))).source)
    expect(turnsIn(items).map(({ text }) => text)).toEqual(['Still here'])
    expect(reasonsIn(items)).toEqual(['out-of-range', 'out-of-range', 'out-of-range'])
  })
})

describe('the folder of Claude Code’s transcripts', () => {
  it('gives only the files that changed since a time, whole, where that is all that is asked for', async () => {
    const projectsFolder = tempFolder()
    const old = put(join(projectsFolder, 'shop/old.jsonl'), lines(user('u-1', 'Long ago')))
    put(join(projectsFolder, 'shop/new.jsonl'), lines(user('u-2', 'Just now'), user('u-3', 'And now')))
    utimesSync(old, 1_000, 1_000)
    const lately = changedSince(createClaudeCodeSource({ projectsFolder }), 1_000_001)
    expect((await turnsOf(lately)).map(({ text }) => text)).toEqual(['Just now', 'And now'])
  })

  it('may be missing', async () => {
    expect(await filesOf(createClaudeCodeSource({ projectsFolder: join(tempFolder(), 'none') }))).toEqual([])
  })

  it('is searched without following symbolic links or reading other files', async () => {
    const { source: claude, projectsFolder, path } = source(lines(user('u-1', 'Once')))
    symlinkSync(path, join(projectsFolder, 'linked.jsonl'))
    symlinkSync(projectsFolder, join(projectsFolder, 'circle'))
    put(join(projectsFolder, '-home-ada-shop', 'memory', 'notes.md'), 'notes')
    put(
      join(projectsFolder, '-home-ada-shop', 'ses-1', 'subagents', 'agent-acompact-1.jsonl'),
      lines(user('u', 'x')),
    )
    expect((await filesOf(claude)).map((file) => file.path)).toEqual([path])
    const skipped = (await skippedFiles(claude)).map(({ reason }) => reason)
    expect(skipped.sort()).toEqual(['bookkeeping', 'symlink', 'symlink'])
  })

  it('gives an item, not an error, for a transcript that vanishes', async () => {
    const { source: claude, path } = source(lines(user('u-1', 'Gone')))
    const [file] = await filesOf(claude)
    if (file === undefined) throw new Error('no file')
    const gone = { ...file, path: `${path}.gone` }
    expect(reasonsIn(await gather(readGuarded(claude, gone, 0, noSignal)))).toEqual(['unreadable ENOENT'])
  })
})

describe('branches of a Claude Code transcript', () => {
  async function takenBack(...entries: readonly object[]): Promise<readonly HistoryTakeBack[]> {
    const { source: claude } = source(lines(...entries))
    const [file] = await filesOf(claude)
    if (file === undefined || claude.takenBack === undefined) throw new Error('a source has its file')
    return gather(claude.takenBack(file, 0, noSignal))
  }
  const ses1 = { client: 'claude-code', session_id: 'ses-1' }
  const prompt = (uuid: string, parentUuid: string | null | undefined, more: object = {}) =>
    user(uuid, `prompt ${uuid}`, { parentUuid, ...more })
  const answer = (uuid: string, parentUuid: string, more: object = {}) =>
    assistant(uuid, say(`answer ${uuid}`), { parentUuid, ...more })
  const record = (uuid: string, parentUuid: string | null, more: object = {}) => ({
    ...common,
    type: 'attachment',
    uuid,
    parentUuid,
    ...more,
  })

  it('that were left by a rewind are taken back with all that was said on them', async () => {
    const left = [prompt('u-2', 'a-1'), answer('a-2', 'u-2'), prompt('u-3', 'a-2'), answer('a-3', 'u-3')]
    const entries = [prompt('u-1', null), answer('a-1', 'u-1'), ...left]
    expect(await takenBack(...entries)).toEqual([])
    const rewound = [...entries, record('r-1', 'a-1'), prompt('u-4', 'r-1'), answer('a-4', 'u-4')]
    expect(await takenBack(...rewound)).toEqual([{ ...ses1, message_ids: ['u-2', 'a-2', 'u-3', 'a-3'] }])
  })

  it('may begin with the first prompt, behind what a hook put in front of it', async () => {
    const entries = [record('r-0', null), prompt('u-1', 'r-0'), answer('a-1', 'u-1')]
    expect(await takenBack(...entries, prompt('u-2', 'r-0'))).toEqual([
      { ...ses1, message_ids: ['u-1', 'a-1'] },
    ])
    expect(await takenBack(prompt('u-1', null), answer('a-1', 'u-1'), prompt('u-2', null))).toEqual([
      { ...ses1, message_ids: ['u-1', 'a-1'] },
    ])
  })

  it.each<[string, readonly object[]]>([
    [
      'tools that ran side by side',
      [
        prompt('u-1', null),
        answer('a-1', 'u-1'),
        answer('a-2', 'a-1'),
        user('t-1', [{ type: 'tool_result' }], { parentUuid: 'a-1' }),
        user('t-2', [{ type: 'tool_result' }], { parentUuid: 'a-2' }),
        answer('a-3', 't-1'),
        prompt('u-2', 'a-3'),
      ],
    ],
    [
      'a prompt typed while tools ran',
      [
        prompt('u-1', null),
        answer('a-1', 'u-1'),
        prompt('u-2', 'a-1'),
        user('t-1', [{ type: 'tool_result' }], { parentUuid: 'a-1' }),
        answer('a-2', 't-1'),
        prompt('u-3', 'a-2'),
      ],
    ],
    [
      'a compaction, after which the chain begins anew',
      [
        prompt('u-1', null),
        answer('a-1', 'u-1'),
        record('c-1', null, { type: 'system', subtype: 'compact_boundary', logicalParentUuid: 'a-1' }),
        user('s-1', 'a summary', { parentUuid: 'c-1', isCompactSummary: true }),
        prompt('u-2', 's-1'),
      ],
    ],
    [
      'a session that was resumed behind a new beginning',
      [
        record('r-0', null),
        prompt('u-1', 'r-0'),
        answer('a-1', 'u-1'),
        record('r-1', null),
        prompt('u-2', 'r-1'),
      ],
    ],
    ['lines that do not say what they follow', [prompt('u-1', undefined), prompt('u-2', undefined)]],
    ['a chain with a line missing', [prompt('u-1', 'gone'), answer('a-1', 'u-1'), prompt('u-2', 'gone')]],
    [
      'a rewind in a fork, of what its origin said',
      [
        prompt('u-1', null, { sessionId: 'fork' }),
        answer('a-1', 'u-1', { sessionId: 'fork', requestSessionId: 'ses-1' }),
        prompt('u-2', 'a-1', { sessionId: 'fork' }),
        answer('a-2', 'u-2', { sessionId: 'fork', requestSessionId: 'ses-1' }),
        prompt('u-3', 'a-1', { sessionId: 'fork' }),
        answer('a-3', 'u-3', { sessionId: 'fork' }),
      ],
    ],
  ])('are not made by %s', async (_, entries) => {
    expect(await takenBack(...entries)).toEqual([])
  })
})
