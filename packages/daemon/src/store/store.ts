// The store: the one place where memories live. Two adapters implement it: sqlite/ (encrypted file, the product)
// and memory/ (plain objects, the oracle in tests). test/store/contract.ts runs the same suite over both.
// Every call is asynchronous, bounded by limits.storeCallMsMax, and rejects with AppError.
import type {
  CaptureOutcome,
  Memory,
  NewMemory,
  NewStatement,
  Pin,
  SaidIn,
  SupersedeOutcome,
} from '../model/memory.ts'
import type { Profile } from '../model/profile.ts'
import type { FoundProject, KnownProject, MergeOutcome, Project } from '../model/project.ts'
import type { Session } from '../model/session.ts'
import type { DerivedStore } from './derived.ts'
import type { MemoryFilter } from './filter.ts'
import type { Search } from './search.ts'
import type { VectorStore } from './vectors.ts'

export interface ListPage {
  readonly limit: number
  readonly order: 'newest' | 'oldest'
  /** Ends the page with the memory whose text goes beyond this, in UTF-16 units; two are given where there are two. */
  readonly charsMax?: number | undefined
  /** Continue after this (exclusive), in the order asked for: the `cursor` of a listed memory, or a memory's id. */
  readonly after?: string | undefined
}

/** A memory in a list, and where the list goes on after it, also when it is forgotten meanwhile (cursor.ts). */
export interface ListedMemory extends Memory {
  readonly cursor: string
}

export interface SessionFilter {
  readonly projects: readonly string[] | null
  readonly client?: string | undefined
  readonly limit: number
  /** Only sessions that began before this time, ms. */
  readonly startedBefore?: number | undefined
}

export interface RecentSessionQuery {
  readonly project: string
  /** Only sessions that began before this time, ms. */
  readonly startedBefore: number
  readonly limit: number
}

export interface StoreEvent {
  readonly at: number
  readonly kind: string
  /** Ids, counts and durations; never text. */
  readonly data: Readonly<Record<string, string | number | boolean | null>>
}

export interface CaptureOptions {
  /** Id of the session that started the ones the items were said in (a sub-agent's). */
  readonly parentSession?: string | undefined
}

/** What a host says of the messages of one session. A message is meant with all its parts, `<message>/<part>`. */
export interface TakingBack {
  /** These do not hold any more. */
  readonly messages?: readonly string[] | undefined
  /** These hold again, unless they lie behind `from`. */
  readonly restored?: readonly string[] | undefined
  /** Nor do this one and all whose ids sort behind it; null: no such point any more; absent: as it was. */
  readonly from?: string | null | undefined
}

/** How many memories changed. */
export interface TakenBack {
  readonly taken: number
  readonly standing: number
}

export interface StoreStats {
  readonly memories: number
  readonly turns: number
  readonly facts: number
  readonly sessions: number
  readonly projects: number
  readonly superseded: number
  readonly pinned: number
  readonly bytes: number
  readonly schemaVersion: number
  readonly analyserVersion: number
  readonly oldestSaidAt: number | null
  readonly newestSaidAt: number | null
}

export interface Rekeying {
  readonly from: string
  readonly into: string
}

/** Told of changes once they are durable, before the call that made them resolves. */
export interface StoreWatcher {
  /** Memories were added. */
  grown(): void
  /** Nobody sits in these seats any more, until they are given to another memory. */
  vacated(seats: readonly number[]): void
  /** Everything of the project `from` is of `into` from now on: it was merged, or goes by another key. */
  rekeyed(change: Rekeying): void
}

