// The thread's end of WorkerPool: runs one task at a time on the shared memory.
import { parentPort, workerData } from 'node:worker_threads'
import { instantiateKernels } from './kernels.ts'
import { type TaskContext, type TaskName, tasks } from './tasks.ts'
import type { WorkerSeed } from './worker-pool.ts'

const seed = workerData as WorkerSeed
const context: TaskContext = { memory: seed.memory, kernels: instantiateKernels(seed.module, seed.memory) }

parentPort?.on('message', ({ name, args }: { name: TaskName; args: unknown }) => {
  try {
    const run = tasks[name] as (context: TaskContext, args: unknown) => unknown
    parentPort?.postMessage({ result: run(context, args) })
  } catch (error) {
    parentPort?.postMessage({ error })
  }
})
