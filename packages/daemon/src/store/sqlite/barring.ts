// What forgetting leaves behind: keyed digests of the texts that are not to come back. The key is made with the store
// and kept in it, so that digests say nothing to whoever has them alone, and are not those of any other store.
import { createSecretKey } from 'node:crypto'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { assert } from '../../kit/assert.ts'
import { forgottenDigest, type Utterance } from '../capture-rules.ts'
import { fromIdColumn, type StringColumn } from './columns.ts'
import * as sql from './sql.ts'

export interface Barring {
  /** Id of the forgotten memory whose text this is; null when it may be taken in. */
  barredBy(said: Utterance): string | null
  bar(said: Utterance, id: StringColumn, at: number): void
}

export function createBarring(db: Database): Barring {
  const barredText = db.prepare<{ digest: Buffer }, { id: StringColumn }>(sql.barredText)
  const barText = db.prepare<{ digest: Buffer; id: StringColumn; at: number }>(sql.barText)
  const kept = db.prepare<[], { value: Buffer }>(sql.forgottenSecret).get()
  assert(kept !== undefined, 'a store has its secret since its schema was made')
  const secret = createSecretKey(kept.value)

  return {
    barredBy(said) {
      const barred = barredText.get({ digest: forgottenDigest(said, secret) })
      return barred === undefined ? null : fromIdColumn(barred.id)
    },
    bar(said, id, at) {
      barText.run({ digest: forgottenDigest(said, secret), id, at })
    },
  }
}
