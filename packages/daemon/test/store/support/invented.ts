// Invented memories for the store's tests.
import type { NewMemory, NewStatement } from '../../../src/model/memory.ts'

let made = 0

/** A user's turn in an invented session; each one has its own id and message id unless told otherwise. */
export function turn(changes: Partial<NewMemory> = {}): NewMemory {
  made += 1
  return {
    id: `id-${made}`,
    text: `invented turn number ${made}`,
    role: 'user',
    kind: 'turn',
    trust: 'user',
    project: 'git:example.org/ada/shop',
    session: 'ses_1',
    client: 'opencode',
    messageId: `msg_${made}`,
    speaker: null,
    saidAt: 1_000 + made,
    storedAt: 2_000_000,
    ...changes,
  }
}

/** A fact noted outside any conversation. */
export function fact(changes: Partial<NewStatement> = {}): NewStatement {
  const fields = { role: 'note', kind: 'fact', session: '-', client: 'cli', ...changes } as const
  return { ...turn(fields), messageId: null }
}
