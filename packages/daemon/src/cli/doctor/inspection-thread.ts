// Entry of doctor's inspection thread: answers the one question it was started with, and ends.
import { readFileSync, statSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { decodeModel } from '../../embedding/builtin/model-file.ts'
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

export interface Inspected {
  /** Null: of an older program, not yet migrated. */
  readonly store: StoreCheck | null
  /** Raised for a file that is not whole. */
  readonly model: { readonly name: string; readonly terms: number }
}

const port = parentPort
assert(port !== null, 'inspection-thread.ts runs in a worker thread')
const request = workerData as InspectionRequest

try {
  port.postMessage({ value: request.kind === 'store' ? inspectStore(request) : inspectModel(request) })
} catch (error) {
  const told = isAppError(error) || request.kind === 'model' ? error : toAppError(error, request.file)
  port.postMessage({ failure: told instanceof Error ? told.message : String(told) })
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
