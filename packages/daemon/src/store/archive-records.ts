// What an export is made of: one record per thing held, in an order in which it can be taken in again. Times are ISO 8601
// in milliseconds, texts are whole. The last record says how many came before it: without it, an export is not whole.
import { z } from 'zod'
import { kinds, pins, roles, trusts } from '../model/memory.ts'

const time = z.iso.datetime({ precision: 3 }).or(z.string().regex(/^[+-]\d{6}-\d\d-\d\dT[\d:.]{12}Z$/))

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`))

/** Written; older ones are read as well. 2: names that were given, merged projects, dismissed conflicts. */
export const archiveVersion = 2

const head = z.strictObject({
  type: z.literal('archive'),
  version: z.int().min(1).max(archiveVersion),
  store: hex(8),
  made_at: time,
  made_by: z.string().max(100),
})

const project = z.strictObject({
  type: z.literal('project'),
  key: z.string(),
  name: z.string(),
  reason: z.string(),
  /** As the user called it. */
  given_name: z.string().nullable().default(null),
  /** Key of the project that the user said it is one with; that one comes first. */
  merged_into: z.string().nullable().default(null),
})

const memory = z.strictObject({
  type: z.literal('memory'),
  id: z.string(),
  role: z.enum(roles),
  kind: z.enum(kinds),
  trust: z.enum(trusts),
  project: z.string(),
  session: z.string(),
  client: z.string(),
  message_id: z.string().nullable(),
  speaker: z.string().nullable(),
  said_at: time,
  stored_at: time,
  said_again: z.array(time),
  pin: z.enum(pins).nullable(),
  superseded_by: z.string().nullable(),
  superseded_at: time.nullable(),
  reinforced: z.int(),
  reinforced_at: time.nullable(),
  text: z.string(),
})

const session = z.strictObject({
  type: z.literal('session'),
  client: z.string(),
  session: z.string(),
  closed_at: time.nullable(),
  parent: z.string().nullable(),
})

/** The user said that two statements both hold: a row of what is derived that is not derived. */
const dismissal = z.strictObject({
  type: z.literal('dismissal'),
  id: z.string(),
  project: z.string(),
  memories: z.array(z.string()),
})

const profile = z.strictObject({ type: z.literal('profile'), name: z.string(), value: z.string() })

/** What the hashes of forgotten texts are keyed with. */
const forgottenKey = z.strictObject({ type: z.literal('forgotten key'), value: hex(32) })

const forgotten = z.strictObject({ type: z.literal('forgotten'), digest: hex(16), id: z.string(), at: time })

const end = z.strictObject({ type: z.literal('end'), records: z.int() })

export const archiveRecord = z.discriminatedUnion('type', [
  head,
  project,
  memory,
  session,
  dismissal,
  profile,
  forgottenKey,
  forgotten,
  end,
])
export type ArchiveRecord = z.infer<typeof archiveRecord>
export type MemoryRecord = z.infer<typeof memory>

/** A record's time as the store keeps it. */
export function msOrNull(time: string | null): number | null {
  return time === null ? null : Date.parse(time)
}

export const archiveFormats = ['jsonl', 'markdown'] as const
export type ArchiveFormat = (typeof archiveFormats)[number]