export interface Store extends DerivedStore, VectorStore {
  /** Durable when it resolves: survives kill -9 and power loss. One outcome per item, in order; all of it or nothing. */
  capture(items: readonly NewMemory[], options?: CaptureOptions): Promise<readonly CaptureOutcome[]>
  /** Memories by id, in the order asked for, without unknown ids. `charsMax` ends the answer as it ends a page of `list`. */
  get(ids: readonly string[], charsMax?: number): Promise<readonly Memory[]>
  /** Rejects with `not_found` when there is no memory with the id to continue after. */
  list(filter: MemoryFilter, page: ListPage): Promise<readonly ListedMemory[]>
  /** Facts of these projects that hold and were relied on: most often first, then the latest. */
  reliedOn(
    projects: readonly string[],
    page: Pick<ListPage, 'limit' | 'charsMax'>,
  ): Promise<readonly Memory[]>
  /** Ids (UUIDs) that begin with these characters, with or without dashes, in their order; `max` of them. */
  idsFrom(start: string, max: number): Promise<readonly string[]>
  /** All that forgetting these memories would forget: the known ones, each message with all its forms, each once. */
  withForms(ids: readonly string[]): Promise<readonly string[]>
  /**
   * Puts `replacement` in the place of `original`, in one transaction: adds it unless it is held already, hands on a pin
   * (unless `replacement` says what is pinned), and marks the original as superseded. Of several callers one succeeds.
   */
  supersede(original: string, replacement: NewStatement): Promise<SupersedeOutcome>
  /** Sets or clears (null) the pin. False when the id is unknown. */
  pin(id: string, pin: Pin | null): Promise<boolean>
  /**
   * Erases text, index entries and links, with every form of a message; leaves a keyed hash that stops the same text
   * from coming back. What was superseded by it holds again, unless something else stands in its place. Returns all
   * that was forgotten, and records it as an event. `charsMax` ends it with the memory whose text goes beyond, and
   * leaves the others for the next call. One transaction: all that it forgets, or nothing. Without `bars` the same text
   * may come back.
   */
  forget(ids: readonly string[], at: number, charsMax?: number, bars?: boolean): Promise<readonly string[]>
  /** Those of the texts, told as the hex of their saidDigest, that were forgotten and do not come back. */
  forgottenAmong(digests: readonly string[]): Promise<readonly string[]>
  /** Counts one more reliance on each known id; returns the new counts by id. */
  reinforce(ids: readonly string[], at: number): Promise<ReadonlyMap<string, number>>

  /** Runs `search` beside the data, over one snapshot. Rejects with the AppError that it raises. */
  search<Request, Answer>(search: Search<Request, Answer>, request: Request): Promise<Answer>

  /** Sessions that hold something, the latest begun first. */
  sessions(filter: SessionFilter): Promise<readonly Session[]>

  /** Sessions of a project that no other session started (no sub-agents), the one last active first. */
  recentSessions(query: RecentSessionQuery): Promise<readonly Session[]>
  session(client: string | null, session: string): Promise<Session | null>
  /** Marks a session closed; false when it is unknown. */
  closeSession(client: string | null, session: string, at: number): Promise<boolean>
  /**
   * Keeps what a host took back as superseded, with nothing in its place, or lets it hold again. Remembered, so that it
   * is true of what arrives later too; later words under other ids are left alone. Idempotent.
   */
  takeBack(session: SaidIn, what: TakingBack, at: number): Promise<TakenBack>
  /** From now on no turn of this session is taken in; `id` is what refused captures name. Idempotent. */
  barSession(session: SaidIn, id: string, at: number): Promise<void>

  /** Remembers a project's name and reason; idempotent. One known by its folder (mayBecome) goes on under the new key. */
  putProject(project: Project): Promise<void>
  /**
   * The key under which a project is kept: its own, that of the one it was merged into, or that its folder was known by;
   * of a guess the last that its folder was known by.
   */
  projectKey(project: FoundProject): Promise<string>
  /** In the order in which they became known, without those that were merged into another. */
  projects(): Promise<readonly KnownProject[]>
  /** Puts all of `from` into `into`, for good; what is captured or asked under either key from then on is of `into`. */
  mergeProjects(from: string, into: string): Promise<MergeOutcome>
  /** Calls a project `name`, whatever it is found as; false when it is unknown. */
  renameProject(key: string, name: string): Promise<boolean>

  profile(): Promise<Profile>
  setProfile(changes: Partial<Profile>): Promise<Profile>

  recordEvent(event: StoreEvent): Promise<void>
  events(query: {
    kind?: string | undefined
    since?: number | undefined
    limit: number
  }): Promise<readonly StoreEvent[]>

  stats(): Promise<StoreStats>
  /** Tells `watcher` of every change from now on. */
  watch(watcher: StoreWatcher): void
  /**
   * Changes whenever something that stands in front of sessions changes: a fact, pin, correction, forgetting,
   * reinforcement or the profile. Captured turns leave it alone. Cached session contexts hang on it.
   */
  standingRevision(): Promise<number>
  /** Merges the text index and gives free pages back; interruptible, changes no answer. */
  optimise(): Promise<void>
  /** Finishes what was acknowledged, checkpoints, closes. Idempotent. */
  close(): Promise<void>
}
