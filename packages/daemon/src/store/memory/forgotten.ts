// What the oracle keeps of forgotten texts: keyed digests, as the product does.
import { randomBytes } from 'node:crypto'
import { keyedDigest, saidDigest, type Utterance } from '../capture-rules.ts'

export type MemoryForgotten = ReturnType<typeof createMemoryForgotten>

export function createMemoryForgotten() {
  const ids = new Map<string, string>()
  const secret = randomBytes(32)
  const keyed = (plain: Buffer): string => keyedDigest(secret, plain).toString('hex')
  return {
    /** Id of the forgotten memory whose text this is. */
    barredBy: (said: Utterance): string | undefined => ids.get(keyed(saidDigest(said))),
    bar(said: Utterance, id: string): void {
      const digest = keyed(saidDigest(said))
      if (!ids.has(digest)) ids.set(digest, id)
    },
    /** Store.forgottenAmong. */
    among: (digests: readonly string[]): readonly string[] =>
      digests.filter((plain) => ids.has(keyed(Buffer.from(plain, 'hex')))),
  }
}
