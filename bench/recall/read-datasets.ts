// Opens a benchmark, compressed or not, in the unified form of dataset.ts (one store per line) or as its authors publish
// it, and brings it into the unified form.
import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { jsonLines } from '../support/json-lines.ts'
import { isBeamFolder, readBeam } from './beam.ts'
import type { BenchStore } from './dataset.ts'
import { isLocomo, readLocomo } from './locomo.ts'
import { isLongMemEval, readLongMemEval } from './longmemeval.ts'
import { readProbes } from './probes.ts'

/** Stores of one file (or of BEAM's folder of chats), one at a time. */
export async function* readStores(path: string): AsyncGenerator<BenchStore> {
  if (statSync(path).isDirectory()) {
    if (!isBeamFolder(path)) throw new Error(`${path}: no BEAM chats (N/chat.json) in this folder`)
    yield* readBeam(path)
  } else if (/\.jsonl(?:\.gz)?$/.test(path)) {
    for await (const store of jsonLines(path)) yield store as BenchStore
  } else if (path.endsWith('.txt')) {
    yield readProbes(basename(path, '.txt'), readFileSync(path, 'utf8'))
  } else {
    yield* readPublished(path)
  }
}

function readPublished(path: string): Iterable<BenchStore> {
  const bytes = readFileSync(path)
  const json: unknown = JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString())
  if (isLongMemEval(json)) return readLongMemEval(json)
  if (isLocomo(json)) return readLocomo(json)
  throw new Error(`${path}: neither the unified form, nor LongMemEval, nor LoCoMo`)
}
