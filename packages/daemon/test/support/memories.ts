// Invented memories for tests: a full Memory with defaults, and only what a test cares about written out.
import type { Memory } from '../../src/model/memory.ts'
import type { Session } from '../../src/model/session.ts'

export const dayMs = 86_400_000
/** 2026-03-02T09:00:00Z */
export const monday = Date.UTC(2026, 2, 2, 9)

let counter = 0

export function memory(fields: Partial<Memory> & { readonly text: string }): Memory {
  counter += 1
  return {
    id: `m-${counter}`,
    role: 'user',
    kind: 'turn',
    trust: 'user',
    project: 'git:example.org/ada/shop',
    session: 'ses_1',
    client: 'opencode',
    messageId: null,
    speaker: null,
    saidAt: monday,
    storedAt: fields.saidAt ?? monday,
    pin: null,
    supersededBy: null,
    supersededAt: null,
    saidAgain: [],
    reinforced: 0,
    ...fields,
  }
}

export function session(fields: Partial<Session>): Session {
  return {
    session: 'ses_1',
    client: 'opencode',
    project: 'git:example.org/ada/shop',
    startedAt: monday,
    lastAt: monday,
    closedAt: null,
    title: '',
    turnCount: 0,
    parent: null,
    ...fields,
  }
}
