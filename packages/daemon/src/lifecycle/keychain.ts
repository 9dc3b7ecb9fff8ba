// The operating system's keychain, through @napi-rs/keyring: an optional dependency, loaded only when a key is kept there
// or somebody asks. A machine without a keychain service (most servers) says so; nothing falls back in silence. On Linux
// only the Secret Service will do: the library would otherwise fall back to kernel memory, which a reboot empties.
import { AppError, isAppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'

/** Names one secret. */
export interface KeychainName {
  readonly service: string
  readonly account: string
}

export interface Keychain {
  /** Null when it can be used, else why not, in words. */
  problem(): Promise<string | null>
  /** Rejects with key_missing when the keychain cannot be asked or has no such key. */
  read(name: KeychainName): Promise<Buffer>
  /** Kept and read back when it resolves. */
  write(name: KeychainName, key: Buffer): Promise<void>
}

export const keychainService = 'iai-mcp'

/** The part of @napi-rs/keyring that is used. */
export interface KeyringLibrary {
  readonly AsyncEntry: new (
    service: string,
    account: string,
    options: { readonly linux: { readonly store: 'secret-service' } },
  ) => {
    getSecret(signal: AbortSignal): Promise<Uint8Array | null | undefined>
    setSecret(secret: Uint8Array, signal: AbortSignal): Promise<void>
  }
}

/** `load` rejects where the package is not installed. */
export function createKeychain(load: () => Promise<KeyringLibrary>): Keychain {
  async function entryOf({ service, account }: KeychainName) {
    const { AsyncEntry } = await load()
    return new AsyncEntry(service, account, { linux: { store: 'secret-service' } })
  }

  async function readOrNull(name: KeychainName): Promise<Buffer | null> {
    try {
      const secret = await (await entryOf(name)).getSecret(AbortSignal.timeout(limits.keychainWaitMsMax))
      return secret == null ? null : Buffer.from(secret)
    } catch (error) {
      throw new AppError('key_missing', whyNot(error), { cause: error })
    }
  }

  return {
    async problem() {
      try {
        await readOrNull({ service: keychainService, account: 'is there a keychain' })
        return null
      } catch (error) {
        return isAppError(error) ? error.message : 'it cannot be asked'
      }
    },
    async read(name) {
      const key = await readOrNull(name)
      if (key !== null) return key
      throw new AppError(
        'key_missing',
        `the keychain has no key named ${name.service} / ${name.account}; nothing was changed. Remedy: unlock the keychain of the user who made the store, or enter the recovery sheet (iai-mcp key import)`,
      )
    },
    async write(name, key) {
      try {
        await (await entryOf(name)).setSecret(key, AbortSignal.timeout(limits.keychainWaitMsMax))
      } catch (error) {
        throw new AppError('unavailable', `nothing was changed: ${whyNot(error)}`, { cause: error })
      }
      const kept = await readOrNull(name)
      if (kept?.equals(key) !== true)
        throw new AppError('unavailable', 'the keychain did not keep the key; nothing was changed')
    },
  }
}

function whyNot(error: unknown): string {
  const isAbsent = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
  return isAbsent
    ? 'the package @napi-rs/keyring is not installed here (npm leaves it out with --omit=optional)'
    : 'no keychain answers here (on Linux: a Secret Service such as GNOME Keyring or KWallet, unlocked, in this session)'
}

/** The keychain of this machine. */
export function systemKeychain(): Keychain {
  return createKeychain(async () => {
    // Kept out of the compiler's sight: the package may not be there.
    const name: string = '@napi-rs/keyring'
    return (await import(name)) as KeyringLibrary
  })
}
