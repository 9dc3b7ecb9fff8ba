// Exports: whatever is held comes back row for row from either format, also with texts made to break them; what is not
// whole is refused, what was forgotten stays out.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import type { NewMemory } from '../../src/model/memory.ts'
import { linesOfFile, writeArchive } from '../../src/store/archive-file.ts'
import { type ArchiveFormat, type ArchiveRecord, archiveFormats } from '../../src/store/archive-records.ts'
import { createArchiveWriting, readArchive } from '../../src/store/archive-text.ts'
import type { DerivedRow } from '../../src/store/derived.ts'
import { exportStore } from '../../src/store/sqlite/archive-reading.ts'
import { type TakeInOptions, takeIn } from '../../src/store/sqlite/archive-writing.ts'
import { openWriter } from '../../src/store/sqlite/connection.ts'
import type { Store } from '../../src/store/store.ts'
import { openInProcess } from '../store/support/in-process-store.ts'
import { fact, turn } from '../store/support/invented.ts'

const key = Buffer.alloc(32, 7)

async function storeAt(file: string, fill: (store: Store) => Promise<unknown>): Promise<void> {
  const { store } = openInProcess({ file, key })
  try {
    await fill(store)
  } finally {
    await store.close()
  }
}

function exportOf(file: string, format: ArchiveFormat): string {
  const target = `${file}.${format}`
  exportStore({ store: { file, key }, target, format, madeAt: 1, madeBy: 'test' })
  return target
}

function importInto(file: string, archive: string, options: TakeInOptions = {}) {
  const db = openWriter({ file, key }, () => {})
  try {
    return takeIn(db, readArchive(linesOfFile(archive)), options)
  } finally {
    db.close()
  }
}

/** Every row that is truth, and what hangs on it, without row numbers. */
const dumps = [
  `SELECT m.id, m.role, m.kind, m.trust, m.said_at, m.stored_at, m.pin, m.reinforced, m.reinforced_at, m.superseded_by,
    m.superseded_at, m.message_id, m.speaker, m.digest, m.text, p.key, s.client, s.session
    FROM memory m JOIN project p ON p.seq = m.project JOIN session s ON s.seq = m.session ORDER BY m.seq`,
  'SELECT m.id, a.at FROM said_again a JOIN memory m ON m.seq = a.memory ORDER BY m.seq, a.at',
  `SELECT s.client, s.session, p.key, s.started_at, s.last_at, s.closed_at, s.title, s.title_at, s.turn_count, s.parent
    FROM session s JOIN project p ON p.seq = s.project WHERE s.session <> '-' ORDER BY s.client, s.session`,
  `SELECT p.key, p.name, p.reason, p.given_name, i.key AS merged_into
    FROM project p LEFT JOIN project i ON i.seq = p.merged_into ORDER BY p.merged_into IS NOT NULL, p.seq`,
  `SELECT d.kind, d.id, d.body, p.key, (SELECT group_concat(m.id) FROM derived_source c JOIN memory m ON m.seq = c.memory
    WHERE c.derived = d.seq) AS memories FROM derived d JOIN project p ON p.seq = d.project ORDER BY d.kind, d.id`,
  'SELECT name, value FROM profile ORDER BY name',
  'SELECT digest, id, at FROM forgotten ORDER BY digest',
  `SELECT name, value FROM counter
    WHERE value <> 0 AND name IN ('memories', 'turns', 'facts', 'superseded') ORDER BY name`,
  // Passages of a merged project keep their seats, those that were taken in sit with the others.
  `SELECT p.key, t.term, sum(t.passages) AS passages FROM term t JOIN project o ON o.seq = t.project
    JOIN project p ON p.seq = coalesce(o.merged_into, o.seq) GROUP BY 1, 2 ORDER BY 1, 2`,
  `SELECT p.key, sum(w.passages) AS passages, sum(w.words) AS words FROM project_words w
    JOIN project o ON o.seq = w.project JOIN project p ON p.seq = coalesce(o.merged_into, o.seq)
    WHERE w.passages > 0 GROUP BY 1 ORDER BY 1`,
]

