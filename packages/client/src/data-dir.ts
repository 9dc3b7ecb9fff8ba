// Where the daemon of a data directory is, and whether what leads there can be trusted: the directory and its
// discovery files must be ours and writable by nobody else, or the token is not read, let alone sent.
import { constants } from 'node:fs'
import { type FileHandle, lstat, open, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { ClientError, errnoOf } from './client-error.ts'
import { clientLimits } from './limits.ts'

export const portFileName = '.http.port'
export const tokenFileName = '.http.token'
export const socketFileName = '.daemon.sock'
export const spoolFolderName = '.deferred-captures'

const othersMayWrite = 0o022

export interface DaemonAddress {
  readonly port: number
  readonly token: string
}

/** `named` (an option, `IAI_MCP_STORE`), else `~/.iai-mcp`. A leading `~/` means the home directory. */
export function resolveDataDir(named: string | undefined, home: string = homedir()): string {
  if (named === undefined || named.trim() === '') return join(home, '.iai-mcp')
  if (named === '~') return home
  return named.startsWith('~/') ? join(home, named.slice(2)) : resolve(named)
}

/** Port and token of the daemon of `dataDir`. Raises `not_running` when there are none, `refused` when unsafe. */
export async function discoverDaemon(dataDir: string): Promise<DaemonAddress> {
  await assertPrivateDir(dataDir)
  const port = Number(await readPrivateFile(join(dataDir, portFileName), clientLimits.portFileBytesMax))
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new ClientError('bad_answer', `${join(dataDir, portFileName)} holds no port; restart the daemon`)
  }
  const token = await readPrivateFile(join(dataDir, tokenFileName), clientLimits.tokenFileBytesMax)
  // A token with a line break would end the header early and start one of its own.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new ClientError(
      'bad_answer',
      `${join(dataDir, tokenFileName)} holds no token; run: iai-mcp token rotate`,
    )
  }
  return { port, token }
}

/** Raises unless `path` is a directory of ours that nobody else may write to. */
export async function assertPrivateDir(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw fromFileError(error, path)
  })
  if (!found.isDirectory()) throw new ClientError('refused', `${path} is not a directory`)
  assertOurs(path, found)
}

/**
 * Raises unless `path` is a socket of ours in a folder where nobody else can put another in its place. Node cannot ask
 * a socket who is at its other end, so this is what tells the daemon from a stranger.
 */
export async function assertPrivateSocket(path: string): Promise<void> {
  await assertFolderOfSocket(dirname(path))
  const found = await lstat(path).catch((error: unknown) => {
    throw fromFileError(error, path)
  })
  if (!found.isSocket()) throw new ClientError('refused', `${path} is not a socket`)
  assertOurs(path, found)
}

/** A sticky folder like /tmp is not enough: whoever is first after the daemon has gone would have the name. */
async function assertFolderOfSocket(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw fromFileError(error, path)
  })
  const isTheSystems = found.uid === 0 && (found.mode & othersMayWrite) === 0
  if (!isTheSystems) assertOurs(path, found)
}

async function readPrivateFile(path: string, bytesMax: number): Promise<string> {
  let file: FileHandle | undefined
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    const found = await file.stat()
    if (!found.isFile()) throw new ClientError('refused', `${path} is not a file`)
    assertOurs(path, found)
    if (found.size > bytesMax) throw new ClientError('refused', `${path} is larger than it can be`)
    return (await file.readFile('utf8')).trim()
  } catch (error) {
    throw fromFileError(error, path)
  } finally {
    await file?.close()
  }
}

export function assertOurs(path: string, found: { readonly uid: number; readonly mode: number }): void {
  const us = process.getuid?.()
  if (us === undefined) return // no owners or modes to speak of on this system
  if (found.uid !== us) {
    throw new ClientError(
      'refused',
      `${path} belongs to user ${found.uid}, not to us (${us}); not trusting it`,
    )
  }
  if ((found.mode & othersMayWrite) !== 0) {
    throw new ClientError('refused', `${path} can be written by others; run: chmod go-w '${path}'`)
  }
}

function fromFileError(error: unknown, path: string): Error {
  if (error instanceof ClientError) return error
  const errno = errnoOf(error)
  if (errno === 'ENOENT' || errno === 'ENOTDIR') {
    return new ClientError(
      'not_running',
      `no iai-mcp daemon runs here (${path} is missing); start it with: iai-mcp daemon --http`,
    )
  }
  if (errno === 'ELOOP') return new ClientError('refused', `${path} is a symbolic link; not trusting it`)
  return new ClientError('refused', `cannot read ${path} (${errno ?? 'unknown error'})`, null, {
    cause: error,
  })
}
