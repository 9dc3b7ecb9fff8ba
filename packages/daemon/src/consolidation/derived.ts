// What consolidation keeps: one extract per closed session (a pure function of its turns), and per project what follows
// from all its extracts together. Everything here can be thrown away and derived again.
import type { Assertion } from './assertions.ts'
import type { Contradiction } from './contradictions.ts'
import type { SessionDigest } from './digest.ts'
import type { CandidateFact, FactStatement } from './facts.ts'
import type { OpenThread, ThreadStatement } from './threads.ts'

export interface SessionExtract {
  /** sessionKey(session) */
  readonly key: string
  readonly project: string
  /** Of the session when it was digested. */
  readonly lastAt: number
  readonly turnCount: number
  readonly digest: SessionDigest
  readonly facts: readonly FactStatement[]
  readonly assertions: readonly Assertion[]
  readonly left: readonly ThreadStatement[]
  /** Decisions and finished work, which close what earlier sessions left open. */
  readonly finished: readonly ThreadStatement[]
}

export interface ProjectDerived {
  readonly facts: readonly CandidateFact[]
  readonly contradictions: readonly Contradiction[]
  readonly threads: readonly OpenThread[]
}
