// Entry of the vector thread: the built-in model and the codes in one, because a thread by itself takes 12 MB. A search
// waits for one portion of texts at most.
import { createModelService, type ModelService } from './builtin/model-service.ts'
import { type CodeService, createCodeService } from './index/code-service.ts'
import { serveCalls } from './thread-serve.ts'

export type VectorThreadService = {
  readonly [Name in keyof (ModelService & CodeService)]: (ModelService & CodeService)[Name]
}

serveCalls({ ...createModelService(), ...createCodeService() })
