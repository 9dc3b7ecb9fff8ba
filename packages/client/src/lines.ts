// Lines of a file as bytes, cut at line feeds only. Not readline: that one also cuts at U+2028 and U+2029, which
// stand unescaped inside JSON strings.
import { createReadStream } from 'node:fs'

export interface FileLine {
  readonly bytes: Buffer
  /** 1-based */
  readonly number: number
}

export async function* readLines(path: string): AsyncGenerator<FileLine> {
  let parts: Buffer[] = []
  let number = 0
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let rest = chunk
    for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
      number += 1
      yield { bytes: Buffer.concat([...parts, rest.subarray(0, at)]), number }
      parts = []
      rest = rest.subarray(at + 1)
    }
    if (rest.length > 0) parts.push(rest)
  }
  if (parts.length > 0) yield { bytes: Buffer.concat(parts), number: number + 1 }
}
