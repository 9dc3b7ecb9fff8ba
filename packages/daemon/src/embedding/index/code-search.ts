// The scan as the vector index calls it, on the vector thread (code-service.ts): the main thread holds no codes.
import { limits } from '../../kit/limits.ts'
import { createSharedThread } from '../shared-thread.ts'
import type { CodeBatch, CodeQuestion, CodeSize } from './code-table.ts'

/** Calls take effect in the order they are made, awaited or not. */
export interface CodeSearch {
  addBatch(batch: CodeBatch): Promise<void>
  /** How many of the ids were held. */
  remove(ids: readonly number[]): Promise<number>
  /** What was of the project `from` is of `into` from now on. */
  rekey(from: string, into: string): Promise<void>
  /** Ids, nearest first; `question` is spread into code space. */
  search(question: Float32Array, options: CodeQuestion): Promise<readonly number[]>
  size(): Promise<CodeSize>
  close(): Promise<void>
}

export function startCodeSearch(bits: number, shared = createSharedThread()): CodeSearch {
  const thread = shared.lease()
  const msMax = limits.vectorCallMsMax
  // A thread that is not there says so to the first call that waits for an answer.
  thread.call('openCodes', [bits], msMax).catch(() => {})
  return {
    addBatch: (batch) => thread.call('addCodeBatch', [batch], msMax),
    rekey: (from, into) => thread.call('rekeyCodes', [from, into], msMax),
    remove: (ids) => thread.call('removeCodes', [ids], msMax),
    search: (question, options) => thread.call('searchCodes', [question, options], msMax),
    size: () => thread.call('sizeOfCodes', [], msMax),
    close: () => thread.release(),
  }
}
