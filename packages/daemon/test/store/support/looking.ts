// What searches ask of a store, asked one at a time from outside.
import type { Search, Searching } from '../../../src/store/search.ts'
import type { Store } from '../../../src/store/store.ts'

interface Look {
  readonly method: keyof Searching
  readonly args: readonly unknown[]
}

export const looking: Search<Look, unknown> = {
  name: 'look',
  run(searching, { method, args }) {
    const ask = searching[method] as (...args: readonly unknown[]) => unknown
    return ask(...args)
  },
}

type Looking = {
  readonly [Name in keyof Searching]: (
    ...args: Parameters<Searching[Name]>
  ) => Promise<ReturnType<Searching[Name]>>
}

export function lookInto(store: Store): Looking {
  const ask =
    (method: keyof Searching) =>
    (...args: readonly unknown[]) =>
      store.search(looking, { method, args }) as Promise<never>
  return {
    termStats: ask('termStats'),
    probe: ask('probe'),
    evidence: ask('evidence'),
    occupants: ask('occupants'),
    vectorRows: ask('vectorRows'),
  }
}