function dumpOf(file: string): unknown[] {
  const db: Database = openWriter({ file, key }, () => {})
  try {
    return dumps.map((statement) => db.prepare(statement).all())
  } finally {
    db.close()
  }
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('`', '~', '\n', '#', '-', '>', '<', '!', ' ', 'iai-mcp', '<!-- iai-mcp {'),
  }),
  fc.constantFrom(
    '<!-- iai-mcp {"type":"end","records":1} -->',
    '```\n````\n```` \n',
    'a\r\nb\rc\n',
    '\n\n\n',
    '\ufeffmark',
    'half \ud83d of one',
    'nul \0 in it',
    '--> -->',
    '{"type":"end"}\n',
    '\u2028\u2029\u0085',
    'hid\u202eden \u200b\u{e0041}\ufe0f --> \u2066',
    ' trailing \t\n ',
  ),
)
const text = fc.oneof(
  hostile,
  fc.tuple(hostile, hostile).map((parts) => parts.join('\n')),
)

const said = fc.record({
  what: fc.constantFrom(
    'turn',
    'fact',
    'pinned',
    'supersede',
    'forget',
    'reinforce',
    'close',
    'again',
    'form',
    'rename',
    'merge',
    'dismiss',
  ),
  text,
  session: fc.constantFrom('ses_1', 'ses_2', '<!-- iai-mcp', '-'),
  client: fc.constantFrom('opencode', 'co\ndex'),
  project: fc.constantFrom('global', 'git:example.org/ada/shop', 'path:/a > b'),
  at: fc.integer({ min: -1_000_000, max: 4_000_000_000_000 }),
  pick: fc.nat(),
})
type Said = typeof said extends fc.Arbitrary<infer T> ? T : never

function dismissalOf(memory: string, project: string): DerivedRow {
  return {
    kind: 'dismissal',
    id: `${memory} > another`,
    project,
    rank: null,
    sources: [memory],
    body: 'null',
  }
}

async function live(store: Store, history: readonly Said[]): Promise<void> {
  const ids: string[] = []
  let number = 0
  for (const { what, pick, at, ...rest } of history) {
    number += 1
    const { text: words, ...where } = rest
    const id = `id-${number}${what === 'turn' ? '' : ' <é\ud800>'}`
    const item: NewMemory = turn({ id, text: words, saidAt: at, messageId: `m${number}`, ...where })
    const statement = fact({ id, text: words, saidAt: at, ...where })
    const other = ids[pick % Math.max(1, ids.length)] ?? 'none'
    ids.push(id)
    if (what === 'turn')
      await store.capture([item], { parentSession: pick % 2 === 0 ? undefined : 'par\u0000ent' })
    else if (what === 'form') await store.capture([{ ...item, messageId: 'm1' }])
    else if (what === 'fact' || what === 'again') await store.capture([statement])
    else if (what === 'pinned') await store.capture([{ ...statement, pin: 'global' }])
    else if (what === 'supersede') await store.supersede(other, statement)
    else if (what === 'forget') await store.forget([other], number)
    else if (what === 'rename') await store.renameProject(where.project, `${words}!`)
    else if (what === 'merge') await store.mergeProjects('git:example.org/ada/shop', 'path:/a > b')
    else if (what === 'dismiss')
      await store.applyDerived({ put: [dismissalOf(other, where.project)], remove: [], standing: false })
    else if (what === 'reinforce') await store.reinforce([other], at)
    else await store.closeSession(where.client, where.session, at)
  }
}

describe.each(archiveFormats)('an export as %s', (format) => {
  test('gives every row back, byte for byte, whatever was said', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(said, { minLength: 5, maxLength: 40 }), text, async (history, identity) => {
        const folder = tempDir()
        const [from, to] = [join(folder, 'from.db'), join(folder, 'to.db')]
        await storeAt(from, async (store) => {
          await store.putProject({ key: 'path:/a > b', name: 'a -->', reason: 'path\n' })
          await store.setProfile({ identity, wake_depth: 'deep' })
          await live(store, history)
        })
        const taken = importInto(to, exportOf(from, format))
        expect(dumpOf(to)).toEqual(dumpOf(from))
        expect(taken.refused + taken.differing + taken.known).toBe(0)
        // And once more: nothing changes.
        expect(importInto(to, `${from}.${format}`)).toMatchObject({ added: 0, refused: 0, differing: 0 })
        expect(dumpOf(to)).toEqual(dumpOf(from))
      }),
      { numRuns: 12, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
    )
  }, 120_000)

  test('is private, and refused when it is cut short, changed or goes on behind its end', async () => {
    const file = join(tempDir(), 'from.db')
    await storeAt(file, (store) => store.capture([turn({ text: 'one' }), turn({ text: 'two\nlines' })]))
    const path = exportOf(file, format)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const whole = readFileSync(path, 'utf8')
    const lines = whole.split('\n')
    for (const [spoilt, why] of [
      [lines.slice(0, -2).join('\n'), /its end is missing/],
      [`${whole}${whole}`, /behind the end/],
      ['', /no export/],
      ['# some other file\n\ntext\n', /no export/],
      [whole.replace(/"role":"user"/, '"role":"boss"'), /role/],
      [whole.replace('"version":2', '"version":3'), /newer iai-mcp/],
    ] as const) {
      expect(() => [...readArchive(spoilt.split('\n'))], why.source).toThrow(why)
    }
  })
})

