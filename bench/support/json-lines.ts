// JSON lines of a file, compressed or not, one at a time. Cut at line feeds only: readline also cuts at U+2028 and
// U+2029, which stand unescaped inside JSON strings.
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { linesOf } from '../../packages/daemon/src/history/lines.ts'

/** Blank lines are passed over. */
export async function* jsonLines(path: string): AsyncGenerator<unknown> {
  const file = createReadStream(path)
  const chunks: AsyncIterable<Buffer> = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  for await (const { bytes } of linesOf(chunks, { from: 0, lineBytesMax: Number.POSITIVE_INFINITY })) {
    const text = bytes?.toString('utf8').trim() ?? ''
    if (text !== '') yield JSON.parse(text)
  }
}
