// A disk that forgets: what was written and not synced may be gone, in part or as a whole, after the power was cut. Files
// and folders are apart: a synced file whose folder was not synced may have no name. Pure but for `writeTo`.
// The strictest reading of POSIX: many file systems keep more than this one, none that is sound keeps less.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { between, type Random } from '../invented.ts'
import type { TracedCall } from './trace.ts'

type Change =
  | { readonly do: 'write'; readonly at: number; readonly bytes: Buffer }
  | { readonly do: 'truncate'; readonly length: number }

interface File {
  readonly now: Content
  readonly synced: Content
  pending: Change[]
}

/** Changed in place: a recording has thousands of small writes to files of megabytes. */
interface Content {
  bytes: Buffer
  length: number
}

/** Names in one folder, of files and of folders; `pending` in the order in which they came about. */
interface Folder {
  readonly synced: Map<string, Named>
  pending: { readonly name: string; readonly file: Named | null }[]
}
type Named = File | 'folder'

/** What a cut leaves of what was not synced: nothing, or whatever chance keeps of it. */
export type Cut = 'nothing' | Random

/** A disk writes this much at once, or not at all. */
const sectorBytes = 512
/** Of the changes to a file that were under way, and of their sectors. */
const keptShare = 0.5

export interface Disk {
  apply(call: TracedCall): void
  /** Paths and contents as they may stand there after a cut. */
  after(cut: Cut): ReadonlyMap<string, Buffer>
}

/** `there`: what is on the disk and synced at the beginning. */
export function createDisk(there: ReadonlyMap<string, Buffer>): Disk {
  const names = new Map<string, File>()
  const folders = new Map<string, Folder>()
  /** By handle and path: two processes of one recording may have the same handle. */
  const positions = new Map<string, number>()
  /** Folders that were made while it ran, outer ones first; all others have been there. */
  const made = new Set<string>()
  for (const [path, bytes] of there) {
    const file = fileOf(bytes)
    names.set(path, file)
    folderOf(path).synced.set(path, file)
  }

  function lengthOf(path: string): number {
    return names.get(path)?.now.length ?? 0
  }

  function folderOf(path: string): Folder {
    const place = dirname(path)
    const folder = folders.get(place) ?? { synced: new Map(), pending: [] }
    folders.set(place, folder)
    return folder
  }

  function name(path: string, file: File | null): void {
    if (file === null) names.delete(path)
    else names.set(path, file)
    folderOf(path).pending.push({ name: path, file })
  }

  function change(path: string, what: Change): void {
    const file = names.get(path)
    if (file === undefined) return // removed, and only still open
    make(file.now, what)
    file.pending.push(what)
  }

  function sync(path: string): void {
    const file = names.get(path)
    if (file !== undefined) {
      for (const what of file.pending) make(file.synced, what)
      file.pending = []
    }
    const folder = folders.get(path)
    if (folder === undefined) return
    for (const { name: at, file: named } of folder.pending) put(folder.synced, at, named)
    folder.pending = []
  }

  return {
    apply(call) {
      switch (call.call) {
        case 'open':
          positions.set(`${call.fd} ${call.path}`, call.appends ? lengthOf(call.path) : 0)
          if (call.creates && !names.has(call.path)) name(call.path, fileOf(Buffer.alloc(0)))
          else if (call.truncates) change(call.path, { do: 'truncate', length: 0 })
          return
        case 'write': {
          const handle = `${call.fd} ${call.path}`
          // One that was opened under another name has been written from its beginning to its end so far.
          const at = call.at ?? positions.get(handle) ?? lengthOf(call.path)
          if (call.at === null) positions.set(handle, at + call.bytes.length)
          return change(call.path, { do: 'write', at, bytes: call.bytes })
        }
        case 'copy': {
          const bytes = Buffer.from(bytesOf(names.get(call.from)?.now).subarray(0, call.length))
          return change(call.path, { do: 'write', at: 0, bytes })
        }
        case 'truncate':
          return change(call.path, { do: 'truncate', length: call.length })
        case 'sync':
          return sync(call.path)
        case 'rename': {
          const file = names.get(call.path) ?? null
          name(call.to, file)
          return name(call.path, null)
        }
        case 'link':
          return name(call.to, names.get(call.path) ?? null)
        case 'remove':
          return name(call.path, null)
        case 'makeFolder':
          folderOf(join(call.path, 'any'))
          made.add(call.path)
          folderOf(call.path).pending.push({ name: call.path, file: 'folder' })
          return
        case 'answer':
          return
      }
    },
    after(cut) {
      const left = new Map<string, Named>()
      for (const folder of folders.values()) {
        const entries = new Map(folder.synced)
        // File systems keep the order of names; how far they had come is chance.
        const kept = cut === 'nothing' ? 0 : between(cut, 0, folder.pending.length)
        for (const { name: at, file } of folder.pending.slice(0, kept)) put(entries, at, file)
        for (const [at, file] of entries) left.set(at, file)
      }
      const lost = [...made].filter((path) => left.get(path) !== 'folder')
      const isLost = (path: string): boolean => lost.some((folder) => path.startsWith(`${folder}/`))
      const files = [...left].filter((entry): entry is [string, File] => entry[1] !== 'folder')
      return new Map(
        files.filter(([path]) => !isLost(path)).map(([path, file]) => [path, contentAfter(file, cut)]),
      )
    },
  }
}

function put(entries: Map<string, Named>, at: string, file: Named | null): void {
  if (file === null) entries.delete(at)
  else entries.set(at, file)
}

function contentAfter({ synced, pending }: File, cut: Cut): Buffer {
  const left: Content = { bytes: Buffer.from(bytesOf(synced)), length: synced.length }
  if (cut === 'nothing') return bytesOf(left)
  for (const what of pending) {
    const parts = what.do === 'truncate' ? [what] : sectorsOf(what)
    for (const part of parts) if (cut() < keptShare) make(left, part)
  }
  return bytesOf(left)
}

/** Cut where the disk cuts. */
function sectorsOf({ at, bytes }: Extract<Change, { do: 'write' }>): Extract<Change, { do: 'write' }>[] {
  const parts: Extract<Change, { do: 'write' }>[] = []
  for (let from = 0; from < bytes.length; ) {
    const to = Math.min(bytes.length, from + sectorBytes - ((at + from) % sectorBytes))
    parts.push({ do: 'write', at: at + from, bytes: bytes.subarray(from, to) })
    from = to
  }
  return parts
}

function fileOf(bytes: Buffer): File {
  const content = (): Content => ({ bytes: Buffer.from(bytes), length: bytes.length })
  return { now: content(), synced: content(), pending: [] }
}

function bytesOf(content: Content | undefined): Buffer {
  return content === undefined ? Buffer.alloc(0) : content.bytes.subarray(0, content.length)
}

function make(content: Content, what: Change): void {
  const length = what.do === 'truncate' ? what.length : Math.max(content.length, what.at + what.bytes.length)
  if (length > content.bytes.length) {
    const larger = Buffer.alloc(length * 2)
    bytesOf(content).copy(larger)
    content.bytes = larger
  }
  // What is cut off reads as zeros when the file grows again.
  if (length < content.length) content.bytes.fill(0, length, content.length)
  content.length = length
  if (what.do === 'write') what.bytes.copy(content.bytes, what.at)
}

/** What stood below `from` stands below `to` then. */
export function writeTo(content: ReadonlyMap<string, Buffer>, from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 })
  for (const [path, bytes] of content) {
    const target = join(to, relative(from, path))
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
    writeFileSync(target, bytes, { mode: 0o600 })
  }
}
