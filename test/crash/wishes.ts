// What is asked of a store, and what one holds, in the words of this suite.

export type Pin = 'project' | 'global' | null

export interface Said {
  readonly session: string
  readonly messageId: string | null
  readonly text: string
}

/** A change that was asked for. */
export type Wish =
  /** All of the turns or none. */
  | { readonly do: 'capture'; readonly said: readonly Said[] }
  /** On their way through files (spool, import): each turn by itself; once acknowledged, all of them. */
  | { readonly do: 'deliver'; readonly said: readonly Said[] }
  | { readonly do: 'forget'; readonly ids: readonly string[] }
  | { readonly do: 'supersede'; readonly id: string; readonly by: Said }
  | { readonly do: 'pin'; readonly id: string; readonly pin: Pin }
  | { readonly do: 'identity'; readonly value: string }
  /** The whole store as it was, but for what was forgotten since. */
  | { readonly do: 'restore'; readonly to: Snapshot }
  /** An export of another store, taken in; known to be wanted again until it is acknowledged. */
  | { readonly do: 'adopt'; readonly export: FoundStore }

/** What a store held at one moment. */
export interface Snapshot {
  readonly held: ReadonlyMap<string, Held>
  readonly identity: string
}

/** A memory as the daemon shows it. */
export interface Found extends Said {
  readonly id: string
  readonly supersededBy: string | null
  readonly pin: Pin
}

export interface FoundStore {
  readonly memories: readonly Found[]
  readonly identity: string
}

export interface Held extends Said {
  readonly supersededBy: string | null
  readonly pin: Pin
}
