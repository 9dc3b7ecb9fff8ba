// A memory as it goes over the wire: the same fields everywhere, times in ISO 8601.
import { z } from 'zod'
import { isTakenBack, kinds, type Memory, pins, roles, trusts } from '../model/memory.ts'
import { isoTime } from './fields.ts'

export const memoryView = z.object({
  id: z.string(),
  text: z.string(),
  role: z.enum(roles),
  kind: z.enum(kinds),
  trust: z.enum(trusts),
  project: z.string(),
  session_id: z.string(),
  client: z.string(),
  message_id: z.string().nullable(),
  speaker: z.string().nullable(),
  said_at: isoTime,
  stored_at: isoTime,
  said_again: z.array(isoTime),
  pin: z.enum(pins).nullable(),
  superseded_by: z
    .string()
    .nullable()
    .describe('Null with a `superseded_at`: taken back where it was said, with nothing in its place.'),
  superseded_at: isoTime.nullable(),
  reinforced: z.int(),
})

export type MemoryView = z.infer<typeof memoryView>

export function viewOf(memory: Memory): MemoryView {
  return {
    id: memory.id,
    text: memory.text,
    role: memory.role,
    kind: memory.kind,
    trust: memory.trust,
    project: memory.project,
    session_id: memory.session,
    client: memory.client,
    message_id: memory.messageId,
    speaker: memory.speaker,
    said_at: iso(memory.saidAt),
    stored_at: iso(memory.storedAt),
    said_again: memory.saidAgain.map(iso),
    pin: memory.pin,
    superseded_by: isTakenBack(memory) ? null : memory.supersededBy,
    superseded_at: memory.supersededAt === null ? null : iso(memory.supersededAt),
    reinforced: memory.reinforced,
  }
}

export function iso(ms: number): string {
  return new Date(ms).toISOString()
}
