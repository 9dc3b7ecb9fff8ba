// One way to compare texts without sending them: a host's turn and its stored form are the same when these are equal.
import { createHash } from 'node:crypto'

/** SHA-256 over the text's UTF-8, base64url. */
export function contentHash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url')
}
