// Opens a benchmark file, compressed or not, and brings it into the unified form of dataset.ts.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import type { BenchStore } from './dataset.ts'

/** Stores of one file, one at a time. */
export async function* readStores(path: string): AsyncGenerator<BenchStore> {
  const file = createReadStream(path)
  const bytes = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  for await (const line of createInterface({ input: bytes, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== '') yield JSON.parse(line) as BenchStore
  }
}
