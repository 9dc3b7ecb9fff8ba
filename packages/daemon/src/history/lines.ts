// Cuts a stream of bytes into lines with their offsets, in constant memory: a line over the limit is counted and
// dropped while it passes, never gathered.

export interface Line {
  /** Without its line break; null when it was longer than the limit. */
  readonly bytes: Buffer | null
  readonly start: number
  /** Offset behind the line break. */
  readonly end: number
  /** False for a last line without line break. */
  readonly isEnded: boolean
}

const lineFeed = 0x0a

/** `from` is the offset of the first byte of `chunks`. Empty lines are lines too. */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  { from, lineBytesMax }: { readonly from: number; readonly lineBytesMax: number },
): AsyncGenerator<Line> {
  let start = from
  let at = from
  let parts: Buffer[] = []
  const gather = (part: Buffer): void => {
    if (at - start <= lineBytesMax) parts.push(part)
    else parts = []
  }
  const line = (end: number, isEnded: boolean): Line => {
    const length = end - start - (isEnded ? 1 : 0)
    const bytes =
      length > lineBytesMax ? null : parts.length === 1 ? (parts[0] ?? null) : Buffer.concat(parts)
    const cut = { bytes, start, end, isEnded }
    parts = []
    start = end
    return cut
  }

  for await (const chunk of chunks) {
    let seen = 0
    for (;;) {
      const found = chunk.indexOf(lineFeed, seen)
      if (found === -1) break
      const part = chunk.subarray(seen, found)
      at += part.length
      gather(part)
      at += 1
      seen = found + 1
      yield line(at, true)
    }
    const rest = chunk.subarray(seen)
    at += rest.length
    if (rest.length > 0) gather(rest)
  }
  if (at > start) yield line(at, false)
}
