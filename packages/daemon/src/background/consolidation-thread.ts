// Entry of the consolidation thread: runs one pure step at a time on what it is sent, and keeps nothing.
import { parentPort } from 'node:worker_threads'
import { consolidationSteps } from '../consolidation/steps.ts'
import { assert } from '../kit/assert.ts'
import type { StepAnswer, StepRequest } from './consolidation-worker.ts'

const port = parentPort
assert(port !== null, 'consolidation-thread.ts runs in a worker thread')

port.on('message', (request: StepRequest) => {
  const value =
    request.step === 'extract'
      ? consolidationSteps.extract(request.given)
      : consolidationSteps.plan(request.given)
  port.postMessage({ value } satisfies StepAnswer)
})
