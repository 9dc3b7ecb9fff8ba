// What the vector thread does with codes: holds one table of them.
import { assert } from '../../kit/assert.ts'
import { type CodeBatch, type CodeQuestion, type CodeSize, CodeTable } from './code-table.ts'

export interface CodeService {
  /** Begins an empty table, in the place of the one before. */
  openCodes(bits: number): void
  addCodeBatch(batch: CodeBatch): void
  removeCodes(ids: readonly number[]): number
  rekeyCodes(from: string, into: string): void
  searchCodes(question: Float32Array, options: CodeQuestion): number[]
  sizeOfCodes(): CodeSize
}

export function createCodeService(): CodeService {
  let held: CodeTable | undefined
  const table = (): CodeTable => {
    assert(held !== undefined, 'a table is opened before it is used')
    return held
  }
  return {
    openCodes(bits) {
      held = new CodeTable(bits)
    },
    addCodeBatch: (batch) => table().addBatch(batch),
    removeCodes: (ids) => ids.filter((id) => table().remove(id)).length,
    rekeyCodes: (from, into) => table().rekey(from, into),
    searchCodes: (question, options) => table().search(question, options),
    sizeOfCodes: () => ({ rows: table().size, bytes: table().bytes }),
  }
}
