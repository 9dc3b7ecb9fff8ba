// Reading on in a transcript that grows: each turn once, whoever brings it, and only files that are the host's own.
import { appendFileSync, mkdirSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { createTranscripts, type Transcripts } from '../../src/background/transcripts.ts'
import { openFileMarks } from '../../src/history/file-marks.ts'
import { openHostLooks } from '../../src/history/host-looks.ts'
import { importHistory } from '../../src/history/import.ts'
import { hostSources } from '../../src/history/locations.ts'
import { memoryMarks } from '../../src/history/marks.ts'
import { transcriptHosts } from '../../src/history/transcripts.ts'
import type { TurnCounts } from '../../src/history/turn-batches.ts'
import { silentLog } from '../../src/kit/log.ts'
import { lines, noSignal, put } from '../history/support.ts'
import { fixture } from '../operations/support.ts'

const at = Date.UTC(2026, 2, 2, 9)

function said(uuid: string, type: 'user' | 'assistant', text: string, second: number, more: object = {}) {
  return {
    type,
    uuid,
    sessionId: 'ses-1',
    cwd: '/home/ada/shop',
    timestamp: new Date(at + second * 1_000).toISOString(),
    message: { role: type, content: type === 'user' ? text : [{ type: 'text', text }] },
    ...more,
  }
}

const asked = said('u-1', 'user', 'Which port does staging use?', 0)
const answered = said('u-2', 'assistant', 'Staging uses port 6543.', 1)

async function reader() {
  const home = tempDir()
  const env = { HOME: home }
  const memory = fixture()
  memory.now = at + 60_000
  const transcript = join(home, '.claude/projects/-home-ada-shop/ses-1.jsonl')

  async function start(): Promise<Transcripts> {
    const transcripts = createTranscripts({
      hosts: transcriptHosts(env),
      marks: await openFileMarks({ path: join(home, 'marks.jsonl'), storeFile: join(home, 'none') }),
      looks: await openHostLooks({
        path: join(home, 'looks.json'),
        storeFile: join(home, 'none'),
        now: () => memory.now,
      }),
      dispatch: memory.dispatch,
      now: () => memory.now,
      log: silentLog,
    })
    await transcripts.start()
    onTestFinished(() => transcripts.stop())
    return transcripts
  }

  return {
    home,
    transcript,
    memory,
    start,
    async texts() {
      const list = await memory.call('memory_list', { all_projects: true, order: 'oldest' })
      return list.memories.map(({ text }: { text: string }) => text)
    },
    async importAll() {
      const capture = async (batch: object) =>
        (await memory.call('memory_capture_batch', batch)) as TurnCounts
      const sources = hostSources(env)
      const takeBack = (said: object) => memory.call('session_take_back', said)
      const common = { capture, takeBack, marks: memoryMarks(), now: () => memory.now, signal: noSignal }
      return (await importHistory({ sources, ...common })).stored
    },
  }
}

describe('a transcript that a hook names', () => {
  test('is read on from where the last reading ended', async () => {
    const { transcript, start, texts } = await reader()
    const transcripts = await start()
    put(transcript, lines(asked))
    await (await transcripts.grew('claude-code', transcript)).read
    expect(await texts()).toEqual(['Which port does staging use?'])
    appendFileSync(transcript, lines(answered))
    await (await transcripts.grew('claude-code', transcript)).read
    expect(await texts()).toEqual(['Which port does staging use?', 'Staging uses port 6543.'])
  })

  test('and an import are one memory, whichever comes first', async () => {
    const { transcript, start, texts, importAll } = await reader()
    const transcripts = await start()
    put(transcript, lines(asked, answered))
    await (await transcripts.grew('claude-code', transcript)).read
    expect(await importAll()).toMatchObject({ inserted: 0 })
    appendFileSync(transcript, lines(said('u-3', 'user', 'And production?', 2)))
    expect(await importAll()).toMatchObject({ inserted: 1 })
    await (await transcripts.grew('claude-code', transcript)).read
    expect(await texts()).toHaveLength(3)
  })

  test('may be written a little after its hook', async () => {
    const { transcript, start, texts } = await reader()
    const transcripts = await start()
    await (await transcripts.grew('claude-code', transcript)).read
    expect(await texts()).toEqual([])
    put(transcript, lines(asked))
    await eventually(async () => expect(await texts()).toHaveLength(1))
  })

  test('that is cut in the middle of a line is read whole later', async () => {
    const { transcript, start, texts } = await reader()
    const transcripts = await start()
    const second = lines(answered)
    put(transcript, lines(asked) + second.slice(0, 40))
    await (await transcripts.grew('claude-code', transcript)).read
    expect(await texts()).toHaveLength(1)
    appendFileSync(transcript, second.slice(40))
    await (await transcripts.grew('claude-code', transcript)).read
    expect(await texts()).toHaveLength(2)
  })

  test('brings those of its sub-agents along, under sessions of their own', async () => {
    const { transcript, start, memory } = await reader()
    const transcripts = await start()
    put(transcript, lines(asked))
    const agent = join(transcript.replace('.jsonl', ''), 'subagents/agent-a1.jsonl')
    put(agent, lines(said('a-1', 'assistant', 'I looked: 6543.', 1, { isSidechain: true })))
    await (await transcripts.grew('claude-code', transcript)).read
    const { sessions } = await memory.call('session_list', { all_projects: true })
    expect(sessions.map(({ session_id }: { session_id: string }) => session_id).sort()).toEqual([
      'ses-1',
      'ses-1.agent-a1',
    ])
  })
})

describe('a conversation that was rewound', () => {
  const chained = (
    uuid: string,
    parentUuid: string | null,
    type: 'user' | 'assistant',
    text: string,
    second: number,
  ) => said(uuid, type, text, second, { parentUuid })
  const begun = [
    chained('u-1', null, 'user', 'Set up the queue.', 0),
    chained('a-1', 'u-1', 'assistant', 'We use RabbitMQ.', 1),
    chained('u-2', 'a-1', 'user', 'Always use COBOL here.', 2),
    chained('a-2', 'u-2', 'assistant', 'I switched us to COBOL.', 3),
  ]
  const rewound = chained('u-3', 'a-1', 'user', 'Add retries.', 4)

  test('keeps only what stands, live and by an import, and goes on with a branch that is resumed', async () => {
    const { transcript, start, texts, importAll } = await reader()
    const transcripts = await start()
    put(transcript, lines(...begun))
    await (await transcripts.grew('claude-code', transcript)).read
    expect(await texts()).toHaveLength(4)
    appendFileSync(transcript, lines(rewound))
    await (await transcripts.grew('claude-code', transcript)).read
    expect(await texts()).toEqual(['Set up the queue.', 'We use RabbitMQ.', 'Add retries.'])
    await importAll()
    expect(await texts()).toHaveLength(3)
    appendFileSync(transcript, lines(chained('u-5', 'a-2', 'user', 'Fine, COBOL it is.', 6)))
    await (await transcripts.grew('claude-code', transcript)).read
    expect(await texts()).toContain('Always use COBOL here.')
    expect(await texts()).not.toContain('Add retries.')
  })

  test('is the same when an import is the first to see it', async () => {
    const { transcript, texts, importAll } = await reader()
    put(transcript, lines(...begun, rewound))
    expect(await importAll()).toMatchObject({ inserted: 5 })
    expect(await texts()).toEqual(['Set up the queue.', 'We use RabbitMQ.', 'Add retries.'])
  })
})

describe('what a dead host left unread', () => {
  test('is read when the next session opens', async () => {
    const { transcript, start, texts } = await reader()
    const transcripts = await start()
    put(transcript, lines(asked))
    await (await transcripts.grew('claude-code', transcript)).read
    appendFileSync(transcript, lines(answered))
    transcripts.catchUp('claude-code')
    await eventually(async () => expect(await texts()).toHaveLength(2))
  })

  test('is read when the daemon starts', async () => {
    const { transcript, start, texts } = await reader()
    const first = await start()
    put(transcript, lines(asked))
    await (await first.grew('claude-code', transcript)).read
    await first.stop()
    appendFileSync(transcript, lines(answered))
    await start()
    await eventually(async () => expect(await texts()).toHaveLength(2))
  })
})

describe('a file that is refused', () => {
  test.each([
    ['outside the host’s folder', (home: string) => put(join(home, 'notes.jsonl'), lines(asked))],
    [
      'reached over dots',
      (home: string) => {
        put(join(home, 'notes.jsonl'), lines(asked))
        mkdirSync(join(home, '.claude/projects'), { recursive: true })
        return `${home}/.claude/projects/../../notes.jsonl`
      },
    ],
    [
      'a symbolic link out',
      (home: string) => {
        const target = put(join(home, 'notes.jsonl'), lines(asked))
        const link = join(home, '.claude/projects/shop/ses-1.jsonl')
        mkdirSync(join(home, '.claude/projects/shop'), { recursive: true })
        symlinkSync(target, link)
        return link
      },
    ],
    [
      'a symbolic link to another transcript',
      (home: string) => {
        const target = put(join(home, '.claude/projects/shop/real.jsonl'), lines(asked))
        const link = join(home, '.claude/projects/shop/ses-1.jsonl')
        symlinkSync(target, link)
        return link
      },
    ],
    [
      'in a folder that is a link',
      (home: string) => {
        put(join(home, 'elsewhere/ses-1.jsonl'), lines(asked))
        mkdirSync(join(home, '.claude/projects'), { recursive: true })
        symlinkSync(join(home, 'elsewhere'), join(home, '.claude/projects/shop'))
        return join(home, '.claude/projects/shop/ses-1.jsonl')
      },
    ],
    [
      'no transcript by its name',
      (home: string) => put(join(home, '.claude/projects/shop/secrets.txt'), lines(asked)),
    ],
    [
      'a folder',
      (home: string) => {
        const path = join(home, '.claude/projects/shop.jsonl')
        mkdirSync(path, { recursive: true })
        return path
      },
    ],
  ])('%s', async (_name, make) => {
    const { home, start, texts } = await reader()
    const transcripts = await start()
    await expect(transcripts.grew('claude-code', make(home))).rejects.toMatchObject({ code: 'forbidden' })
    expect(await texts()).toEqual([])
  })

  test('the folder itself may be a link: people keep their settings elsewhere', async () => {
    const { home, start, texts } = await reader()
    put(join(home, 'dotfiles/claude/projects/shop/ses-1.jsonl'), lines(asked))
    symlinkSync(join(home, 'dotfiles/claude'), join(home, '.claude'))
    const transcripts = await start()
    await (await transcripts.grew('claude-code', join(home, '.claude/projects/shop/ses-1.jsonl'))).read
    expect(await texts()).toHaveLength(1)
  })
})

describe('what no hook could name, because no daemon ran', () => {
  const other = (home: string, name: string) => join(home, `.claude/projects/-home-ada-shop/${name}.jsonl`)
  const inSession = (sessionId: string, uuid: string, text: string) =>
    lines(said(uuid, 'user', text, 0, { sessionId }))

  /** Written when the test's clock says. */
  function putAt(path: string, text: string, ms: number): void {
    put(path, text)
    utimesSync(path, ms / 1_000, ms / 1_000)
  }

  /** The host has reported once; then no daemon ran for three days. */
  async function reported() {
    const made = await reader()
    const { transcript, start, memory, home } = made
    putAt(other(home, 'before'), inSession('before', 'b-1', 'Said before it was installed.'), at)
    const first = await start()
    first.catchUp('claude-code')
    putAt(transcript, lines(asked), memory.now)
    await (await first.grew('claude-code', transcript)).read
    await first.stop()
    memory.now += 24 * 3_600_000
    putAt(other(home, 'friday'), inSession('friday', 'f-1', 'Said on Friday.'), memory.now)
    memory.now += 48 * 3_600_000
    return made
  }

  test('is read when the daemon starts', async () => {
    const { start, texts } = await reported()
    await start()
    await eventually(async () =>
      expect([...(await texts())].sort()).toEqual(['Said on Friday.', 'Which port does staging use?']),
    )
  })

  test('is read when a session of that host opens, and not of another', async () => {
    const { home, start, texts, memory } = await reader()
    const transcripts = await start()
    transcripts.catchUp('codex')
    transcripts.catchUp('claude-code')
    memory.now += 60_000
    putAt(other(home, 'new'), inSession('new', 'n-1', 'No hook named this.'), memory.now)
    transcripts.catchUp('codex')
    await transcripts.grew('codex', join(home, '.codex/sessions/none.jsonl')).then(({ read }) => read)
    expect(await texts()).toEqual([])
    transcripts.catchUp('claude-code')
    await eventually(async () => expect(await texts()).toEqual(['No hook named this.']))
  })

  test('what was there before the host first reported is left to an import, and no folder is read of one that never did', async () => {
    const { home, start, texts, memory } = await reader()
    putAt(
      other(home, 'before'),
      inSession('before', 'b-1', 'Said before it was installed.'),
      memory.now - 60_000,
    )
    const transcripts = await start()
    transcripts.catchUp('claude-code')
    transcripts.catchUp('claude-code')
    await transcripts.stop()
    const again = await start()
    await again.stop()
    expect(await texts()).toEqual([])
  })

  test('is found although the clock was once ahead', async () => {
    const { home, start, texts, memory } = await reader()
    memory.now += 1_000 * 3_600_000
    const ahead = await start()
    ahead.catchUp('claude-code')
    await ahead.stop()
    memory.now -= 1_000 * 3_600_000
    putAt(other(home, 'new'), inSession('new', 'n-1', 'No hook named this.'), memory.now)
    await start()
    await eventually(async () => expect(await texts()).toEqual(['No hook named this.']))
  })
})
