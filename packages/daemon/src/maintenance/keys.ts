// What the command line does with keys: tells which one is in use, prints its recovery sheet, takes one in, and puts the
// store under another (lifecycle/key-change.ts keeps that safe to interrupt).
import type { Config } from '../config/config.ts'
import { systemClock } from '../kit/clock.ts'
import { AppError, isAppError } from '../kit/errors.ts'
import { describeKeyPlan, planKey, readKey } from '../lifecycle/key.ts'
import { changeKey, type KeyChangePoint, type NextKey } from '../lifecycle/key-change.ts'
import { keyPaths, readKeyMaterial, settleKeyChange, writeKeyFile } from '../lifecycle/key-files.ts'
import { systemKeychain } from '../lifecycle/keychain.ts'
import { recoverySheet } from '../lifecycle/recovery-sheet.ts'
import { hasStore, storeFilePath } from '../lifecycle/store-file.ts'
import { keyIdOf } from '../store/key-id.ts'
import { cipherOf, settleStore } from '../store/sqlite/connection.ts'
import { copyStore, storeFacts } from '../store/sqlite/copying.ts'
import { type HeldDataDir, passphraseOf } from './holding.ts'

export interface KeyStatus {
  readonly source: string
  readonly kind: ReturnType<typeof planKey>['kind']
  /** Null when the key cannot be had here: no passphrase in the environment, or no store yet. */
  readonly key_id: string | null
  /** Null when there is no key or no store to try it on. */
  readonly opens_store: boolean | null
  /** A change was interrupted; the next start ends it. */
  readonly changing: boolean
  /** Null when the keychain can be used. */
  readonly keychain_problem: string | null
}

/** Changes nothing; works beside a running daemon. */
export async function keyStatus(config: Config): Promise<KeyStatus> {
  const plan = planKey(config.dataDir, config.passphrase !== null)
  const isThere = plan.kind === 'key file' || plan.kind === 'passphrase' || plan.kind === 'keychain'
  const key = isThere ? (await readKey(config.dataDir, passphraseOf(config))).key : null
  return {
    source: describeKeyPlan(config.dataDir, plan),
    kind: plan.kind,
    key_id: key === null ? null : keyIdOf(key),
    opens_store: key === null ? null : opensStore(config, key),
    changing: readKeyMaterial(config.dataDir).isChanging,
    keychain_problem: await systemKeychain().problem(),
  }
}

/** A store that is damaged is not the key's fault, and doctor's to tell. */
function opensStore({ dataDir }: Config, key: Buffer): boolean | null {
  if (!hasStore(dataDir)) return null
  try {
    cipherOf(storeFilePath(dataDir), key)
    return true
  } catch (error) {
    if (!isAppError(error)) throw error
    return error.code === 'key_wrong' ? false : null
  }
}

/** Text of the recovery sheet. Raises key_wrong rather than print a key that does not open the store. */
export async function exportKey(config: Config): Promise<string> {
  const { key } = await readKey(config.dataDir, passphraseOf(config))
  const { store } = storeFacts({ file: storeFilePath(config.dataDir), key })
  return recoverySheet({ key, madeAt: systemClock(), store, dataDir: config.dataDir })
}

/** Puts the store under another key; returns the new key's id. */
export async function putUnderKey(
  { dataDir, key: { key: present } }: HeldDataDir,
  next: NextKey,
  at: (point: KeyChangePoint) => void = () => {},
): Promise<string> {
  const file = storeFilePath(dataDir)
  const key = await changeKey({
    dataDir,
    present,
    next,
    at,
    settle: () => settleStore({ file, key: present }),
    copy: (target, newKey) => void copyStore({ file, key: present }, target, newKey),
  })
  return keyIdOf(key)
}

/** Writes the key file from a recovery sheet. Raises key_wrong when it does not open the store that is there. */
export function importKey({ dataDir }: Config, key: Buffer): void {
  const file = storeFilePath(dataDir)
  if (!hasStore(dataDir))
    throw new AppError(
      'not_found',
      `${file} is not there: put the store or a backup in its place first (iai-mcp restore FILE --sheet SHEET)`,
    )
  settleKeyChange(dataDir)
  cipherOf(file, key)
  writeKeyFile(dataDir, key)
}

export function keyFileOf({ dataDir }: Config): string {
  return keyPaths(dataDir).keyFile
}
