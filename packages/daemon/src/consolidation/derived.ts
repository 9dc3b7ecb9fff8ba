// What consolidation keeps: one extract per closed session (a pure function of its turns), and per project what follows
// from all extracts together. Everything here can be thrown away and derived again.
import type { Assertion } from './assertions.ts'
import type { Contradiction } from './contradictions.ts'
import type { SessionDigest } from './digest.ts'
import type { CandidateFact, FactStatement } from './facts.ts'
import type { OpenThread, ThreadStatement } from './threads.ts'

export interface SessionExtract {
  /** sessionKey(client, session) */
  readonly key: string
  readonly project: string
  /** Names the turns and the rules it was made from; another fingerprint means: make it again. */
  readonly fingerprint: string
  readonly digest: SessionDigest
  readonly facts: readonly FactStatement[]
  readonly assertions: readonly Assertion[]
  readonly left: readonly ThreadStatement[]
  /** Decisions and finished work, which close what earlier sessions left open. */
  readonly finished: readonly ThreadStatement[]
}

export interface Derived {
  readonly extracts: ReadonlyMap<string, SessionExtract>
  readonly facts: ReadonlyMap<string, CandidateFact>
  readonly contradictions: ReadonlyMap<string, Contradiction>
  readonly threads: ReadonlyMap<string, OpenThread>
}

export const nothingDerived: Derived = {
  extracts: new Map(),
  facts: new Map(),
  contradictions: new Map(),
  threads: new Map(),
}

/** One string for a session of a client. */
export function sessionKey({
  client,
  session,
}: {
  readonly client: string
  readonly session: string
}): string {
  return JSON.stringify([client, session])
}
