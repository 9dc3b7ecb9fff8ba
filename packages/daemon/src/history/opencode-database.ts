// Reads OpenCode's database (SQLite in WAL mode) where it lies, read-only, while OpenCode may be writing to it. Pages
// of messages are read in short transactions: each message with its parts is consistent, and OpenCode's checkpoints
// never wait for an import. (Where OpenCode has closed it, SQLite leaves an empty -wal and -shm beside it.) Messages
// come in the order of their last change, so reading resumes at a time.
import { setImmediate } from 'node:timers/promises'
import Database, { type Database as Connection } from 'better-sqlite3-multiple-ciphers'
import { limits } from '../kit/limits.ts'
import { isObject, objectIn, timeIn } from './json-value.ts'
import { skippedItem, type Verdict } from './jsonl.ts'
import { judgePart, type MessageRow, messageSkip, type OpenCodeSession, undoneOf } from './opencode-rows.ts'
import type { HistoryItem, HistoryTakeBack } from './source.ts'

interface MessageData {
  readonly id: string
  readonly session_id: string
  readonly data: string
  readonly changed_at: number
}

interface PartData {
  readonly id: string
  readonly type: string | null
  /** Of text parts that are not too long. */
  readonly data: string | null
}

interface SessionData {
  readonly id: string
  readonly directory: string | null
  readonly parent_id: string | null
  readonly time_created: number
}

const sql = {
  changed: `SELECT rowid AS row_id FROM message WHERE time_updated >= :from ORDER BY time_updated, rowid`,
  message: `SELECT id, session_id, data, time_updated AS changed_at FROM message WHERE rowid = :row_id`,
  parts: `
    SELECT id, type, CASE WHEN type = 'text' AND length(data) <= :chars_max THEN data END AS data
    FROM (
      SELECT id, data, CASE WHEN json_valid(data) THEN json_extract(data, '$.type') END AS type
      FROM part WHERE message_id = :message_id
    )
    ORDER BY id`,
  session: `SELECT id, directory, parent_id, time_created FROM session WHERE id = :id`,
  undone: `SELECT id, revert FROM session WHERE revert IS NOT NULL`,
  /** Times at which the messages that are no copies were written. */
  originals: `
    SELECT message.time_created AS created_at
    FROM message JOIN session ON session.id = message.session_id
    WHERE message.time_created >= session.time_created`,
}

const neededColumns = {
  session: ['id', 'directory', 'parent_id', 'time_created'],
  message: ['id', 'session_id', 'data', 'time_created', 'time_updated'],
  part: ['id', 'message_id', 'data'],
} as const

export async function* readOpenCodeDatabase(
  path: string,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<HistoryItem> {
  const connection = openReadOnly(path)
  try {
    const missing = missingColumn(connection)
    if (missing !== null) {
      yield skippedItem(path, from, { reason: 'unsupported', detail: `no column ${missing}` }, from)
      return
    }
    yield* readMessages(connection, path, from, signal)
  } finally {
    connection.close()
  }
}

/** Sessions that are undone at the moment. */
export function undoneInDatabase(path: string): readonly HistoryTakeBack[] {
  const connection = openReadOnly(path)
  try {
    const columns = connection.pragma(`table_info(session)`) as readonly { readonly name: string }[]
    if (!columns.some(({ name }) => name === 'revert')) return []
    const rows = connection.prepare<[], { id: string; revert: string }>(sql.undone).all()
    return rows.flatMap(({ id, revert }) => undoneOf(id, parsed(revert)))
  } finally {
    connection.close()
  }
}

function openReadOnly(path: string): Connection {
  return new Database(path, {
    readonly: true,
    fileMustExist: true,
    timeout: limits.historyDatabaseWaitMsMax,
  })
}

function missingColumn(connection: Connection): string | null {
  for (const [table, columns] of Object.entries(neededColumns)) {
    const present = connection.pragma(`table_info(${table})`) as readonly { readonly name: string }[]
    const missing = columns.find((column) => !present.some(({ name }) => name === column))
    if (missing !== undefined) return `${table}.${missing}`
  }
  return null
}

async function* readMessages(
  connection: Connection,
  path: string,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<HistoryItem> {
  const changed = connection.prepare<{ from: number }, { row_id: number }>(sql.changed)
  // Eight bytes for each of perhaps a million messages, and no object.
  const rowIds = Float64Array.from(rowIdsIn(changed.iterate({ from })))
  const readMessage = messageReader(connection, path)
  const readPage = connection.transaction((page: Float64Array) => [...page].flatMap(readMessage))
  for (let start = 0; start < rowIds.length; start += limits.historyDatabasePageMessages) {
    signal.throwIfAborted()
    yield* readPage(rowIds.subarray(start, start + limits.historyDatabasePageMessages))
    await setImmediate()
  }
}

function* rowIdsIn(rows: Iterable<{ readonly row_id: number }>): Generator<number> {
  for (const { row_id } of rows) yield row_id
}

function messageReader(connection: Connection, path: string): (rowId: number) => readonly HistoryItem[] {
  const messageOf = connection.prepare<{ row_id: number }, MessageData>(sql.message)
  const partsOf = connection.prepare<{ message_id: string; chars_max: number }, PartData>(sql.parts)
  const sessionOf = connection.prepare<{ id: string }, SessionData>(sql.session)
  const isCopy = copyFinder(connection)

  return (rowId) => {
    const row = messageOf.get({ row_id: rowId })
    if (row === undefined) return []
    const item = (verdict: Verdict): HistoryItem =>
      'reason' in verdict
        ? skippedItem(path, row.changed_at, verdict, row.changed_at)
        : { kind: 'turn', turn: verdict, resumeAt: row.changed_at }
    const data = parsed(row.data)
    const skip = messageSkip(data)
    if (skip !== null || !isObject(data)) return [item(skip ?? { reason: 'not-json' })]
    const session = sessionOf.get({ id: row.session_id })
    if (session === undefined) return [item({ reason: 'incomplete' })]
    const message: MessageRow = { id: row.id, data }
    if (isCopy(session, message)) return [item({ reason: 'copy' })]
    const whose: OpenCodeSession = { id: session.id, directory: session.directory, parent: session.parent_id }
    return partsOf
      .all({ message_id: row.id, chars_max: limits.historyLineBytesMax })
      .map((part) => item(judgePartData(whose, message, part)))
  }
}

function judgePartData(session: OpenCodeSession, message: MessageRow, part: PartData): Verdict {
  if (part.type === null) return { reason: 'not-json' }
  if (part.type === 'text' && part.data === null) return { reason: 'too-long' }
  return judgePart(session, message, part.id, part.data === null ? { type: part.type } : parsed(part.data))
}

/**
 * A fork starts with copies of its origin's messages: new ids, old times. Nothing is said before its session
 * exists, so such a message is a copy, and it is left to its origin as long as the origin is there.
 */
function copyFinder(connection: Connection): (session: SessionData, message: MessageRow) => boolean {
  let originals: Set<number> | null = null
  return (session, message) => {
    const createdAt = timeIn(objectIn(message.data.time)?.created)
    if (createdAt === undefined || createdAt >= session.time_created) return false
    originals ??= new Set(
      connection
        .prepare<[], { created_at: number }>(sql.originals)
        .all()
        .map(({ created_at }) => created_at),
    )
    return originals.has(createdAt)
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
