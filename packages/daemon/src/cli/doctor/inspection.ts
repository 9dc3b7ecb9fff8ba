// Looking into the store, the model and an endpoint takes time and an adapter, so it is done on a thread of its own,
// bounded and ended when that is over. The thread stands in for the composition root: it picks the adapters.
import { Worker } from 'node:worker_threads'
import { answeredWithin } from '../../kit/deadline.ts'
import { AppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { threadEntry } from '../../kit/thread-entry.ts'
import type { Inspected, InspectionRequest } from './inspection-thread.ts'

/** Rejects with AppError: what the thread raised, or `timeout`. */
export async function inspect<Kind extends InspectionRequest['kind']>(
  request: Extract<InspectionRequest, { kind: Kind }>,
  deep: boolean,
): Promise<Inspected[Kind]> {
  const entry = threadEntry('inspection-thread', import.meta.url)
  const worker = new Worker(entry, { execArgv: [], workerData: request })
  const msMax = deep ? limits.doctorDeepInspectionMsMax : limits.doctorInspectionMsMax
  const late = () =>
    new AppError('timeout', `not done within ${msMax / 1000} s; try again when the machine is idle`)
  try {
    return await answeredWithin(answerOf<Inspected[Kind]>(worker), msMax, late)
  } finally {
    await worker.terminate()
  }
}

function answerOf<Value>(worker: Worker): Promise<Value> {
  return new Promise((resolve, reject) => {
    worker.on('message', (answer: { value: Value } | { failure: string }) =>
      'value' in answer ? resolve(answer.value) : reject(new AppError('store_corrupt', answer.failure)),
    )
    worker.on('error', reject)
    worker.on('exit', () => reject(new AppError('internal', 'the inspection ended without an answer')))
  })
}
