// Reads a transcript of one JSON object per line. What a line means is for the caller's `judge`; this file knows
// broken, oversized and half-written lines.
import { isUtf8 } from 'node:buffer'
import { limits } from '../kit/limits.ts'
import { isObject, type JsonObject } from './json-value.ts'
import { type Line, linesOf } from './lines.ts'
import type { HistoryItem, HistoryTurn, Skipped, SkipReason } from './source.ts'

export type Verdict = HistoryTurn | SkippedEntry

export interface SkippedEntry {
  readonly reason: SkipReason
  readonly detail?: string
}

export type Judge = (entry: JsonObject) => Verdict

/**
 * Items for the lines in `chunks`, whose first byte is at offset `from` of `file`. A last line without line break
 * counts when it is whole; otherwise it is `unfinished` and reading resumes before it.
 */
export async function* readJsonl(
  file: string,
  chunks: AsyncIterable<Buffer>,
  from: number,
  judge: Judge,
): AsyncGenerator<HistoryItem> {
  for await (const line of linesOf(chunks, { from, lineBytesMax: limits.historyLineBytesMax })) {
    const verdict = judgeLine(line, judge)
    if (verdict === null) continue
    if (!('reason' in verdict)) yield { kind: 'turn', turn: verdict, resumeAt: line.end }
    else if (line.isEnded || !isBroken(verdict)) yield skippedItem(file, line.start, verdict, line.end)
    else yield skippedItem(file, line.start, { reason: 'unfinished' }, line.start)
  }
}

export function skippedItem(file: string, at: number, entry: SkippedEntry, resumeAt: number): HistoryItem {
  const { reason, detail } = entry
  const skipped: Skipped = { file, at, reason, ...(detail === undefined ? {} : { detail }) }
  return { kind: 'skipped', skipped, resumeAt }
}

/** A type name for the report: short, and only if it looks like a name, so that no conversation slips in. */
export function nameOf(type: unknown): string {
  return typeof type === 'string' && /^[\w./:-]+$/u.test(type)
    ? type.slice(0, limits.historyDetailCharsMax)
    : '?'
}

function isBroken({ reason }: SkippedEntry): boolean {
  return reason === 'not-json' || reason === 'not-utf8' || reason === 'too-long'
}

function judgeLine({ bytes, start }: Line, judge: Judge): Verdict | null {
  if (bytes === null) return { reason: 'too-long' }
  if (!isUtf8(bytes)) return { reason: 'not-utf8' }
  const text = (start === 0 ? withoutMark(bytes) : bytes).toString('utf8')
  if (text.trim() === '') return null
  let entry: unknown
  try {
    entry = JSON.parse(text)
  } catch {
    return { reason: 'not-json' }
  }
  return isObject(entry)
    ? judge(entry)
    : { reason: 'unknown-type', detail: Array.isArray(entry) ? 'array' : typeof entry }
}

/** Without the byte order mark that some editors put in front of a text. */
function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}
