// What forgetting leaves behind: keyed digests of the texts that are not to come back. The key is made with the store
// and kept in it, so that digests say nothing to whoever has them alone, and are not those of any other store. Digests
// that came from another store (an import, a restore) keep the key they were made with.
import { createHash, createSecretKey } from 'node:crypto'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { assert } from '../../kit/assert.ts'
import type { SaidIn } from '../../model/memory.ts'
import { forgottenDigest, keyedDigest, sessionDigest, type Utterance } from '../capture-rules.ts'
import { fromIdColumn, type StringColumn } from './columns.ts'
import type { ForgottenTexts } from './comparing.ts'
import * as keepingSql from './keeping-sql.ts'
import * as sql from './sql.ts'

export interface Barring {
  /** Id of the forgotten memory whose text this is; null when it may be taken in. */
  barredBy(said: Utterance): string | null
  bar(said: Utterance, id: StringColumn, at: number): void
  barSession(said: SaidIn, id: StringColumn, at: number): void
  isSessionBarred(said: SaidIn): boolean
  /** Bars what was forgotten in another store; returns how many texts were not barred before. */
  adopt(forgotten: ForgottenTexts): number
}

export function createBarring(db: Database): Barring {
  const barredText = db.prepare<{ digest: Buffer }, { id: StringColumn }>(sql.barredText)
  const barText = db.prepare<{ digest: Buffer; id: StringColumn; at: number }>(sql.barText)
  const addSecret = db.prepare<{ name: string; value: Buffer }>(keepingSql.addSecret)
  const others = db.prepare<[], { value: Buffer }>(keepingSql.otherSecrets)
  const own = db.prepare<[], { value: Buffer }>(sql.forgottenSecret).get()?.value
  assert(own !== undefined, 'a store has its secret since its schema was made')
  const ownKey = createSecretKey(own)
  let keys = [ownKey, ...others.all().map(({ value }) => createSecretKey(value))]

  function barredSession(said: SaidIn): string | null {
    for (const key of keys) {
      const barred = barredText.get({ digest: sessionDigest(said, key) })
      if (barred !== undefined) return fromIdColumn(barred.id)
    }
    return null
  }

  return {
    barredBy(said) {
      for (const key of keys) {
        const barred = barredText.get({ digest: forgottenDigest(said, key) })
        if (barred !== undefined) return fromIdColumn(barred.id)
      }
      return said.kind === 'turn' ? barredSession(said) : null
    },
    isSessionBarred: (said) => barredSession(said) !== null,
    barSession(said, id, at) {
      barText.run({ digest: sessionDigest(said, ownKey), id, at })
    },
    bar(said, id, at) {
      barText.run({ digest: forgottenDigest(said, ownKey), id, at })
    },
    adopt({ secrets: adopted, entries }) {
      if (entries.size === 0) return 0
      for (const value of adopted) {
        const name = `forgotten:${createHash('sha256').update(value).digest('hex').slice(0, 16)}`
        if (!keys.some((known) => known.equals(createSecretKey(value)))) addSecret.run({ name, value })
      }
      keys = [ownKey, ...others.all().map((other) => createSecretKey(other.value))]
      let added = 0
      for (const [digest, { id, at }] of entries)
        added += barText.run({ digest: Buffer.from(digest, 'hex'), id, at }).changes
      return added
    },
  }
}

/** Store.forgottenAmong. */
export function createForgottenReading(db: Database): (digests: readonly string[]) => readonly string[] {
  const barred = db.prepare<{ digest: Buffer }>(sql.barredText)
  const own = db.prepare<[], { value: Buffer }>(sql.forgottenSecret)
  const others = db.prepare<[], { value: Buffer }>(keepingSql.otherSecrets)
  return (digests) => {
    const keys = [...own.all(), ...others.all()].map(({ value }) => createSecretKey(value))
    const isBarred = (plain: Buffer): boolean =>
      keys.some((key) => barred.get({ digest: keyedDigest(key, plain) }) !== undefined)
    return digests.filter((plain) => isBarred(Buffer.from(plain, 'hex')))
  }
}
