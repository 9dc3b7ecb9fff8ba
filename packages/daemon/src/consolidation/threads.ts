// Open threads of a project over all its sessions: what was left open and not finished since. Pure.
import { contentTerms, shareOf } from './content-terms.ts'
import { compareTexts, placeOf, type Quotation } from './quotation.ts'

export interface ThreadStatement extends Quotation {
  readonly kind: 'open' | 'done' | 'decision'
  readonly session: string
  readonly saidAt: number
  readonly terms: readonly string[]
}

export interface OpenThread extends Quotation {
  readonly project: string
  readonly session: string
  readonly saidAt: number
}

/** Finished work closes a thread when it names most of what the thread is about, and at least this many of its terms. */
const sharedTermsMin = 2
const sharedPartMin = 0.6

/** What is still open, oldest first; of a thread named again only the last mention. */
export function openThreadsOf(
  project: string,
  left: readonly ThreadStatement[],
  later: readonly ThreadStatement[],
): OpenThread[] {
  const byLast = [...left].sort((a, b) => b.saidAt - a.saidAt || compareTexts(placeOf(a), placeOf(b)))
  const open: ThreadStatement[] = []
  for (const thread of byLast) {
    const isNamedAgain = open.some((other) => shareOf(thread.terms, other.terms) >= 0.8)
    if (!isNamedAgain && !later.some((done) => closes(done, thread))) open.push(thread)
  }
  return open
    .reverse()
    .map(({ memoryId, start, end, session, saidAt }) => ({ memoryId, start, end, project, session, saidAt }))
}

function closes(done: ThreadStatement, thread: ThreadStatement): boolean {
  if (done.saidAt <= thread.saidAt || done.kind === 'open') return false
  const shared = shareOf(thread.terms, done.terms)
  return (
    shared >= sharedPartMin && shared * thread.terms.length >= Math.min(sharedTermsMin, thread.terms.length)
  )
}

export function threadTerms(text: string): string[] {
  return contentTerms(text).filter((term) => !leftWords.has(term))
}

/** How leaving something open is said, not what is left open. */
const leftWords = new Set(
  contentTerms(
    'todo fixme tbd still broken failing fails fail open missing next time tomorrow later need needs remind continue finish remaining remains left work done yet fixed added implemented booked pass passes works',
  ),
)
