// What the oracle keeps of forgotten texts: keyed digests, as the product does.
import { randomBytes } from 'node:crypto'
import type { SaidIn } from '../../model/memory.ts'
import { keyedDigest, saidDigest, sessionDigest, type Utterance } from '../capture-rules.ts'

export type MemoryForgotten = ReturnType<typeof createMemoryForgotten>

export function createMemoryForgotten() {
  const ids = new Map<string, string>()
  const secret = randomBytes(32)
  const ofSession = (said: SaidIn): string => sessionDigest(said, secret).toString('hex')
  const keyed = (plain: Buffer): string => keyedDigest(secret, plain).toString('hex')
  return {
    /** Id of the forgotten memory whose text this is. */
    barredBy: (said: Utterance): string | undefined =>
      ids.get(keyed(saidDigest(said))) ?? (said.kind === 'turn' ? ids.get(ofSession(said)) : undefined),
    isSessionBarred: (said: SaidIn): boolean => ids.has(ofSession(said)),
    barSession(said: SaidIn, id: string): void {
      if (!ids.has(ofSession(said))) ids.set(ofSession(said), id)
    },
    bar(said: Utterance, id: string): void {
      const digest = keyed(saidDigest(said))
      if (!ids.has(digest)) ids.set(digest, id)
    },
    /** Store.forgottenAmong. */
    among: (digests: readonly string[]): readonly string[] =>
      digests.filter((plain) => ids.has(keyed(Buffer.from(plain, 'hex')))),
  }
}
