// What a store notes about a forgetting: which and how many, never what they said.
import { limits } from '../kit/limits.ts'
import type { StoreEvent } from './store.ts'

export function forgottenEvent(ids: readonly string[], at: number): StoreEvent {
  const named = ids.slice(0, limits.forgottenIdsPerEventMax).join(' ')
  return { at, kind: 'forgotten', data: { count: ids.length, ids: named } }
}
