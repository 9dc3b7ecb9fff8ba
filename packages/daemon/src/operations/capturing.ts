// From what a caller sends to what the store keeps, shared by every way of capturing.
import { type CaptureOutcome, type Kind, type NewMemory, type Role, usualTrust } from '../model/memory.ts'
import { noSession } from '../model/session.ts'
import type { OperationContext } from './operation.ts'
import { noClient } from './scope.ts'

export interface Said {
  readonly text: string
  readonly role: Role
  readonly kind?: Kind | undefined
  readonly message_id?: string | undefined
  readonly said_at?: number | undefined
  readonly speaker?: string | undefined
}

export interface SaidWhere {
  readonly project: string
  readonly session_id?: string | undefined
  readonly client?: string | undefined
}

/** A note is a fact to hold on to; everything else is a turn of a conversation, unless the caller says otherwise. */
export function newMemory(context: OperationContext, said: Said, where: SaidWhere): NewMemory {
  const now = context.now()
  const saidAt = said.said_at ?? now
  return {
    id: context.newId(now),
    text: said.text,
    role: said.role,
    kind: said.kind ?? (said.role === 'note' ? 'fact' : 'turn'),
    trust: usualTrust[said.role],
    project: where.project,
    session: where.session_id ?? noSession,
    client: where.client ?? noClient,
    messageId: said.message_id ?? null,
    speaker: said.speaker ?? null,
    saidAt,
    storedAt: now,
  }
}

export const captureStatuses = ['inserted', 'reinforced', 'skipped'] as const

export interface CaptureAnswer {
  readonly status: (typeof captureStatuses)[number]
  readonly record_id: string
  readonly reason: string
}

/** The contract knows three statuses; the reason tells the finer cases apart. */
export function captureAnswer(outcome: CaptureOutcome): CaptureAnswer {
  switch (outcome.status) {
    case 'inserted':
      return { status: 'inserted', record_id: outcome.id, reason: 'new' }
    case 'revised':
      return {
        status: 'inserted',
        record_id: outcome.id,
        reason: `replaces an earlier form of this message (${outcome.previousId})`,
      }
    case 'outdated':
      return {
        status: 'inserted',
        record_id: outcome.id,
        reason: `an earlier form of a message that is held in a later one (${outcome.newestId}); kept as superseded`,
      }
    case 'reinstated':
      return {
        status: 'reinforced',
        record_id: outcome.id,
        reason: `this message reads as it did before; replaces the form between (${outcome.previousId})`,
      }
    case 'reinforced':
      return {
        status: 'reinforced',
        record_id: outcome.id,
        reason: 'the same text is already held; noted that it was said again',
      }
    case 'skipped':
      return { status: 'skipped', record_id: outcome.id, reason: 'this message is already stored' }
    case 'refused':
      return {
        status: 'skipped',
        record_id: outcome.id,
        reason: 'this text was forgotten on request and is not taken in again',
      }
    case 'withheld':
      return { status: 'skipped', record_id: outcome.id, reason: 'all of it is private' }
  }
}
