// A session as it goes over the wire.
import { z } from 'zod'
import type { Session } from '../model/session.ts'
import { isoTime } from './fields.ts'
import { iso } from './memory-view.ts'

export const sessionView = z.object({
  session_id: z.string(),
  client: z.string(),
  project: z.string(),
  title: z.string(),
  turns: z.int(),
  started_at: isoTime,
  last_at: isoTime,
  closed_at: isoTime.nullable(),
  parent_session_id: z.string().nullable(),
})

export function sessionViewOf(session: Session): z.infer<typeof sessionView> {
  return {
    session_id: session.session,
    client: session.client,
    project: session.project,
    title: session.title,
    turns: session.turnCount,
    started_at: iso(session.startedAt),
    last_at: iso(session.lastAt),
    closed_at: session.closedAt === null ? null : iso(session.closedAt),
    parent_session_id: session.parent,
  }
}
