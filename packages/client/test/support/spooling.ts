// Turns for a spool, and what is delivered from it.
import type { DeliverBatch, Delivery } from '../../src/spool-delivery.ts'
import type { CaptureBatch, CaptureTurn } from '../../src/wire.ts'

export function batch(session: string, texts: readonly string[]): CaptureBatch {
  const turns = texts.map((text, at) => ({
    text,
    role: 'user' as const,
    message_id: `m${at}`,
    said_at: 1_700_000_000_000 + at,
  }))
  return { client: 'test', session_id: session, cwd: '/work tree', turns }
}

export const stored: Delivery = { kind: 'stored' }

export function collector(): { deliver: DeliverBatch; batches: CaptureBatch[]; turns: () => CaptureTurn[] } {
  const batches: CaptureBatch[] = []
  return {
    batches,
    turns: () => batches.flatMap(({ turns }) => turns),
    deliver: async (delivered) => {
      batches.push(delivered)
      return stored
    },
  }
}
