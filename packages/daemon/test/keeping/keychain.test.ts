// The keychain, with a library of our own in its place: what is read, written and said when there is none.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openKey, planKey } from '../../src/lifecycle/key.ts'
import { createKeychain, type KeyringLibrary } from '../../src/lifecycle/keychain.ts'
import { storeFilePath } from '../../src/lifecycle/store-file.ts'
import { holdDataDir } from '../../src/maintenance/holding.ts'
import { putUnderKey } from '../../src/maintenance/keys.ts'
import { openInProcess } from '../store/support/in-process-store.ts'
import { placeWithStore } from './support/place.ts'

function library(secrets: Map<string, Uint8Array>): KeyringLibrary {
  return {
    AsyncEntry: class {
      readonly #name: string
      constructor(service: string, account: string, options: unknown) {
        // Without it the library may fall back to kernel memory, which a reboot empties.
        expect(options).toEqual({ linux: { store: 'secret-service' } })
        this.#name = `${service}/${account}`
      }
      async getSecret() {
        return secrets.get(this.#name) ?? null
      }
      async setSecret(secret: Uint8Array) {
        secrets.set(this.#name, Buffer.from(secret))
      }
    },
  }
}

test('keeps the key, and no file holds it', async () => {
  const secrets = new Map<string, Uint8Array>()
  const keychain = createKeychain(async () => library(secrets))
  expect(await keychain.problem()).toBeNull()
  const place = await placeWithStore()
  const held = await holdDataDir(place.config())
  await putUnderKey(held, { kind: 'keychain', keychain })
  held.release()
  expect(existsSync(join(place.dataDir, '.key'))).toBe(false)
  expect(planKey(place.dataDir, false).kind).toBe('keychain')
  const { key, source } = await openKey(place.dataDir, null, keychain)
  expect(source).toBe('keychain of this system')
  const { store } = openInProcess({ file: storeFilePath(place.dataDir), key })
  expect((await store.stats()).memories).toBe(4)
  await store.close()

  secrets.clear()
  const lost = openKey(place.dataDir, null, keychain)
  await expect(lost).rejects.toMatchObject({
    code: 'key_missing',
    message: expect.stringContaining('key import'),
  })
})

test('one that does not keep what it is given changes nothing', async () => {
  const forgetful = createKeychain(async () => library({ get: () => undefined, set: () => {} } as never))
  const place = await placeWithStore()
  const held = await holdDataDir(place.config())
  await expect(putUnderKey(held, { kind: 'keychain', keychain: forgetful })).rejects.toMatchObject({
    code: 'unavailable',
  })
  held.release()
  expect(await place.ids()).toHaveLength(4)
})

test.each([
  [
    'the package is not installed',
    Object.assign(new Error('x'), { code: 'ERR_MODULE_NOT_FOUND' }),
    '--omit=optional',
  ],
  ['no service answers', new Error('Couldn’t access platform storage'), 'Secret Service'],
])('says why there is none: %s', async (_, error, told) => {
  const keychain = createKeychain(() => Promise.reject(error))
  expect(await keychain.problem()).toContain(told)
  await expect(keychain.read({ service: 'a', account: 'b' })).rejects.toMatchObject({ code: 'key_missing' })
})
