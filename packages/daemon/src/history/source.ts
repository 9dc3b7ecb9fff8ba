// The seam to other programs' histories. A source finds its files and reads them as a stream of turns and skipped
// entries; it never writes to them, holds at most one entry at a time, and says for each entry where reading can go on.
// What happens with the turns is for import.ts and verify.ts.
import type { Role } from '../model/memory.ts'

/** One thing that was said, as its host wrote it down. */
export interface HistoryTurn {
  readonly client: string
  readonly session_id: string
  /** Working directory of the session; null for chats outside any. */
  readonly cwd: string | null
  /** The session that started this one, for sub-agents. */
  readonly parent_session_id: string | null
  /** The same as live capture gives it (docs/internals/message-ids.md). */
  readonly message_id: string
  readonly role: Role
  readonly text: string
  /** Milliseconds since the Unix epoch. */
  readonly said_at: number
  readonly speaker: string | null
}

/** Why an entry or a file gave no turn. The first group is as it should be; the second is worth a look. */
const expectedSkips = [
  'bookkeeping', // the host's own records: titles, costs, snapshots, prompts it built itself
  'tool', // a tool's call or result
  'command', // slash and shell commands, and what they printed
  'summary', // written by the host when it compacted the conversation
  'no-text', // only reasoning, tool calls or images
  'sidechain', // a sub-agent's line repeated in its parent's transcript
  'copy', // a fork's copy of a turn that its own session holds
  'excluded', // the caller's filters
  'too-old', // said before the caller's `since`
  'private', // all of it stands in <private>: nothing of it is kept
] as const

export const problemSkips = [
  'unfinished', // still being written, or cut off; looked at again next time
  'unknown-type', // a kind of entry this version does not know
  'not-json',
  'not-utf8',
  'too-long', // over limits.historyLineBytesMax or historyConversationBytesMax
  'incomplete', // lacks its id, session or time
  'out-of-range', // an id, path or time that the store cannot take
  'symlink', // not followed
  'unreadable', // no permission, vanished, an I/O error
  'locked', // a database that another program holds; looked at again next time
  'corrupt', // a database or archive that is damaged
  'unsupported', // a layout or compression this version cannot read
] as const

export type SkipReason = (typeof expectedSkips)[number] | (typeof problemSkips)[number]

/** An entry or a whole file that gave no turn. Carries no text of the conversation. */
export interface Skipped {
  readonly file: string
  /** Offset as in HistoryItem.resumeAt; null for a whole file. */
  readonly at: number | null
  readonly reason: SkipReason
  /** A type name or an errno, for the report. */
  readonly detail?: string
}

export type HistoryItem =
  | { readonly kind: 'turn'; readonly turn: HistoryTurn; readonly resumeAt: number }
  | { readonly kind: 'skipped'; readonly skipped: Skipped; readonly resumeAt: number }

/** What a host took back of one session, as `session_take_back` takes it. */
export interface HistoryTakeBack {
  readonly client: string
  readonly session_id: string
  readonly message_ids?: readonly string[]
  readonly restored_ids?: readonly string[]
  readonly from_message_id?: string | null
}

export interface HistoryFile {
  readonly client: string
  readonly path: string
  readonly bytes: number
  /** Milliseconds since the Unix epoch. */
  readonly modifiedAt: number
  readonly inode: number
  /** How long an offset into this file stays good. */
  readonly offsetsHold: OffsetsHold
}

/**
 * while-prefix-same: a transcript that grows at its end · while-unchanged: an archive, rewritten as a whole ·
 * always: rows of a database, numbered by time
 */
export type OffsetsHold = 'while-prefix-same' | 'while-unchanged' | 'always'

export type Discovered =
  | { readonly kind: 'file'; readonly file: HistoryFile }
  | { readonly kind: 'skipped'; readonly skipped: Skipped }

export interface HistorySource {
  readonly client: string
  /** Every file there is, in a stable order. A place that does not exist has none. */
  discover(signal: AbortSignal): AsyncIterable<Discovered>
  /**
   * What `file` holds from `fromOffset` (0, or a resumeAt seen before) to its present end. Problems with the
   * file's content are items, not errors; system errors of reading it are thrown (reading.ts turns them into items).
   */
  read(file: HistoryFile, fromOffset: number, signal: AbortSignal): AsyncIterable<HistoryItem>
  /** What is in `file` and was taken back, as far as what stands behind `fromOffset` changed that. Errors as of `read`. */
  takenBack?(file: HistoryFile, fromOffset: number, signal: AbortSignal): AsyncIterable<HistoryTakeBack>
}
