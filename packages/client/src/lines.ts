// Lines of a file as bytes, cut at line feeds only. Not readline: that one also cuts at U+2028 and U+2029, which
// stand unescaped inside JSON strings. Holds one line of the permitted length at most: a longer one is told by its
// place in the file and dropped while it passes.
import { createReadStream } from 'node:fs'

/** Where a line stands in its file: offsets of its first byte and of its line break. */
export interface LinePlace {
  /** 1-based */
  readonly number: number
  readonly start: number
  readonly end: number
}

export interface FileLine extends LinePlace {
  /** Without its line break; null when it was longer than the limit. */
  readonly bytes: Buffer | null
}

export async function* readLines(path: string, lineBytesMax: number): AsyncGenerator<FileLine> {
  let parts: Buffer[] = []
  let number = 1
  let start = 0
  let at = 0
  const gather = (part: Buffer): void => {
    at += part.length
    if (at - start > lineBytesMax) parts = []
    else if (part.length > 0) parts.push(part)
  }
  const cut = (): FileLine => {
    const bytes = at - start > lineBytesMax ? null : Buffer.concat(parts)
    return { bytes, number, start, end: at }
  }
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let seen = 0
    for (let found = chunk.indexOf(10); found >= 0; found = chunk.indexOf(10, seen)) {
      gather(chunk.subarray(seen, found))
      yield cut()
      parts = []
      seen = found + 1
      at += 1
      start = at
      number += 1
    }
    gather(chunk.subarray(seen))
  }
  if (at > start) yield cut()
}
