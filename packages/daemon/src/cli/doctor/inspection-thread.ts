// Entry of doctor's inspection thread: answers the one question it was started with, and ends.
import { readFileSync, statSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { decodeModel } from '../../embedding/builtin/model-file.ts'
import { type HttpEmbedderOptions, openHttpEmbedder } from '../../embedding/http/http-embedder.ts'
import { assert } from '../../kit/assert.ts'
import { isAppError } from '../../kit/errors.ts'
import { checkStore, type StoreCheck, type StoreCheckOptions } from '../../store/sqlite/checking.ts'
import { openReader } from '../../store/sqlite/connection.ts'
import { toAppError } from '../../store/sqlite/sqlite-errors.ts'

export type InspectionRequest =
  | {
      readonly kind: 'store'
      readonly file: string
      readonly key: Uint8Array
      readonly options: Omit<StoreCheckOptions, 'random'>
    }
  | { readonly kind: 'model'; readonly file: string }
  | {
      readonly kind: 'endpoint'
      readonly endpoint: Pick<HttpEmbedderOptions, 'kind' | 'baseUrl' | 'model' | 'apiKey' | 'callMsMax'>
    }

export interface Inspected {
  /** Null: of an older program, not yet migrated. */
  readonly store: StoreCheck | null
  /** Raised for a file that is not whole. */
  readonly model: { readonly name: string; readonly terms: number }
  /** Raised when it does not answer, or wrongly, the one fixed word it is asked for. */
  readonly endpoint: { readonly dimensions: number }
}

const port = parentPort
assert(port !== null, 'inspection-thread.ts runs in a worker thread')
const request = workerData as InspectionRequest

try {
  port.postMessage({ value: await inspected(request) })
} catch (error) {
  const told = isAppError(error) || request.kind !== 'store' ? error : toAppError(error, request.file)
  port.postMessage({ failure: told instanceof Error ? told.message : String(told) })
}

function inspected(asked: InspectionRequest): Inspected[keyof Inspected] | Promise<Inspected['endpoint']> {
  switch (asked.kind) {
    case 'store':
      return inspectStore(asked)
    case 'model':
      return inspectModel(asked)
    case 'endpoint':
      return inspectEndpoint(asked)
  }
}

function inspectStore({
  file,
  key,
  options,
}: Extract<InspectionRequest, { kind: 'store' }>): Inspected['store'] {
  const db = openReader({ file, key: Buffer.from(key) })
  try {
    const { size: bytes } = statSync(file)
    return checkStore(db, bytes, { ...options, random: Math.random })
  } finally {
    db.close()
  }
}

function inspectModel({ file }: Extract<InspectionRequest, { kind: 'model' }>): Inspected['model'] {
  const { name, terms } = decodeModel(readFileSync(file))
  return { name, terms: terms.length }
}

async function inspectEndpoint({
  endpoint,
}: Extract<InspectionRequest, { kind: 'endpoint' }>): Promise<Inspected['endpoint']> {
  const embedder = await openHttpEmbedder(endpoint)
  await embedder.close()
  return { dimensions: embedder.dimensions }
}
