// Exports as files: written whole or not at all, private from creation; read in pieces, so that a file of gigabytes takes
// no more memory than its longest record.
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../kit/errors.ts'
import { syncPath } from '../kit/files.ts'
import { limits } from '../kit/limits.ts'
import type { ArchiveFormat, ArchiveRecord } from './archive-records.ts'
import { createArchiveWriting } from './archive-text.ts'
import { unfinishedSuffix } from './backup-folder.ts'

/** Returns how many records were written. */
export function writeArchive(file: string, format: ArchiveFormat, records: Iterable<ArchiveRecord>): number {
  const draft = `${file}${unfinishedSuffix}`
  rmSync(draft, { force: true })
  try {
    const count = writeRecords(draft, createArchiveWriting(format), records)
    renameSync(draft, file)
    syncPath(dirname(file))
    return count
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

function writeRecords(
  draft: string,
  write: (record: ArchiveRecord) => string,
  records: Iterable<ArchiveRecord>,
): number {
  const handle = openSync(draft, 'wx', 0o600)
  let waiting = ''
  let count = 0
  const flush = () => {
    const bytes = Buffer.from(waiting)
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at)
    waiting = ''
  }
  try {
    for (const record of records) {
      waiting += write(record)
      count += 1
      if (waiting.length > limits.archiveChunkBytes) flush()
    }
    flush()
    fsyncSync(handle)
    return count
  } finally {
    closeSync(handle)
  }
}

/** Lines without their line feeds; a carriage return before one belongs to the line. */
export function* linesOfFile(file: string): Generator<string> {
  const handle = openSync(file, 'r')
  let parts: Buffer[] = []
  let bytes = 0
  try {
    for (;;) {
      const chunk = Buffer.alloc(limits.archiveChunkBytes)
      const length = readSync(handle, chunk, 0, chunk.length, null)
      if (length === 0) break
      let rest = chunk.subarray(0, length)
      for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
        yield Buffer.concat([...parts, rest.subarray(0, at)]).toString('utf8')
        parts = []
        bytes = 0
        rest = rest.subarray(at + 1)
      }
      parts.push(rest)
      bytes += rest.length
      if (bytes > limits.archiveLineBytesMax)
        throw new AppError('too_large', `${file} has a line of more than ${limits.archiveLineBytesMax} bytes`)
    }
    if (bytes > 0) yield Buffer.concat(parts).toString('utf8')
  } finally {
    closeSync(handle)
  }
}
