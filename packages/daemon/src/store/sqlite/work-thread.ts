// Entry of a thread that does one piece of long work on a store that is in use (store-work.ts), answers, and ends.
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../../kit/assert.ts'
import { toWire } from './protocol.ts'
import { toAppError } from './sqlite-errors.ts'
import { runWork, type StoreWork, type WorkAnswer } from './store-work.ts'

const port = parentPort
assert(port !== null, 'work-thread.ts runs in a worker thread')
port.postMessage(answer(workerData as StoreWork))

function answer(work: StoreWork): WorkAnswer {
  try {
    return { ok: true, value: runWork(work) }
  } catch (error) {
    return { ok: false, error: toWire(toAppError(error, work.target)) }
  }
}
