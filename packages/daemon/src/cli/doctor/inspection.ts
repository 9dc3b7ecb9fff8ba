// Looking into the store and the model takes time and an adapter, so it is done on a thread of its own, bounded and
// ended when that is over. The thread stands in for the composition root: it picks the adapters.
import { Worker } from 'node:worker_threads'
import { AppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import type { Inspected, InspectionRequest } from './inspection-thread.ts'

/** Rejects with AppError: what the thread raised, or `timeout`. */
export async function inspect<Kind extends InspectionRequest['kind']>(
  request: Extract<InspectionRequest, { kind: Kind }>,
  deep: boolean,
): Promise<Inspected[Kind]> {
  const entry = import.meta.url.endsWith('.ts') ? './inspection-thread.ts' : './inspection-thread.js'
  const worker = new Worker(new URL(entry, import.meta.url), { execArgv: [], workerData: request })
  const msMax = deep ? limits.doctorDeepInspectionMsMax : limits.doctorInspectionMsMax
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<Inspected[Kind]>((resolve, reject) => {
      timer = setTimeout(() => {
        reject(
          new AppError('timeout', `not done within ${msMax / 1000} s; try again when the machine is idle`),
        )
      }, msMax)
      worker.on('message', (answer: { value: Inspected[Kind] } | { failure: string }) =>
        'value' in answer ? resolve(answer.value) : reject(new AppError('store_corrupt', answer.failure)),
      )
      worker.on('error', reject)
      worker.on('exit', () => reject(new AppError('internal', 'the inspection ended without an answer')))
    })
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
