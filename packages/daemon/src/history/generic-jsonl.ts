// A plain format for histories of any other program: one JSON object per line, as users write it. Fields that nobody
// needs are passed over; a line that lacks one that somebody does is skipped and named.
import { createHash } from 'node:crypto'
import { roles } from '../model/memory.ts'
import { isBlank } from '../text/blank.ts'
import { chunksOf, describe } from './files.ts'
import { type JsonObject, stringIn, timeIn } from './json-value.ts'
import { nameOf, readJsonl, type Verdict } from './jsonl.ts'
import type { HistorySource } from './source.ts'

const genericClient = 'import'

export function createGenericSource(path: string): HistorySource {
  return {
    client: genericClient,
    async *discover() {
      yield await describe(path, genericClient, 'while-prefix-same')
    },
    read(file, fromOffset, signal) {
      return readJsonl(file.path, chunksOf(file.path, fromOffset, signal), fromOffset, judge)
    },
  }
}

/**
 *   text        the text, verbatim (required)
 *   role        user | assistant | tool | note (required)
 *   said_at     ISO 8601 with a time zone, or milliseconds since 1970 (required: a turn keeps its own time)
 *   session     the conversation's id (required; also `session_id`)
 *   message_id  unique in the session (also `id`); without it, a hash of the fields above
 *   client, cwd, speaker, parent_session_id   as in memory_capture_batch; client is 'import' by default
 */
function judge(line: JsonObject): Verdict {
  const role = roles.find((known) => known === line.role)
  if (role === undefined) return { reason: 'unknown-type', detail: `role/${nameOf(line.role)}` }
  const { text } = line
  if (typeof text !== 'string') return { reason: 'incomplete' }
  if (isBlank(text)) return { reason: 'no-text' }
  const session = stringIn(line.session) ?? stringIn(line.session_id)
  const saidAt = timeIn(line.said_at)
  if (session === undefined || saidAt === undefined) return { reason: 'incomplete' }
  return {
    client: stringIn(line.client) ?? genericClient,
    session_id: session,
    cwd: stringIn(line.cwd) ?? null,
    parent_session_id: stringIn(line.parent_session_id) ?? null,
    message_id:
      stringIn(line.message_id) ?? stringIn(line.id) ?? hashId([session, role, String(saidAt), text]),
    role,
    text,
    said_at: saidAt,
    speaker: stringIn(line.speaker) ?? null,
  }
}

function hashId(fields: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 32)
}
