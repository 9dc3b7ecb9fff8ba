// Which key opens the store of one data directory, and which have. Keeps: after a change of the key that was cut short
// exactly one of the two opens it, and after one that ended well only the new one does.
import { join } from 'node:path'
import { isAppError } from '../../packages/daemon/src/kit/errors.ts'
import { readKey } from '../../packages/daemon/src/lifecycle/key.ts'
import { readKeyMaterial } from '../../packages/daemon/src/lifecycle/key-files.ts'
import { keyIdOf } from '../../packages/daemon/src/store/key-id.ts'
import { cipherOf } from '../../packages/daemon/src/store/sqlite/connection.ts'

export interface StoreKeys {
  /** Null while the key stands in a file. */
  passphrase(): string | null
  /** What a program has to be told to open the store. */
  env(): Record<string, string>
  /** The key that the data directory names, if it opens the store. */
  current(): Promise<Buffer | null>
  /** One that has opened the store. */
  byId(id: string): Buffer | null
  /** After a change to `next` (a passphrase; null: a file) was cut short. */
  settle(next: string | null): Promise<void>
  /** After a change to `next`, from the key `before`, that ended well; `what` names it. */
  changed(next: string | null, before: Buffer | null, what: string): Promise<void>
}

export function createStoreKeys(dataDir: string, wrong: (what: string) => void): StoreKeys {
  let passphrase: string | null = null
  const keys = new Map<string, Buffer>()
  const derived = new Map<string, Buffer>()

  async function keyWith(words: string | null): Promise<Buffer | null> {
    const known = `${words} ${JSON.stringify(readKeyMaterial(dataDir).description)}`
    try {
      const key = (words === null ? undefined : derived.get(known)) ?? (await readKey(dataDir, words)).key
      if (words !== null) derived.set(known, key)
      cipherOf(join(dataDir, 'memory.db'), key)
      keys.set(keyIdOf(key), key)
      return key
    } catch (error) {
      if (isAppError(error)) return null
      throw error
    }
  }

  return {
    passphrase: () => passphrase,
    env: () => (passphrase === null ? {} : { IAI_MCP_CRYPTO_PASSPHRASE: passphrase }),
    current: () => keyWith(passphrase),
    byId: (id) => keys.get(id) ?? null,
    async settle(next) {
      const [here, there] = [await keyWith(passphrase), await keyWith(next)]
      if (here === null && there === null) wrong('neither the former nor the new key opens the store')
      if (here !== null && there !== null && next !== passphrase) wrong('both keys open the store')
      if (here === null) passphrase = next
    },
    async changed(next, before, what) {
      if (next !== passphrase && (await keyWith(passphrase)) !== null)
        wrong(`${what}: the former key opens it`)
      passphrase = next
      const key = await keyWith(passphrase)
      if (key === null) wrong(`${what}: acknowledged, and the new key does not open the store`)
      else if (before?.equals(key)) wrong(`${what}: acknowledged, and the key is the old one`)
    },
  }
}
