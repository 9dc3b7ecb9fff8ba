// Short questions to a store.
import type { Memory, NewMemory } from '../../../src/model/memory.ts'
import type { MemoryFilter, Store } from '../../../src/store/store.ts'
import { analyse } from '../../../src/text/analyser.ts'

export const everything: MemoryFilter = { projects: null, currentOnly: false }
export const oldestFirst = { limit: 1_000, order: 'oldest' } as const

/** `words` as the index knows them, whatever the analyser makes of words. */
export function termsOf(...words: readonly string[]): readonly string[] {
  return words.flatMap((word) => analyse(word))
}

/** The memory made from `item`, which must be there. */
export async function only(store: Store, item: NewMemory): Promise<Memory> {
  const [memory] = await store.get([item.id])
  if (memory === undefined) throw new Error(`no memory ${item.id}`)
  return memory
}

/** Ids of the memories in which all words of `text` are found. */
export async function found(store: Store, text: string, filter = everything): Promise<readonly string[]> {
  const groups = [[...new Set(analyse(text))]]
  const pool = await store.search({ filter, groups, phrases: [], limit: 50 })
  return pool.candidates.map((candidate) => candidate.memory.id)
}

/** Ids of the memories that pass, oldest first. */
export async function listed(store: Store, filter = everything): Promise<readonly string[]> {
  return (await store.list(filter, oldestFirst)).map((memory) => memory.id)
}
