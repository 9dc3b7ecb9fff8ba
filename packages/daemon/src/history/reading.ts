// One guarded way to read a source's file, for import and verify alike: system errors become items, and turns that the
// store could not take are told apart before they reach it.
import { isAbsolute } from 'node:path'
import { errnoOf } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import { skippedItem } from './jsonl.ts'
import type {
  HistoryFile,
  HistoryItem,
  HistorySource,
  HistoryTakeBack,
  HistoryTurn,
  SkipReason,
} from './source.ts'

/** Rejects only when `signal` aborts, or for errors that are our own. */
export async function* readGuarded(
  source: HistorySource,
  file: HistoryFile,
  fromOffset: number,
  signal: AbortSignal,
): AsyncGenerator<HistoryItem> {
  let resumeAt = fromOffset
  try {
    for await (const item of source.read(file, fromOffset, signal)) {
      resumeAt = item.resumeAt
      yield item.kind === 'turn' ? checked(file, item) : item
    }
  } catch (error) {
    const code = errnoOf(error)
    const reason = signal.aborted ? null : reasonFor(code)
    if (reason === null) throw error
    yield skippedItem(
      file.path,
      resumeAt,
      { reason, ...(code === undefined ? {} : { detail: code }) },
      resumeAt,
    )
  }
}

/** What `source` says was taken back in `file`; nothing when it cannot be read, of which reading tells. */
export async function* takenBackGuarded(
  source: HistorySource,
  file: HistoryFile,
  fromOffset: number,
  signal: AbortSignal,
): AsyncGenerator<HistoryTakeBack> {
  if (source.takenBack === undefined) return
  try {
    yield* source.takenBack(file, fromOffset, signal)
  } catch (error) {
    if (signal.aborted || reasonFor(errnoOf(error)) === null) throw error
  }
}

function reasonFor(code: string | undefined): SkipReason | null {
  if (code === undefined) return null
  if (/^SQLITE_(?:BUSY|LOCKED)/u.test(code)) return 'locked'
  if (/^SQLITE_(?:CORRUPT|NOTADB|FORMAT)/u.test(code)) return 'corrupt'
  if (/^SQLITE_/u.test(code)) return 'unreadable'
  // zlib's own errors: Z_DATA_ERROR, ZSTD_error_…
  if (/^Z(?:_|STD_)/u.test(code)) return 'corrupt'
  return /^E[A-Z\d]+$/u.test(code) ? 'unreadable' : null
}

function checked(file: HistoryFile, item: Extract<HistoryItem, { kind: 'turn' }>): HistoryItem {
  const { turn, resumeAt } = item
  if (!fits(turn)) return skippedItem(file.path, resumeAt, { reason: 'out-of-range' }, resumeAt)
  // Half of a surrogate pair cannot be stored as UTF-8; hosts cut some texts there.
  return turn.text.isWellFormed() ? item : { ...item, turn: { ...turn, text: turn.text.toWellFormed() } }
}

function fits(turn: HistoryTurn): boolean {
  const ids = [
    turn.client,
    turn.session_id,
    turn.message_id,
    turn.speaker ?? '-',
    turn.parent_session_id ?? '-',
  ]
  return (
    ids.every((id) => id.length > 0 && id.length <= limits.idCharsMax) &&
    (turn.cwd === null || isUsablePath(turn.cwd)) &&
    turn.text.length <= limits.textCharsMax &&
    turn.said_at <= limits.timeMsMax
  )
}

/** As memory_capture_batch takes it; a session of another system (`C:\\shop`) has none of ours. */
function isUsablePath(path: string): boolean {
  return isAbsolute(path) && !path.includes('\0') && path.length <= limits.pathCharsMax
}
