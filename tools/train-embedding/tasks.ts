// The closed list of what a training thread can be asked to do.
import { applyGradients, contrastBatch } from './contrast-tasks.ts'
import { countBlock } from './cooccurrence-tasks.ts'
import type { Kernels } from './kernels.ts'

export interface TaskContext {
  readonly memory: WebAssembly.Memory
  readonly kernels: Kernels
}

/** Arguments of Kernels.gatherRows, in order. */
export type GatherArgs = Parameters<Kernels['gatherRows']>

function gatherRows({ kernels }: TaskContext, args: GatherArgs): null {
  kernels.gatherRows(...args)
  return null
}

export const tasks = { countBlock, gatherRows, contrastBatch, applyGradients }

export type TaskName = keyof typeof tasks
export type TaskArgs<Name extends TaskName> = Parameters<(typeof tasks)[Name]>[1]
export type TaskResult<Name extends TaskName> = ReturnType<(typeof tasks)[Name]>
