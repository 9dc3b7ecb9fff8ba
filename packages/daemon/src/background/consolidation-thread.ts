// Entry of the consolidation thread: runs one pure step at a time on what it is sent, and keeps nothing.
import { constants, platform, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { consolidationSteps } from '../consolidation/steps.ts'
import { assert } from '../kit/assert.ts'
import type { StepAnswer, StepRequest } from './consolidation-worker.ts'

const port = parentPort
assert(port !== null, 'consolidation-thread.ts runs in a worker thread')

// On Linux a priority is one thread's: requests go first wherever both want a processor. Elsewhere it would be the
// whole process's.
if (platform() === 'linux') setPriority(constants.priority.PRIORITY_LOW)

port.on('message', (request: StepRequest) => {
  const value =
    request.step === 'extract'
      ? consolidationSteps.extract(request.given)
      : consolidationSteps.plan(request.given)
  port.postMessage({ value } satisfies StepAnswer)
})
