// How a daemon shows that it is the one of our data directory before it is told anything: both sides hold the token,
// the client sends a fresh challenge, the daemon answers with a keyed digest of it. Address and port are those of the
// TCP connection itself, as each side sees them, so that the answer of another port cannot be passed off as this one's.
// The token does not leave either side. Used by the daemon too, so that there is one definition.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** The daemon's end of a TCP connection. */
export interface DaemonEnd {
  readonly address: string
  readonly port: number
}

/** 32 bytes in base64url. */
export const challengePattern = /^[A-Za-z0-9_-]{43}$/

export function newChallenge(): string {
  return randomBytes(32).toString('base64url')
}

/** What the holder of `token` answers to `challenge` on a connection to `end`. Pure. */
export function daemonProof(token: string, challenge: string, { address, port }: DaemonEnd): string {
  const said = ['iai-mcp daemon proof 1', address, port, challenge].join('\n')
  return createHmac('sha256', token).update(said).digest('base64url')
}

/** Whether `given`, as it came off the wire, is `expected`; takes as long whatever it is. */
export function isSameProof(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}
