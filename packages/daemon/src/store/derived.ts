// The part of a store that keeps what is derived from memories: rows whose words the store does not read, each naming
// the memories it quotes. Keeps: no row outlives, or quotes, a memory that is forgotten or superseded; what has to be
// derived again is noted in the same transaction that changed it.
import type { Session } from '../model/session.ts'

/**
 * extract: what one session said · fact · thread: left open · correction: replaced in words · proposal: perhaps replaced ·
 * dismissal: the user says that both hold. Only the last is not derived: it is kept when everything is derived anew.
 */
export const derivedKinds = ['extract', 'fact', 'thread', 'correction', 'proposal', 'dismissal'] as const
export type DerivedKind = (typeof derivedKinds)[number]

export interface DerivedKey {
  readonly kind: DerivedKind
  /** Unique within its kind. An extract's is sessionKey (model/session.ts); it goes with its session. */
  readonly id: string
}

export interface KeptRow extends DerivedKey {
  readonly project: string
  /** Listed by, highest first; null for what is kept but not listed. */
  readonly rank: number | null
  /** JSON that only its maker reads. */
  readonly body: string
}

export interface DerivedRow extends KeptRow {
  /** Ids of the memories it quotes. */
  readonly sources: readonly string[]
}

export interface DerivedQuery {
  readonly kind: DerivedKind
  readonly project: string
  readonly limit: number
  /** Rows without a rank too, behind the others; default false. */
  readonly unranked?: boolean | undefined
  /** Continue after this row of the page before (exclusive). */
  readonly after?: Pick<KeptRow, 'rank' | 'id'> | undefined
}

export interface QuotingQuery {
  readonly kinds: readonly DerivedKind[]
  readonly memories: readonly string[]
}

/** A session in which a memory was added, superseded, forgotten, pinned or relied on since it was last digested. */
export interface ChangedSession {
  readonly session: Session
  /** Names the last change; digesting an earlier one leaves the session changed. */
  readonly change: number
}

/** A project in which an extract changed since its facts and threads were last derived. */
export interface ChangedProject {
  readonly project: string
  readonly change: number
}

export interface DerivedStep {
  readonly put: readonly DerivedRow[]
  readonly remove: readonly DerivedKey[]
  /** What is up to date once this is applied. */
  readonly session?: ChangedSession | undefined
  readonly project?: ChangedProject | undefined
  /** Something that stands in front of sessions changes with it (Store.standingRevision). */
  readonly standing: boolean
}

export interface DerivedStore {
  /** Changed sessions that are closed, or silent since before `silentSince` (ms); last active first. */
  changedSessions(query: {
    readonly silentSince: number
    readonly project?: string | undefined
    readonly limit: number
  }): Promise<readonly ChangedSession[]>
  changedProjects(limit: number): Promise<readonly ChangedProject[]>
  /** By rank, highest first, equals by id. */
  derived(query: DerivedQuery): Promise<readonly KeptRow[]>
  /** Rows by key, in the order asked for; unknown ones are left out. */
  derivedRows(keys: readonly DerivedKey[]): Promise<readonly KeptRow[]>
  /** Rows of these kinds that quote any of the memories, each once, by kind as asked for, then by id. */
  derivedQuoting(query: QuotingQuery): Promise<readonly KeptRow[]>
  /**
   * All of it in one transaction, or nothing: false when the session is gone, or a row is of an unknown project or quotes
   * what is gone or superseded.
   */
  applyDerived(step: DerivedStep): Promise<boolean>
  /**
   * Throws away everything derived by other rules than `rulesVersion` (what the user dismissed stays) and marks every
   * session as changed; false when there is none.
   */
  deriveAnew(rulesVersion: number): Promise<boolean>
}
