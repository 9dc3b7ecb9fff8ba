// Keys that the store was under before, so that backups made then can still be restored: each is kept in `.former-keys`
// encrypted under the key that came after it. Who has the present key can open all of them, who has not, none. Lines
// are only added; one written by a change that was taken back opens nothing and harms nothing.
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { limits } from '../kit/limits.ts'
import { readPrivateFile, writePrivateFile } from '../kit/private-file.ts'
import { keyBytes } from './passphrase.ts'

const line = z.strictObject({ iv: z.base64(), sealed: z.base64(), tag: z.base64() })
type Line = z.infer<typeof line>

function path(dataDir: string): string {
  return join(dataDir, '.former-keys')
}

/** Durable when it returns. */
export function noteFormerKey(dataDir: string, former: Buffer, next: Buffer): void {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', sealingKey(next), iv)
  const sealed = Buffer.concat([cipher.update(former), cipher.final()])
  const text = (value: Buffer) => value.toString('base64')
  const added: Line = { iv: text(iv), sealed: text(sealed), tag: text(cipher.getAuthTag()) }
  // A chain longer than the file may be loses its oldest keys: their backups are long gone.
  const lines = [...readLines(dataDir), added].slice(-limits.formerKeysMax)
  writePrivateFile(path(dataDir), `${lines.map((each) => JSON.stringify(each)).join('\n')}\n`)
}

/** Every key that leads to `present`, the one before it first. */
export function formerKeys(dataDir: string, present: Buffer): readonly Buffer[] {
  const lines = readLines(dataDir)
  const found: Buffer[] = []
  for (let key: Buffer | undefined = present; key !== undefined && found.length <= lines.length; ) {
    const opened: readonly Buffer[] = openAll(lines, key)
    const fresh: Buffer | undefined = opened.find((each) => !found.some((known) => known.equals(each)))
    if (fresh !== undefined) found.push(fresh)
    key = fresh
  }
  return found
}

function openAll(lines: readonly Line[], key: Buffer): readonly Buffer[] {
  return lines.flatMap((sealed) => open(sealed, key) ?? [])
}

function open({ iv, sealed, tag }: Line, key: Buffer): Buffer | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', sealingKey(key), Buffer.from(iv, 'base64'))
    decipher.setAuthTag(Buffer.from(tag, 'base64'))
    const opened = Buffer.concat([decipher.update(Buffer.from(sealed, 'base64')), decipher.final()])
    return opened.length === keyBytes ? opened : null
  } catch {
    // Sealed under another key: that is what the authentication tag tells.
    return null
  }
}

/** Not the store's key itself: one key, one use. */
function sealingKey(key: Buffer): Buffer {
  return createHmac('sha256', key).update('iai-mcp former key').digest()
}

function readLines(dataDir: string): readonly Line[] {
  const text = readPrivateFile(path(dataDir), limits.formerKeysBytesMax) ?? ''
  return text.split('\n').flatMap((each) => {
    const parsed = line.safeParse(parseOrNull(each))
    return parsed.success ? [parsed.data] : []
  })
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
