// Lines of a claimed spool file that are set aside: copied as they were, piece by piece, to a draft beside the file,
// which joins `<name>.rejected` when the file is done. A file that is delivered in several rounds starts its draft anew
// in each, and so does not repeat its bad lines. Nothing of a line is held in memory.
import { createReadStream, createWriteStream } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { clientLimits } from './limits.ts'
import type { LinePlace } from './lines.ts'

export interface Rejects {
  add(line: LinePlace): Promise<void>
  /** Joins the draft to what was set aside before; durable when it resolves. */
  keep(path: string): Promise<void>
  /** Lets go of the files; the draft goes too. */
  discard(): Promise<void>
}

export function createRejects(source: string, draft: string): Rejects {
  let files: { readonly from: FileHandle; readonly to: FileHandle } | null = null

  async function opened() {
    if (files === null) {
      const from = await open(source, 'r')
      try {
        files = { from, to: await open(draft, 'w', 0o600) }
      } finally {
        if (files === null) await from.close()
      }
    }
    return files
  }

  async function closeFiles(): Promise<void> {
    const { from, to } = files ?? {}
    files = null
    await from?.close()
    await to?.close()
  }

  return {
    async add({ start, end }) {
      const { from, to } = await opened()
      const piece = Buffer.alloc(Math.min(end - start, clientLimits.spoolCopyBytes))
      for (let at = start; at < end; ) {
        const { bytesRead } = await from.read(piece, 0, Math.min(piece.length, end - at), at)
        if (bytesRead === 0) throw new Error('the spool file became shorter while it was read')
        await to.appendFile(piece.subarray(0, bytesRead))
        at += bytesRead
      }
      await to.appendFile('\n')
    },
    async keep(path) {
      if (files === null) return
      await closeFiles()
      await pipeline(
        createReadStream(draft),
        createWriteStream(path, { flags: 'a', mode: 0o600, flush: true }),
      )
    },
    async discard() {
      await closeFiles()
      await rm(draft, { force: true })
    },
  }
}
