// The spool: turns that could not be delivered, kept in plain JSON lines until a daemon takes them. One file per
// (client, session) under `<data dir>/.deferred-captures/`, each line complete in itself (spooled-turn.ts). This file
// owns the appending; spool-drain.ts owns the way back. Delivery is at least once: `message_id` makes it once. Secrets
// never get here: see spool-redaction.ts.
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ClientError, errnoOf } from './client-error.ts'
import { assertOurs, assertPrivateDir, spoolFolderName } from './data-dir.ts'
import { makeDurableFolder, syncFolder } from './durable-folder.ts'
import { clientLimits } from './limits.ts'
import { createSpoolRedaction } from './spool-redaction.ts'
import {
  encodeLines,
  encodeNotice,
  type SessionNotice,
  type SpoolReceipt,
  spoolLine,
} from './spooled-turn.ts'
import type { CaptureBatch } from './wire.ts'

export interface Spool {
  /**
   * Durable when it resolves, new names too (but what is private as a whole, of which nothing is kept), with what
   * spool-fate.ts finds the turns again by. Rejects with ClientError `refused` when the spool is full, unsafe or unwritable.
   */
  append(batch: CaptureBatch): Promise<SpoolReceipt>
  /** The same for what a host did with a session's words: behind the turns that wait. */
  appendNotice(notice: SessionNotice): Promise<SpoolReceipt>
  /** Whether something of the session waits that no daemon has begun to take. */
  waits(client: string, session: string): Promise<boolean>
}

export const spoolFileEnding = '.jsonl'
const lineBreak = Buffer.from('\n')

export function spoolFolder(dataDir: string): string {
  return join(dataDir, spoolFolderName)
}

export function createSpool({ dataDir }: { readonly dataDir: string }): Spool {
  const folder = spoolFolder(dataDir)
  const withoutSecrets = createSpoolRedaction({ dataDir })

  async function appendLines(file: string, making: () => Promise<Buffer[]>): Promise<SpoolReceipt> {
    const path = join(folder, file)
    try {
      await makePrivate(dataDir)
      await makePrivate(folder)
      const lines = await making()
      if (lines.length === 0) return { file, lines: [] }
      // The leading line break ends a line that a crash may have left unfinished; empty lines mean nothing.
      const bytes = Buffer.concat([lineBreak, ...lines.flatMap((line) => [line, lineBreak])])
      await assertRoom(folder, bytes.length)
      for (let tries = 0; tries < clientLimits.spoolAppendTriesMax; tries += 1) {
        if (!(await appendOnce(path, bytes))) continue
        // Each time: another process may have made the file or the folder, and have ended before it synced them.
        await syncFolder(folder)
        await syncFolder(dataDir)
        return { file, lines: lines.map(spoolLine) }
      }
    } catch (error) {
      if (error instanceof ClientError) throw error
      const why = errnoOf(error) ?? 'unknown error'
      throw new ClientError('refused', `cannot write ${path} (${why})`, null, { cause: error })
    }
    throw new ClientError('refused', `${path} was taken away at every try; try again`)
  }

  return {
    async append(batch) {
      const file = spoolFileName(batch.client, batch.session_id)
      if (batch.turns.length === 0) return { file, lines: [] }
      return appendLines(file, async () => encodeLines(await withoutSecrets(batch)))
    },
    appendNotice: (notice) =>
      appendLines(spoolFileName(notice.client, notice.session_id), async () => [encodeNotice(notice)]),
    waits: (client, session) =>
      stat(join(folder, spoolFileName(client, session))).then(
        () => true,
        () => false,
      ),
  }
}

/** A name that people can read; what does not fit a file name is replaced, and a hash keeps such names apart. */
export function spoolFileName(client: string, session: string): string {
  const whole = `${client}-${session}`
  const plain = whole.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_')
  if (plain === whole && plain.length <= clientLimits.spoolNameCharsMax) return `${plain}${spoolFileEnding}`
  const hash = createHash('sha256')
    .update(JSON.stringify([client, session]))
    .digest('hex')
    .slice(0, 16)
  return `${plain.slice(0, clientLimits.spoolNameCharsMax)}-${hash}${spoolFileEnding}`
}

/**
 * One write to the end of the file. False when the file was claimed for delivery meanwhile: the lines may or may not
 * have been seen, so they are written again to a new file, and their message ids make them one.
 */
async function appendOnce(path: string, bytes: Buffer): Promise<boolean> {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW
  let file: FileHandle | undefined
  try {
    file = await open(path, flags, 0o600)
    const found = await file.stat()
    assertOurs(path, found)
    // A umask may have taken from us what the next append needs.
    if ((found.mode & 0o600) !== 0o600) await file.chmod(0o600)
    if (found.size + bytes.length > clientLimits.spoolFileBytesMax) {
      throw new ClientError('refused', `${path} is full; start the daemon so that it takes what waits there`)
    }
    const { bytesWritten } = await file.write(bytes)
    if (bytesWritten !== bytes.length) throw new ClientError('refused', `${path}: the disk is full`)
    await file.datasync()
    const still = await lstat(path).catch(() => null)
    return still !== null && still.ino === found.ino && still.dev === found.dev
  } finally {
    await file?.close()
  }
}

async function makePrivate(folder: string): Promise<void> {
  await makeDurableFolder(folder)
  await assertPrivateDir(folder)
}

async function assertRoom(folder: string, bytesMore: number): Promise<void> {
  const names = await readdir(folder)
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  const total = sizes.reduce((sum, size) => sum + size, bytesMore)
  if (total > clientLimits.spoolTotalBytesMax || names.length >= clientLimits.spoolFilesMax) {
    throw new ClientError('refused', `${folder} is full; start the daemon so that it takes what waits there`)
  }
}
