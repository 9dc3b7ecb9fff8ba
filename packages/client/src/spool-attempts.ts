// What was begun with a claimed spool file and not ended: a journal beside the file, durable before a portion is handed
// over, so that one over which the daemon dies is known as such at the next start. A portion is a run of lines.
// Counted are other runs of the daemon: as long as this one lives, it has survived what it began. A journal that grows is
// written anew: a file that has to wait is begun again in every round, for as long as the store is busy.

import { open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoOf } from './client-error.ts'
import { syncFolder } from './durable-folder.ts'
import { clientLimits } from './limits.ts'
import type { LinePlace } from './lines.ts'

export interface Attempts {
  /** How many runs of the daemon began the portion and were never heard of again. */
  crashesOver(portion: string): number
  /** Durable when it resolves. */
  begin(portion: string): Promise<void>
  /** The daemon outlived it, however it went. */
  end(portion: string): Promise<void>
  /** The journal goes when nothing in it is left unended. */
  close(): Promise<void>
}

const entry = /^(?<kind>begun|ended) (?<run>\S+) (?<portion>\d+-\d+)$/

export function portionName(first: LinePlace, last: LinePlace): string {
  return `${first.number}-${last.number}`
}

/** `run` names this run of the daemon. */
export async function openAttempts(path: string, run: string): Promise<Attempts> {
  const journal = await readJournal(path)
  const unended = parseJournal(journal)
  const draft = `${path}.new`
  let bytesMax: number = clientLimits.spoolJournalBytesMax
  let bytes = Buffer.byteLength(journal)
  let file = await open(path, 'a', 0o600)

  async function note(entries: string): Promise<void> {
    await file.appendFile(entries)
    bytes += Buffer.byteLength(entries)
  }

  /** What ended is left out, and what did not is there at every moment. */
  async function writeAnew(): Promise<void> {
    const entries = [...unended].flatMap(([portion, runs]) => [...runs].map((each) => begun(each, portion)))
    await writeFile(draft, entries.join(''), { mode: 0o600, flush: true })
    await rename(draft, path)
    await syncFolder(dirname(path))
    const former = file
    file = await open(path, 'a', 0o600)
    await former.close()
    bytes = Buffer.byteLength(entries.join(''))
    bytesMax = Math.max(bytesMax, 2 * bytes)
  }

  return {
    crashesOver: (portion) => [...(unended.get(portion) ?? [])].filter((other) => other !== run).length,
    async begin(portion) {
      const runs = unended.get(portion) ?? new Set()
      // It was begun before and never ended: that is on disk already.
      if (runs.has(run)) return
      unended.set(portion, runs.add(run))
      await note(begun(run, portion))
      await file.datasync()
    },
    async end(portion) {
      await note(ended(run, portion))
      unended.delete(portion)
      if (bytes > bytesMax) await writeAnew()
    },
    async close() {
      await file.close()
      await rm(draft, { force: true })
      if (unended.size === 0) await rm(path, { force: true })
    },
  }
}

// The line break in front ends a line that a power cut left torn.
const begun = (run: string, portion: string) => `\nbegun ${run} ${portion}\n`
const ended = (run: string, portion: string) => `\nended ${run} ${portion}\n`

async function readJournal(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return ''
    throw error
  }
}

/** The runs that began each portion; a line torn by a power cut was never relied on. */
function parseJournal(text: string): Map<string, Set<string>> {
  const begun = new Map<string, Set<string>>()
  for (const line of text.split('\n')) {
    const { kind, run, portion } = entry.exec(line)?.groups ?? {}
    if (run === undefined || portion === undefined) continue
    if (kind === 'ended') begun.delete(portion)
    else begun.set(portion, (begun.get(portion) ?? new Set()).add(run))
  }
  return begun
}
