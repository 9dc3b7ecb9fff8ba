// `.http.token`: the secret that lets a program of this user in. Made on first start, kept across restarts, replaced
// only by rotation. A file that others could read is refused rather than trusted.
import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import { readPrivateFile, writePrivateFile } from '../../kit/private-file.ts'

const tokenBytes = 32
const tokenPattern = /^[A-Za-z0-9_-]{43}$/
const tokenFileBytesMax = 256

export function tokenFilePath(dataDir: string): string {
  return join(dataDir, '.http.token')
}

/** The token, or null when there is no file. Raises data_dir_unsafe, and config_invalid for a malformed one. */
export function readToken(dataDir: string): string | null {
  const path = tokenFilePath(dataDir)
  const text = readPrivateFile(path, tokenFileBytesMax)
  if (text === null) return null
  const token = text.replace(/\r?\n$/, '') // an editor's doing
  if (!tokenPattern.test(token)) {
    throw new AppError(
      'config_invalid',
      `${path} holds no token of ours: replace it with 'iai-mcp token rotate'`,
    )
  }
  return token
}

/** Writes a new token and returns it; a running daemon asks for the new one from its next request on. */
export function rotateToken(dataDir: string): string {
  const token = randomBytes(tokenBytes).toString('base64url')
  writePrivateFile(tokenFilePath(dataDir), token)
  return token
}

export interface TokenSource {
  /** The token that counts now. */
  current(): string
}

/**
 * The daemon's view of the file, made if missing. A rotation by another process is seen at the next call. When the
 * file goes away or turns bad under a running daemon, the last good token keeps counting and the log says so, once.
 */
export function openToken(dataDir: string, log: Log): TokenSource {
  const path = tokenFilePath(dataDir)
  let token = readToken(dataDir) ?? rotateToken(dataDir)
  let version = versionOf(path)
  return {
    current() {
      const found = versionOf(path)
      if (found === version) return token
      version = found
      try {
        const fresh = readToken(dataDir)
        if (fresh === null) log.warn('http_token_missing')
        else token = fresh
      } catch (error) {
        log.error('http_token_unreadable', error)
      }
      return token
    },
  }
}

/** Changes whenever the file is replaced or written to. What keeps it from being read shows when it is read. */
function versionOf(path: string): string {
  try {
    const { dev, ino, mtimeNs, mode } = statSync(path, { bigint: true })
    return `${dev}:${ino}:${mtimeNs}:${mode}`
  } catch {
    return 'none'
  }
}
