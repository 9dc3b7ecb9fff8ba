// Cuts a byte stream into lines without ever holding more than one line of the permitted length.

export type Line =
  | { readonly kind: 'line'; readonly bytes: Buffer }
  /** A line over the limit: thrown away up to its end. */
  | { readonly kind: 'too_long' }

const lf = 0x0a

/** Lines without their LF; what stands after the last LF when the stream ends counts as a line if it is not empty. */
export async function* readLines(chunks: AsyncIterable<Buffer>, lineBytesMax: number): AsyncGenerator<Line> {
  let parts: Buffer[] = []
  let bytes = 0

  function add(part: Buffer): void {
    bytes += part.length
    if (bytes > lineBytesMax) parts = []
    else parts.push(part)
  }
  function finish(): Line {
    const line: Line =
      bytes > lineBytesMax ? { kind: 'too_long' } : { kind: 'line', bytes: Buffer.concat(parts, bytes) }
    parts = []
    bytes = 0
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
