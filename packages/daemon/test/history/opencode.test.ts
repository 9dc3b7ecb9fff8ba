import { copyFileSync, readdirSync, statSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import Database, { type Database as Connection } from 'better-sqlite3-multiple-ciphers'
import { afterEach, describe, expect, it } from 'vitest'
import { changedSince } from '../../src/history/changed-since.ts'
import { createOpenCodeSource } from '../../src/history/opencode.ts'
import { readGuarded } from '../../src/history/reading.ts'
import type { HistorySource } from '../../src/history/source.ts'
import { limits } from '../../src/kit/limits.ts'
import {
  filesOf,
  gather,
  itemsOf,
  noSignal,
  put,
  reasonsIn,
  skippedFiles,
  tempFolder,
  turnsIn,
  turnsOf,
} from './support.ts'

const at = Date.UTC(2026, 2, 2, 9)
const open: Connection[] = []
afterEach(() => {
  for (const connection of open.splice(0)) connection.close()
})

interface Part {
  readonly id: string
  readonly data: unknown
}

/** An OpenCode database as the host has it open: in WAL mode, its last changes not yet in the main file. */
function openDatabase(dataFolder: string, name = 'opencode.db') {
  put(join(dataFolder, 'log', 'opencode.log'), '')
  const connection = new Database(join(dataFolder, name))
  open.push(connection)
  connection.pragma('journal_mode = WAL')
  connection.exec(`
    CREATE TABLE session (id TEXT PRIMARY KEY, parent_id TEXT, directory TEXT NOT NULL, time_created INTEGER NOT NULL);
    CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT NOT NULL, time_created INTEGER NOT NULL,
      time_updated INTEGER NOT NULL, data TEXT NOT NULL);
    CREATE TABLE part (id TEXT PRIMARY KEY, message_id TEXT NOT NULL, session_id TEXT NOT NULL, data TEXT NOT NULL);
    CREATE INDEX part_message_id ON part (message_id);`)
  return {
    connection,
    session(id: string, parent: string | null = null, createdAt = at) {
      connection
        .prepare<{ id: string; parent: string | null; at: number }>(
          `INSERT INTO session VALUES (:id, :parent, '/home/ada/shop', :at)`,
        )
        .run({ id, parent, at: createdAt })
    },
    message(session: string, id: string, data: object, parts: readonly Part[], changedAt = at) {
      const json = JSON.stringify({ time: { created: at }, ...data })
      connection
        .prepare<{ id: string; session: string; at: number; changed: number; json: string }>(
          'INSERT INTO message VALUES (:id, :session, :at, :changed, :json)',
        )
        .run({ id, session, at, changed: changedAt, json })
      const insertPart = connection.prepare<{ id: string; message: string; session: string; json: string }>(
        'INSERT INTO part VALUES (:id, :message, :session, :json)',
      )
      for (const part of parts) {
        const partJson = typeof part.data === 'string' ? part.data : JSON.stringify(part.data)
        insertPart.run({ id: part.id, message: id, session, json: partJson })
      }
    },
  }
}

const typed = (id: string, text: string): Part => ({ id, data: { type: 'text', text } })
const answered = (id: string, text: string, time: object = { start: at + 5, end: at + 9 }): Part => ({
  id,
  data: { type: 'text', text, time },
})

function sourceAt(dataFolder: string, database: string | null = null): HistorySource {
  return createOpenCodeSource({ dataFolder, database })
}

describe('OpenCode’s database', () => {
  it('is read while OpenCode has it open, with the ids that live capture gives', async () => {
    const folder = tempFolder()
    const database = openDatabase(folder)
    database.session('ses_1')
    database.message('ses_1', 'msg_1', { role: 'user' }, [typed('prt_1', 'Which port?')])
    database.message('ses_1', 'msg_2', { role: 'assistant' }, [
      { id: 'prt_2', data: { type: 'step-start' } },
      answered('prt_3', 'Port 5433.'),
      { id: 'prt_4', data: { type: 'tool', state: { output: 'x'.repeat(1_000) } } },
    ])
    expect(await turnsOf(sourceAt(folder))).toEqual([
      {
        client: 'opencode',
        session_id: 'ses_1',
        cwd: '/home/ada/shop',
        parent_session_id: null,
        message_id: 'msg_1/prt_1',
        role: 'user',
        text: 'Which port?',
        said_at: at,
        speaker: null,
      },
      expect.objectContaining({
        message_id: 'msg_2/prt_3',
        role: 'assistant',
        text: 'Port 5433.',
        said_at: at + 5,
      }),
    ])
  })

  it('is left exactly as it was', async () => {
    const folder = tempFolder()
    const database = openDatabase(folder)
    database.session('ses_1')
    database.message('ses_1', 'msg_1', { role: 'user' }, [typed('prt_1', 'Hello')])
    const state = () =>
      readdirSync(folder)
        .filter((name) => !name.endsWith('-shm')) // shared memory of the readers, no content
        .map((name) => [name, statSync(join(folder, name)).size, statSync(join(folder, name)).mtimeMs])
    const before = state()
    expect(await turnsOf(sourceAt(folder))).toHaveLength(1)
    expect(state()).toEqual(before)
  })

  it('leaves out what nobody said, each part for its reason', async () => {
    const folder = tempFolder()
    const database = openDatabase(folder)
    database.session('ses_1')
    database.message('ses_1', 'msg_1', { role: 'user' }, [
      { id: 'p1', data: { type: 'text', text: 'file content', synthetic: true } },
      { id: 'p2', data: { type: 'text', text: 'not for the model', ignored: true } },
      { id: 'p3', data: { type: 'file' } },
      typed('p4', '   '),
      { id: 'p5', data: '{broken' },
      { id: 'p6', data: { type: 'hologram' } },
    ])
    database.message('ses_1', 'msg_2', { role: 'assistant', summary: true }, [answered('p7', 'A summary')])
    database.message('ses_1', 'msg_3', { role: 'assistant', agent: 'compaction' }, [
      answered('p8', 'A summary'),
    ])
    database.message('ses_1', 'msg_4', { role: 'assistant' }, [answered('p9', 'Half an ans', { start: at })])
    database.message('ses_1', 'msg_5', { role: 'oracle' }, [])
    database.message('ses_gone', 'msg_6', { role: 'user' }, [typed('p10', 'Whose?')])
    const items = await itemsOf(sourceAt(folder))
    expect(turnsIn(items)).toEqual([])
    expect(reasonsIn(items)).toEqual([
      'bookkeeping',
      'bookkeeping',
      'tool',
      'no-text',
      'not-json',
      'unknown-type part/hologram',
      'summary',
      'summary',
      'unfinished',
      'unknown-type role/oracle',
      'incomplete',
    ])
  })

  it('passes over a gigantic text without loading it', async () => {
    const folder = tempFolder()
    const database = openDatabase(folder)
    database.session('ses_1')
    const gigantic = 'x'.repeat(limits.historyLineBytesMax)
    database.message('ses_1', 'msg_1', { role: 'user' }, [typed('p1', gigantic), typed('p2', 'Small')])
    const items = await itemsOf(sourceAt(folder))
    expect(reasonsIn(items)).toEqual(['too-long'])
    expect(turnsIn(items).map(({ text }) => text)).toEqual(['Small'])
  })

  it('knows sub-agents, and that their prompts are not the user’s', async () => {
    const folder = tempFolder()
    const database = openDatabase(folder)
    database.session('ses_2', 'ses_1')
    database.message('ses_2', 'msg_1', { role: 'user' }, [typed('prt_1', 'Look for callers')])
    expect(await turnsOf(sourceAt(folder))).toMatchObject([
      { session_id: 'ses_2', parent_session_id: 'ses_1', role: 'assistant', speaker: 'delegating agent' },
    ])
  })

  it('leaves a fork’s copies to their origin, and keeps them once the origin is gone', async () => {
    const folder = tempFolder()
    const database = openDatabase(folder)
    database.session('ses_1')
    database.session('ses_2', null, at + 60_000)
    database.message('ses_1', 'msg_1', { role: 'user' }, [typed('prt_1', 'Said once')])
    database.message('ses_2', 'msg_2', { role: 'user' }, [typed('prt_2', 'Said once')])
    const items = await itemsOf(sourceAt(folder))
    expect(turnsIn(items).map(({ message_id }) => message_id)).toEqual(['msg_1/prt_1'])
    expect(reasonsIn(items)).toEqual(['copy'])
    database.connection.exec(`DELETE FROM session WHERE id = 'ses_1'; DELETE FROM message WHERE id = 'msg_1'`)
    expect((await turnsOf(sourceAt(folder))).map(({ message_id }) => message_id)).toEqual(['msg_2/prt_2'])
  })

  it('is resumed at a time, and meets again what changed since', async () => {
    const folder = tempFolder()
    const database = openDatabase(folder)
    database.session('ses_1')
    database.message('ses_1', 'msg_1', { role: 'user' }, [typed('p1', 'One')], at)
    database.message('ses_1', 'msg_2', { role: 'user' }, [typed('p2', 'Two')], at + 1)
    database.message('ses_1', 'msg_3', { role: 'user' }, [typed('p3', 'Three')], at + 2)
    const source = sourceAt(folder)
    const [file] = await filesOf(source)
    if (file === undefined) throw new Error('no file')
    const rest = await gather(readGuarded(source, file, at + 1, noSignal))
    expect(turnsIn(rest).map(({ text }) => text)).toEqual(['Two', 'Three'])
    database.connection.exec(`UPDATE message SET time_updated = ${at + 9} WHERE id = 'msg_1'`)
    const changed = await gather(readGuarded(source, file, at + 3, noSignal))
    expect(turnsIn(changed).map(({ text }) => text)).toEqual(['One'])
  })

  it('gives only what changed since a time, where that is all that is asked for', async () => {
    const folder = tempFolder()
    const database = openDatabase(folder)
    database.session('ses_1')
    database.message('ses_1', 'msg_1', { role: 'user' }, [typed('prt_1', 'Long ago')], at)
    database.message('ses_1', 'msg_2', { role: 'user' }, [typed('prt_2', 'Just now')], at + 5_000)
    const lately = changedSince(sourceAt(folder), at + 5_000)
    expect((await turnsOf(lately)).map(({ text }) => text)).toEqual(['Just now'])
  })

  it('has its write-ahead log counted as part of it', async () => {
    const folder = tempFolder()
    const database = openDatabase(folder)
    const [before] = await filesOf(sourceAt(folder))
    database.session('ses_1')
    const [after] = await filesOf(sourceAt(folder))
    expect(after?.bytes).toBeGreaterThan(before?.bytes ?? Number.POSITIVE_INFINITY)
  })

  it('that another program holds is left for later', async () => {
    const folder = tempFolder()
    const { connection } = openDatabase(folder)
    connection.pragma('journal_mode = DELETE')
    connection.exec('BEGIN EXCLUSIVE')
    expect(reasonsIn(await itemsOf(sourceAt(folder)))).toEqual(['locked SQLITE_BUSY'])
  })

  it('that is damaged is said to be, with what could still be read', async () => {
    const folder = tempFolder()
    put(join(folder, 'opencode.db'), Buffer.alloc(8_192, 7))
    expect(reasonsIn(await itemsOf(sourceAt(folder)))).toEqual(['corrupt SQLITE_NOTADB'])
  })

  it('of a layout that is not known is not guessed at', async () => {
    const folder = tempFolder()
    openDatabase(folder).connection.exec('ALTER TABLE message RENAME COLUMN data TO content')
    expect(reasonsIn(await itemsOf(sourceAt(folder)))).toEqual(['unsupported no column message.data'])
  })

  it('is found under the names of other channels, elsewhere when said so, and not through links', async () => {
    const folder = tempFolder()
    openDatabase(folder, 'opencode-beta.db')
    expect((await filesOf(sourceAt(folder))).map((file) => file.path)).toEqual([
      join(folder, 'opencode-beta.db'),
    ])
    const elsewhere = put(join(tempFolder(), 'mine.sqlite'), '')
    expect((await filesOf(sourceAt(folder, elsewhere))).map((file) => file.path)).toEqual([elsewhere])
    symlinkSync(elsewhere, join(folder, 'opencode.db'))
    expect((await skippedFiles(sourceAt(folder))).map(({ reason }) => reason)).toEqual(['symlink'])
  })
})

describe('OpenCode’s JSON files from before it had a database', () => {
  function storage(): string {
    const folder = tempFolder()
    const json = (path: string, value: unknown): string =>
      put(join(folder, 'storage', path), JSON.stringify(value))
    json('session/global/ses_1.json', { id: 'ses_1', directory: '/home/ada/shop', time: { created: at } })
    json('message/ses_1/msg_1.json', { id: 'msg_1', role: 'user', time: { created: at } })
    json('part/msg_1/prt_1.json', { id: 'prt_1', type: 'text', text: 'Which port?' })
    json('message/ses_1/msg_2.json', { id: 'msg_2', role: 'assistant', time: { created: at } })
    json('part/msg_2/prt_2.json', {
      id: 'prt_2',
      type: 'text',
      text: 'Port 5433.',
      time: { start: at + 5, end: at + 9 },
    })
    return folder
  }

  it('give the same turns as the database they were moved to', async () => {
    const folder = storage()
    const fromFiles = await turnsOf(sourceAt(folder))
    const moved = tempFolder()
    const database = openDatabase(moved)
    database.session('ses_1')
    database.message('ses_1', 'msg_1', { role: 'user' }, [typed('prt_1', 'Which port?')])
    database.message('ses_1', 'msg_2', { role: 'assistant' }, [answered('prt_2', 'Port 5433.')])
    expect(fromFiles).toEqual(await turnsOf(sourceAt(moved)))
  })

  it('may be broken, oversized or links', async () => {
    const folder = storage()
    put(join(folder, 'storage', 'message', 'ses_1', 'msg_3.json'), '{cut')
    put(join(folder, 'storage', 'part', 'msg_2', 'prt_3.json'), Buffer.from([0xff]))
    symlinkSync('/etc/hostname', join(folder, 'storage', 'part', 'msg_2', 'prt_4.json'))
    const items = await itemsOf(sourceAt(folder))
    expect(turnsIn(items)).toHaveLength(2)
    expect(reasonsIn(items)).toEqual(['not-utf8', 'symlink', 'not-json'])
  })

  it('are read again when a message was added', async () => {
    const folder = storage()
    const past = new Date(at)
    const messages = join(folder, 'storage', 'message', 'ses_1')
    for (const path of [messages, join(folder, 'storage', 'session', 'global', 'ses_1.json')]) {
      utimesSync(path, past, past)
    }
    const [before] = await filesOf(sourceAt(folder))
    copyFileSync(join(messages, 'msg_2.json'), join(messages, 'msg_3.json'))
    const [after] = await filesOf(sourceAt(folder))
    expect(before?.modifiedAt).toBe(at)
    expect(after?.modifiedAt).toBeGreaterThan(at)
  })
})

describe('what is undone in OpenCode at the moment', () => {
  const undone = { client: 'opencode', session_id: 'ses_1', from_message_id: 'msg_2' }

  async function takenBack(source: HistorySource): Promise<unknown[]> {
    const all: unknown[] = []
    for (const file of await filesOf(source)) {
      if (source.takenBack !== undefined) all.push(...(await gather(source.takenBack(file, 0, noSignal))))
    }
    return all
  }

  it('is told from its database, where it has that column', async () => {
    const dataFolder = tempFolder()
    const { connection, session } = openDatabase(dataFolder)
    session('ses_1')
    session('ses_2')
    const source = createOpenCodeSource({ dataFolder, database: null })
    expect(await takenBack(source)).toEqual([])
    connection.exec(`ALTER TABLE session ADD COLUMN revert TEXT;
      UPDATE session SET revert = '{"messageID":"msg_2"}' WHERE id = 'ses_1'`)
    expect(await takenBack(source)).toEqual([undone])
    connection.exec(`UPDATE session SET revert = '{"messageID":"msg_2","partID":"prt_3"}' WHERE id = 'ses_1'`)
    expect(await takenBack(source)).toEqual([{ ...undone, from_message_id: 'msg_2/prt_3' }])
  })

  it('is told from the files of before', async () => {
    const dataFolder = tempFolder()
    const info = { id: 'ses_1', directory: '/home/ada/shop', revert: { messageID: 'msg_2' } }
    put(join(dataFolder, 'storage/session/p/ses_1.json'), JSON.stringify(info))
    expect(await takenBack(createOpenCodeSource({ dataFolder, database: null }))).toEqual([undone])
  })
})
