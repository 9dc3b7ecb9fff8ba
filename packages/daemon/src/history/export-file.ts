// Opens what a chat service hands out when asked for one's data: a zip with conversations.json in it (large accounts:
// conversations-000.json and so on), that file by itself, or the unpacked folder. Streams it one conversation at a
// time; offsets count the unpacked bytes.
import { isUtf8 } from 'node:buffer'
import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { errnoOf } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import { chunksOf, describe, skippedFile, walk } from './files.ts'
import { type JsonElement, jsonElements } from './json-elements.ts'
import { isObject, type JsonObject } from './json-value.ts'
import { type SkippedEntry, skippedItem, type Verdict } from './jsonl.ts'
import type { Discovered, HistoryFile, HistoryItem, HistorySource } from './source.ts'

/** What a conversation holds: a verdict for each of its messages. */
export type JudgeConversation = (conversation: JsonObject) => Iterable<Verdict>

/** A source over one export of `client`: a zip, a JSON file, or a folder with such files. */
export function exportSource(client: string, path: string, judge: JudgeConversation): HistorySource {
  return {
    client,
    discover: (signal) => discoverExport(client, path, signal),
    read: (file, fromOffset, signal) => readExport(file, fromOffset, judge, signal),
  }
}

const isConversations = (name: string): boolean => /^conversations(?:[-_.]?\d+)?\.json$/u.test(basename(name))

async function* discoverExport(
  client: string,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<Discovered> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
  if (!isFolder) {
    yield await describe(path, client, 'while-unchanged')
    return
  }
  for await (const found of walk(path, isConversations, signal, 1)) {
    if (found.kind === 'file') yield await describe(found.path, client, 'while-unchanged')
    else yield skippedFile(found.path, found.kind, found.detail)
  }
}

async function* readExport(
  file: HistoryFile,
  fromOffset: number,
  judge: JudgeConversation,
  signal: AbortSignal,
): AsyncGenerator<HistoryItem> {
  const isPacked = await isZip(file.path)
  const chunks = isPacked ? conversationsInZip(file.path, signal) : chunksOf(file.path, 0, signal)
  try {
    for await (const element of jsonElements(chunks, {
      elementBytesMax: limits.historyConversationBytesMax,
    })) {
      if (element.start < fromOffset) continue
      yield* conversationItems(file.path, element, judge)
    }
  } catch (error) {
    // yauzl and zlib throw plain errors for a damaged archive; those of the file system and of aborting carry a code.
    if (!isPacked || signal.aborted || /^E[A-Z]+$/u.test(errnoOf(error) ?? '')) throw error
    yield skippedItem(file.path, fromOffset, { reason: 'corrupt' }, fromOffset)
  }
}

function* conversationItems(
  file: string,
  element: JsonElement,
  judge: JudgeConversation,
): Generator<HistoryItem> {
  const { start, end } = element
  const conversation = parseElement(element)
  if ('reason' in conversation) {
    yield skippedItem(file, start, conversation, conversation.reason === 'unfinished' ? start : end)
    return
  }
  for (const verdict of judge(conversation.value)) {
    // Until its last message a conversation is resumed at its start.
    if ('reason' in verdict) yield skippedItem(file, start, verdict, start)
    else yield { kind: 'turn', turn: verdict, resumeAt: start }
  }
  yield skippedItem(file, start, { reason: 'bookkeeping' }, end)
}

function parseElement({ bytes, isEnded }: JsonElement): { readonly value: JsonObject } | SkippedEntry {
  if (!isEnded) return { reason: 'unfinished' }
  if (bytes === null) return { reason: 'too-long' }
  if (!isUtf8(bytes)) return { reason: 'not-utf8' }
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return isObject(value) ? { value } : { reason: 'unknown-type', detail: 'array' }
  } catch {
    return { reason: 'not-json' }
  }
}

/** By content, not by name: exports are renamed when they are downloaded twice. */
async function isZip(path: string): Promise<boolean> {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    return bytesRead === 4 && buffer[0] === 0x50 && buffer[1] === 0x4b
  } finally {
    await handle.close()
  }
}

async function* conversationsInZip(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const zip = await openPromise(path, { autoClose: false, lazyEntries: true })
  try {
    for (const entry of await conversationEntries(zip)) {
      const stream = await zip.openReadStreamPromise(entry)
      for await (const chunk of stream) {
        signal.throwIfAborted()
        yield chunk as Buffer
      }
    }
  } finally {
    zip.close()
  }
}

async function conversationEntries(zip: ZipFile): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for await (const entry of zip.eachEntry()) if (isConversations(entry.fileName)) entries.push(entry)
  return entries.sort((a, b) => (a.fileName < b.fileName ? -1 : 1))
}
