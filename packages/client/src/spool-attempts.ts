// What was begun with a claimed spool file and not ended: a journal beside the file, durable before a portion is handed
// over, so that one over which the daemon dies is known as such at the next start. A portion is a run of lines.
// Counted are other runs of the daemon: as long as this one lives, it has survived what it began.
import { open, readFile, rm } from 'node:fs/promises'
import { errnoOf } from './client-error.ts'
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
  const unended = parseJournal(await readJournal(path))
  const file = await open(path, 'a', 0o600)
  // The line break in front ends a line that a power cut left torn.
  const note = (kind: string, portion: string) => file.appendFile(`\n${kind} ${run} ${portion}\n`)
  return {
    crashesOver: (portion) => [...(unended.get(portion) ?? [])].filter((other) => other !== run).length,
    async begin(portion) {
      unended.set(portion, (unended.get(portion) ?? new Set()).add(run))
      await note('begun', portion)
      await file.datasync()
    },
    async end(portion) {
      await note('ended', portion)
      unended.delete(portion)
    },
    async close() {
      await file.close()
      if (unended.size === 0) await rm(path, { force: true })
    },
  }
}

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
