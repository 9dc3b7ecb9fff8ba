// A pool over a handful of invented turns, computed the slow and obvious way.
import type { Role } from '../../../src/model/memory.ts'
import type { Cue } from '../../../src/recall/cue.ts'
import type { Pool, PoolTurn } from '../../../src/recall/pool.ts'
import { analyseText } from '../../../src/text/analyser.ts'
import { passageTermsOf } from '../../../src/text/passage-terms.ts'
import { surfaceOf } from '../../../src/text/surface.ts'

export interface PlainTurn {
  readonly session: number
  readonly text: string
  readonly role?: Role
  readonly speaker?: string
  readonly saidAt?: number
}

/** Every turn is in the pool; keys are places in `turns`. */
export function plainPool(cue: Cue, turns: readonly PlainTurn[], ownSession?: number): Pool {
  const sameSession = (a: number, b: number) =>
    turns[a] !== undefined && turns[a]?.session === turns[b]?.session
  const poolTurns: PoolTurn[] = turns.map((turn, key) => ({
    key,
    previous: sameSession(key - 1, key) ? key - 1 : null,
    next: sameSession(key + 1, key) ? key + 1 : null,
    chapter: turn.session,
    opens: !sameSession(key - 1, key),
    role: turn.role ?? 'user',
    speaker: turn.speaker?.toLowerCase() ?? null,
    saidAt: turn.saidAt ?? key,
    surface: surfaceOf(turn.text),
    terms: passageTermsOf(
      analyseText(turn.speaker === undefined ? turn.text : `${turn.speaker} ${turn.text}`),
    ),
  }))
  const chapters = new Map(
    [...new Set(turns.map(({ session }) => session))].map((session) => {
      const own = poolTurns.filter(({ chapter }) => chapter === session)
      return [session, { counts: cue.terms.map(({ hash }) => holdingIn(own, hash)), words: wordsOf(own) }]
    }),
  )
  const holding = (hash: number) => poolTurns.filter(({ terms }) => terms.hashes.includes(hash))
  return {
    turns: poolTurns,
    chapters,
    exact: new Set(
      poolTurns
        .filter((_, key) => cue.quotes.some((quote) => turns[key]?.text.includes(quote)))
        .map(({ key }) => key),
    ),
    ownChapters: new Set(ownSession === undefined ? [] : [ownSession]),
    meaning: null,
    stats: {
      turns: turns.length,
      averageTurnWords: wordsOf(poolTurns) / Math.max(1, turns.length),
      sessions: chapters.size,
      averageSessionWords: wordsOf(poolTurns) / Math.max(1, chapters.size),
      turnFrequency: cue.terms.map(({ hash }) => holdingIn(poolTurns, hash)),
      sessionFrequency: cue.terms.map(
        ({ hash }) => new Set(holding(hash).map(({ chapter }) => chapter)).size,
      ),
    },
  }
}

function holdingIn(turns: readonly PoolTurn[], hash: number): number {
  return turns.filter(({ terms }) => terms.hashes.includes(hash)).length
}

function wordsOf(turns: readonly PoolTurn[]): number {
  return turns.reduce((sum, { terms }) => sum + terms.wordCount, 0)
}
