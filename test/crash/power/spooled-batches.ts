// What the client without a daemon says, round by round: the same for whoever writes it and whoever looks for it.
import type { CaptureBatch } from '../../../packages/client/src/wire.ts'

export const roundsOfSpool = 24
const sessions = 4
const turnsPerRound = 2

export function spooledBatch(round: number): CaptureBatch {
  const turns = Array.from({ length: turnsPerRound }, (_, turn) => ({
    role: 'user' as const,
    text: `Round ${round} keeps the zqsp${round}x${turn}x. ${'The kettle is on the shelf. '.repeat(round * 3)}`,
    message_id: `m${round}-${turn}`,
    said_at: Date.UTC(2026, 0, 5) + round * 1_000 + turn,
  }))
  return { client: 'power', session_id: `spooled-${round % sessions}`, turns }
}
