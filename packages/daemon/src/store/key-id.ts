// The name of a key: in the note beside the store, at the end of backups, on recovery sheets, in the keychain.
import { createHmac } from 'node:crypto'

/** 16 hex digits; tell nothing about a 32-byte key. */
export function keyIdOf(key: Buffer): string {
  return createHmac('sha256', key).update('iai-mcp key check').digest('hex').slice(0, 16)
}
