// Sets the pin of a memory and notes its session, whose extract may say so. Whether sessions start differently for it
// (change.ts, touchStanding) is left to the caller, who knows what else changed.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { Pin } from '../../model/memory.ts'
import type { Change } from './change.ts'
import { pinCodec, type StringColumn } from './columns.ts'
import * as sql from './sql.ts'

/** True when the pin was another before; false also when there is no such memory. */
export type Pinning = (change: Change, id: StringColumn, pin: Pin | null) => boolean

export function createPinning(db: Database): Pinning {
  const setPin = db.prepare<{ id: StringColumn; pin: number | null }, { session: number }>(sql.setPin)
  return function pinMemory(change, id, pin) {
    const changed = setPin.get({ id, pin: pin === null ? null : pinCodec.codes[pin] })
    if (changed === undefined) return false
    change.touchedSessions.add(changed.session)
    return true
  }
}

export function pinOf({ pin }: { readonly pin: number | null }): Pin | null {
  return pin === null ? null : pinCodec.decode(pin)
}
