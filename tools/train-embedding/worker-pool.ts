// Runs training tasks on a few worker threads. Tasks are independent and return in the order asked for, so the
// number of threads never changes a result.
import { Worker } from 'node:worker_threads'
import type { TaskArgs, TaskName, TaskResult } from './tasks.ts'

export interface WorkerSeed {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
}

interface Answer {
  readonly result?: unknown
  readonly error?: unknown
}

export class WorkerPool {
  private readonly idle: Worker[]
  private readonly workers: readonly Worker[]

  constructor(threads: number, seed: WorkerSeed) {
    this.workers = Array.from(
      { length: threads },
      () => new Worker(new URL('./train-worker.ts', import.meta.url), { workerData: seed }),
    )
    this.idle = [...this.workers]
  }

  /** Runs `name` once per element of `list`, as many at a time as there are threads. */
  async map<Name extends TaskName>(name: Name, list: readonly TaskArgs<Name>[]): Promise<TaskResult<Name>[]> {
    const results: TaskResult<Name>[] = new Array(list.length)
    let next = 0
    const lane = async (worker: Worker): Promise<void> => {
      while (next < list.length) {
        const index = next++
        results[index] = (await ask(worker, name, list[index])) as TaskResult<Name>
      }
    }
    await Promise.all(this.idle.map(lane))
    return results
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()))
  }
}

function ask(worker: Worker, name: TaskName, args: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (answer: Answer): void => {
      worker.off('error', reject)
      if (answer.error === undefined) resolve(answer.result)
      else reject(answer.error)
    }
    worker.once('message', settle)
    worker.once('error', reject)
    worker.postMessage({ name, args })
  })
}
