// Cuts a byte stream into lines without ever holding more than one line of the permitted length.
import { limits } from '../../kit/limits.ts'

export type Line =
  | { readonly kind: 'line'; readonly bytes: Buffer }
  /** A line over the limit: thrown away, but for at most `limits.lineEndBytesMax` at either end. */
  | { readonly kind: 'too_long'; readonly head: Buffer; readonly tail: Buffer }

const lf = 0x0a

/** Lines without their LF; what stands after the last LF when the stream ends counts as a line if it is not empty. */
export async function* readLines(chunks: AsyncIterable<Buffer>, lineBytesMax: number): AsyncGenerator<Line> {
  let parts: Buffer[] = []
  let bytes = 0
  let head: Buffer | null = null

  function add(part: Buffer): void {
    bytes += part.length
    parts.push(part)
    if (bytes <= lineBytesMax) return
    const kept = Buffer.concat(parts)
    // Copied out of it: a piece of a buffer keeps the whole.
    head ??= Buffer.from(kept.subarray(0, limits.lineEndBytesMax))
    parts = [Buffer.from(kept.subarray(-limits.lineEndBytesMax))]
  }
  function finish(): Line {
    const kept = Buffer.concat(parts)
    const line: Line = head === null ? { kind: 'line', bytes: kept } : { kind: 'too_long', head, tail: kept }
    parts = []
    bytes = 0
    head = null
    return line
  }

  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(lf); end !== -1; end = chunk.indexOf(lf, start)) {
      add(chunk.subarray(start, end))
      start = end + 1
      yield finish()
    }
    add(chunk.subarray(start))
  }
  if (bytes > 0) yield finish()
}
