// Open threads of a project over all its sessions: what was left open and not finished since. Pure.
import { limits } from '../kit/limits.ts'
import { contentTerms, saysNoMore } from './content-terms.ts'
import { compareTexts, placeOf, type Saying, sayingOf } from './quotation.ts'

export interface ThreadStatement extends Saying {
  readonly kind: 'open' | 'done' | 'decision'
  readonly session: string
  readonly terms: readonly string[]
}

export interface OpenThread extends Saying {
  readonly project: string
  readonly session: string
}

/** Finished work closes a thread when it names most of what the thread is about, and at least this many of its terms. */
const sharedTermsMin = 2
const sharedPartMin = 0.6

/** What is still open, oldest first; of a thread named again only the last mention, of many threads the latest. */
export function openThreadsOf(
  project: string,
  left: readonly ThreadStatement[],
  later: readonly ThreadStatement[],
): OpenThread[] {
  const byLast = [...left]
    .sort((a, b) => b.saidAt - a.saidAt || compareTexts(placeOf(a), placeOf(b)))
    .slice(0, limits.threadStatementsMax)
  const isClosed = closingBy(later)
  const open: ThreadStatement[] = []
  for (const thread of byLast) {
    if (open.length >= limits.openThreadsMax) break
    const isNamedAgain = open.some((other) => saysNoMore(thread.terms, other.terms))
    if (!isNamedAgain && !isClosed(thread)) open.push(thread)
  }
  return open.reverse().map((thread) => ({ ...sayingOf(thread), project, session: thread.session }))
}

/** Whether any of `later` closes a thread. Found by shared terms, so that a long history is not compared pair by pair. */
function closingBy(later: readonly ThreadStatement[]): (thread: ThreadStatement) => boolean {
  const byTerm = new Map<string, ThreadStatement[]>()
  for (const done of later) {
    for (const term of done.kind === 'open' ? [] : done.terms) {
      const known = byTerm.get(term)
      if (known === undefined) byTerm.set(term, [done])
      else known.push(done)
    }
  }
  return ({ terms, saidAt }) => {
    const sharedMin = Math.max(sharedPartMin * terms.length, Math.min(sharedTermsMin, terms.length))
    const shared = new Map<ThreadStatement, number>()
    for (const done of terms.flatMap((term) => byTerm.get(term) ?? [])) {
      if (done.saidAt > saidAt) shared.set(done, (shared.get(done) ?? 0) + 1)
    }
    return terms.length > 0 && [...shared.values()].some((count) => count >= sharedMin)
  }
}

export function threadTerms(text: string): string[] {
  const [task = ''] = text.split(andWhy)
  return contentTerms(task).filter((term) => !leftWords.has(term))
}

/** Why something is to be done is not what is to be done. */
const andWhy =
  / (?:because|since|so that|weil|damit|parce que|porque)\b|, (?:the|it|we|i|he|she|they|people|there|so|but|da)\b/iu

/** How leaving something open is said, not what is left open. */
const leftWords = new Set(
  contentTerms(
    'todo fixme tbd still broken failing fails fail open missing next time tomorrow later need needs remind continue finish remaining remains left work done yet fixed added implemented booked pass passes works leave ist sind der die das den ein eine le la les el los las morgen nächstes mal noch offen dann müssen fehlt demain prochaine fois reste encore mañana falta queda pendiente próxima vez',
  ),
)
