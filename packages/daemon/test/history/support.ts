// Invented histories for the importer's tests: a folder that cleans itself up, and helpers to read a source to its end.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach } from 'vitest'
import { readGuarded } from '../../src/history/reading.ts'
import type {
  HistoryFile,
  HistoryItem,
  HistorySource,
  HistoryTurn,
  Skipped,
} from '../../src/history/source.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'history-'))
  folders.push(folder)
  return folder
}

export function put(path: string, content: string | Buffer): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

export function lines(...entries: readonly object[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
}

export const noSignal = new AbortController().signal

export async function gather<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

export async function filesOf(source: HistorySource): Promise<HistoryFile[]> {
  return (await gather(source.discover(noSignal))).flatMap((found) =>
    found.kind === 'file' ? found.file : [],
  )
}

export async function skippedFiles(source: HistorySource): Promise<Skipped[]> {
  return (await gather(source.discover(noSignal))).flatMap((found) =>
    found.kind === 'skipped' ? found.skipped : [],
  )
}

/** Everything that every file of the source holds. */
export async function itemsOf(source: HistorySource): Promise<HistoryItem[]> {
  const items: HistoryItem[] = []
  for (const file of await filesOf(source))
    items.push(...(await gather(readGuarded(source, file, 0, noSignal))))
  return items
}

export async function turnsOf(source: HistorySource): Promise<HistoryTurn[]> {
  return turnsIn(await itemsOf(source))
}

export function turnsIn(items: readonly HistoryItem[]): HistoryTurn[] {
  return items.flatMap((item) => (item.kind === 'turn' ? item.turn : []))
}

/** `reason` or `reason detail` of everything skipped. */
export function reasonsIn(items: readonly HistoryItem[]): string[] {
  return items.flatMap((item) =>
    item.kind === 'skipped' ? [item.skipped.reason, item.skipped.detail].filter(Boolean).join(' ') : [],
  )
}
