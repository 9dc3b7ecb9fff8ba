// Record ids: UUIDv7, ordered by time. Handed in, like the clock, so that tests are repeatable.
import { v7 } from 'uuid'

/** Makes one id; `atMs` is the time it sorts by. */
export type IdSource = (atMs: number) => string

export const uuidV7: IdSource = (atMs) => v7({ msecs: atMs })

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function isUuid(id: string): boolean {
  return uuid.test(id)
}
