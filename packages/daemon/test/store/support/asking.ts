// Short questions to a store.
import type { Memory, NewMemory } from '../../../src/model/memory.ts'
import type { MemoryFilter } from '../../../src/store/filter.ts'
import type { Probe, SearchScope } from '../../../src/store/search.ts'
import type { Store } from '../../../src/store/store.ts'
import { analyse } from '../../../src/text/analyser.ts'
import { lookInto } from './looking.ts'

export const everywhere: SearchScope = { projects: null }
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

export function holding(...all: readonly string[]): Probe {
  return { find: 'terms', all, any: [], limit: 1_000 }
}

/** Ids of the memories that a probe names, in the order of their seats. */
export async function named(store: Store, probe: Probe, scope = everywhere): Promise<readonly string[]> {
  const [seats] = await lookInto(store).probe(scope, [probe])
  return (await lookInto(store).occupants([...(seats ?? [])])).map(({ memory }) => memory.id)
}

/** Ids of the memories in which all words of `text` are found. */
export async function found(store: Store, text: string, scope = everywhere): Promise<readonly string[]> {
  return named(store, holding(...new Set(analyse(text))), scope)
}

/** How many passages hold each of `terms`, in all projects. */
export async function frequencies(store: Store, ...terms: readonly string[]): Promise<readonly number[]> {
  return (await lookInto(store).termStats(null, terms)).holding
}

/** Ids of the memories that pass, oldest first. */
export async function listed(store: Store, filter = everything): Promise<readonly string[]> {
  return (await store.list(filter, oldestFirst)).map((memory) => memory.id)
}
