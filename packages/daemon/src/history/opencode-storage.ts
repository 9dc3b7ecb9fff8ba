// Reads the JSON files in which OpenCode kept its sessions before it had a database:
// storage/session/<project>/<session>.json, storage/message/<session>/<message>.json, storage/part/<message>/<part>.json.
// One session is one history file; offsets count its messages.
import { isUtf8 } from 'node:buffer'
import { lstat, readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { errnoOf } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import { discoverBelow } from './files.ts'
import { isObject, objectIn, stringIn } from './json-value.ts'
import { type SkippedEntry, skippedItem } from './jsonl.ts'
import {
  judgePart,
  type MessageRow,
  messageSkip,
  type OpenCodeSession,
  openCodeClient,
  undoneOf,
} from './opencode-rows.ts'
import type { Discovered, HistoryFile, HistoryItem, HistoryTakeBack } from './source.ts'

export async function* discoverOpenCodeStorage(
  storage: string,
  signal: AbortSignal,
): AsyncGenerator<Discovered> {
  const isSession = (name: string): boolean => name.endsWith('.json')
  for await (const found of discoverBelow(join(storage, 'session'), openCodeClient, isSession, signal)) {
    yield found.kind === 'file' ? { kind: 'file', file: await withMessages(storage, found.file) } : found
  }
}

/** A new message shows in the time of its folder, not of the session's own file. */
async function withMessages(storage: string, file: HistoryFile): Promise<HistoryFile> {
  const folder = join(storage, 'message', basename(file.path, '.json'))
  const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: 0 }))
  return {
    ...file,
    offsetsHold: 'while-unchanged',
    modifiedAt: Math.max(file.modifiedAt, Math.floor(mtimeMs)),
  }
}

export async function* readOpenCodeSession(
  storage: string,
  file: HistoryFile,
  fromMessage: number,
  signal: AbortSignal,
): AsyncGenerator<HistoryItem> {
  const info = await readJson(file.path)
  if ('reason' in info) {
    yield skippedItem(file.path, 0, info, 0)
    return
  }
  const data = objectIn(info.value) ?? {}
  const session: OpenCodeSession = {
    id: stringIn(data.id) ?? basename(file.path, '.json'),
    directory: stringIn(data.directory) ?? null,
    parent: stringIn(data.parentID) ?? null,
  }
  const names = await jsonNames(join(storage, 'message', session.id))
  for (const [index, name] of names.entries()) {
    signal.throwIfAborted()
    if (index >= fromMessage) yield* readMessage(storage, session, name, index + 1)
  }
}

export async function undoneInSession(file: HistoryFile): Promise<readonly HistoryTakeBack[]> {
  const info = await readJson(file.path)
  const data = 'reason' in info ? undefined : objectIn(info.value)
  return undoneOf(stringIn(data?.id) ?? basename(file.path, '.json'), data?.revert)
}

async function* readMessage(
  storage: string,
  session: OpenCodeSession,
  name: string,
  resumeAt: number,
): AsyncGenerator<HistoryItem> {
  const path = join(storage, 'message', session.id, `${name}.json`)
  const message = await readJson(path)
  const skip = 'reason' in message ? message : messageSkip(message.value)
  if (skip !== null && 'reason' in skip) yield skippedItem(path, 0, skip, resumeAt)
  if (skip !== null || 'reason' in message || !isObject(message.value)) return
  const row: MessageRow = { id: name, data: message.value }
  const folder = join(storage, 'part', name)
  for (const partId of await jsonNames(folder)) {
    const partPath = join(folder, `${partId}.json`)
    const part = await readJson(partPath)
    const verdict = 'reason' in part ? part : judgePart(session, row, partId, part.value)
    if ('reason' in verdict) yield skippedItem(partPath, 0, verdict, resumeAt)
    else yield { kind: 'turn', turn: verdict, resumeAt }
  }
}

/** Names without their ending, ascending, which is the order in which they were made. */
async function jsonNames(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder)
    return names
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .sort()
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}

async function readJson(path: string): Promise<{ readonly value: unknown } | SkippedEntry> {
  const { size, isLink } = await lstat(path).then((stats) => ({
    size: stats.size,
    isLink: stats.isSymbolicLink(),
  }))
  if (isLink) return { reason: 'symlink' }
  if (size > limits.historyLineBytesMax) return { reason: 'too-long' }
  const bytes = await readFile(path)
  if (!isUtf8(bytes)) return { reason: 'not-utf8' }
  try {
    return { value: JSON.parse(bytes.toString('utf8')) }
  } catch {
    return { reason: 'not-json' }
  }
}