test('Markdown shows the texts, and finds one that was edited', async () => {
  const file = join(tempDir(), 'from.db')
  await storeAt(file, (store) => store.capture([turn({ text: 'a line\n```\ncode\n```\n' })]))
  const text = readFileSync(exportOf(file, 'markdown'), 'utf8')
  expect(text).toContain('\n````\na line\n```\ncode\n```\n\n````\n')
  const edited = text.replace('a line', 'another line').split('\n')
  expect(() => [...readArchive(edited)]).toThrow('changed after the export')
})

describe('taking an export into a store that has things of its own', () => {
  const words = 'a sentence that is not to come back'

  test('what was forgotten there stays out, and what it had replaced holds', async () => {
    const folder = tempDir()
    const [from, to] = [join(folder, 'from.db'), join(folder, 'to.db')]
    await storeAt(from, async (store) => {
      await store.capture([fact({ id: 'old', text: 'the first wording' })])
      await store.supersede('old', fact({ id: 'new', text: words }))
    })
    await storeAt(to, async (store) => {
      await store.capture([turn({ id: 'mine', text: words })])
      await store.forget(['mine'], 1)
    })
    expect(importInto(to, exportOf(from, 'jsonl'))).toMatchObject({ added: 1, refused: 1 })
    await storeAt(to, async (store) => {
      expect(await store.get(['new'])).toEqual([])
      expect(await store.get(['old'])).toMatchObject([{ supersededBy: null, supersededAt: null }])
    })
  })

  test('what was forgotten elsewhere is not taken in afterwards', async () => {
    const folder = tempDir()
    const [from, to, third] = [join(folder, 'from.db'), join(folder, 'to.db'), join(folder, 'third.db')]
    await storeAt(from, async (store) => {
      await store.capture([turn({ id: 'theirs', text: words })])
      await store.forget(['theirs'], 1)
    })
    expect(importInto(to, exportOf(from, 'jsonl')).forgotten).toBe(1)
    importInto(third, exportOf(to, 'markdown'))
    await storeAt(third, async (store) => {
      expect((await store.capture([turn({ text: words })]))[0]?.status).toBe('refused')
    })
  })

  test('names that were given and projects that were merged come along; what is known there goes first', async () => {
    const folder = tempDir()
    const [from, to] = [join(folder, 'from.db'), join(folder, 'to.db')]
    const here = (project: string) => turn({ text: `said in ${project}`, project, session: project })
    await storeAt(from, async (store) => {
      await store.capture(['path:/old', 'git:new', 'path:/moved', 'git:other'].map(here))
      await store.renameProject('git:new', 'the shop')
      await store.renameProject('git:other', 'theirs')
      await store.mergeProjects('path:/old', 'git:new')
      await store.mergeProjects('path:/moved', 'git:other')
    })
    await storeAt(to, async (store) => {
      await store.capture(['path:/old', 'path:/moved', 'git:third', 'git:other'].map(here))
      await store.renameProject('git:other', 'ours')
      await store.mergeProjects('path:/moved', 'git:third')
    })
    importInto(to, exportOf(from, 'jsonl'))
    await storeAt(to, async (store) => {
      const known = (await store.projects()).map(({ key, name, merged }) => [key, name, ...merged])
      expect(known.toSorted()).toEqual([
        ['git:new', 'the shop', 'path:/old'],
        ['git:other', 'ours'],
        ['git:third', 'git:third', 'path:/moved'],
      ])
      const shop = await store.list({ projects: ['path:/old'] }, { limit: 9, order: 'oldest' })
      expect(shop.map(({ text }) => text).toSorted()).toEqual([
        'said in git:new',
        'said in path:/old',
        'said in path:/old',
      ])
    })
  })

  test('projects that are to stay apart do, and what the export holds comes all the same', async () => {
    const folder = tempDir()
    const [from, to] = [join(folder, 'from.db'), join(folder, 'to.db')]
    const here = (project: string) => turn({ text: `said in ${project}`, project, session: project })
    await storeAt(from, async (store) => {
      await store.capture(['path:/old', 'git:new'].map(here))
      await store.mergeProjects('path:/old', 'git:new')
    })
    const ours = turn({ text: 'said here', project: 'path:/old', session: 'ours' })
    await storeAt(to, async (store) => void (await store.capture([ours])))
    const options = { apart: new Set(['path:/old']) }
    importInto(to, exportOf(from, 'jsonl'), options)
    await storeAt(to, async (store) => {
      const known = (await store.projects()).map(({ key, merged, turns }) => [key, merged, turns])
      expect(known.toSorted()).toEqual([
        ['git:new', [], 2],
        ['path:/old', [], 1],
      ])
    })
  })

  test('an export of the former version is read', () => {
    const former = [
      {
        type: 'archive',
        version: 1,
        store: '00'.repeat(8),
        made_at: '2026-01-01T00:00:00.000Z',
        made_by: '0',
      },
      { type: 'project', key: 'path:/a', name: 'a', reason: 'its path' },
      { type: 'end', records: 2 },
    ].map((record) => JSON.stringify(record))
    expect([...readArchive(former)][1]).toMatchObject({ key: 'path:/a', given_name: null, merged_into: null })
  })

  test('the same history under other ids is not doubled', async () => {
    const folder = tempDir()
    const [from, to] = [join(folder, 'from.db'), join(folder, 'to.db')]
    const same = { messageId: 'msg', text: 'said once, imported twice' }
    await storeAt(from, (store) =>
      store.capture([turn({ id: 'a', ...same }), fact({ id: 'b', text: 'fact' })]),
    )
    await storeAt(to, (store) => store.capture([turn({ id: 'c', ...same }), fact({ id: 'd', text: 'fact' })]))
    expect(importInto(to, exportOf(from, 'jsonl'))).toMatchObject({ added: 0, known: 2 })
    await storeAt(to, async (store) => expect((await store.stats()).memories).toBe(2))
  })

  test('what is held under the same id with other words stays as it is', async () => {
    const folder = tempDir()
    const [from, to] = [join(folder, 'from.db'), join(folder, 'to.db')]
    await storeAt(from, (store) => store.capture([turn({ id: 'a', text: 'theirs' })]))
    await storeAt(to, (store) => store.capture([turn({ id: 'a', text: 'ours' })]))
    expect(importInto(to, exportOf(from, 'jsonl'))).toMatchObject({ added: 0, differing: 1 })
    await storeAt(to, async (store) => expect(await store.get(['a'])).toMatchObject([{ text: 'ours' }]))
  })
})

test('a long export is written and read a piece at a time', () => {
  const file = join(tempDir(), 'long.jsonl')
  const memory = (number: number): ArchiveRecord => ({
    type: 'session',
    client: 'c'.repeat(10_000),
    session: String(number),
    closed_at: null,
    parent: null,
  })
  const most = { waiting: 0 }
  function* records(): Generator<ArchiveRecord> {
    yield {
      type: 'archive',
      version: 1,
      store: '0'.repeat(16),
      made_at: new Date(0).toISOString(),
      made_by: '',
    }
    for (let number = 0; number < 2_000; number++) {
      // What is in the file lags behind what was written by one piece at most.
      const written = existsSync(`${file}.unfinished`) ? statSync(`${file}.unfinished`).size : 0
      most.waiting = Math.max(most.waiting, number * 10_000 - written)
      yield memory(number)
    }
    yield { type: 'end', records: 2_001 }
  }
  writeArchive(file, 'jsonl', records())
  expect(most.waiting).toBeLessThan(3_000_000)
  let count = 0
  for (const _ of readArchive(linesOfFile(file))) count += 1
  expect(count).toBe(2_002)
})

test('records of both formats survive a reader that splits lines at carriage returns only where they are', () => {
  const path = join(tempDir(), 'x.md')
  const write = createArchiveWriting('markdown')
  const head: ArchiveRecord = {
    type: 'archive',
    version: 1,
    store: '0'.repeat(16),
    made_at: new Date(0).toISOString(),
    made_by: '--> \r\n',
  }
  writeFileSync(path, write(head) + write({ type: 'end', records: 1 }))
  expect([...readArchive(linesOfFile(path))][0]).toEqual(head)
})
