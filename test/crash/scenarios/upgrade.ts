// A store of the first format, opened by this version, which is killed at every step of the way up.
import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import DatabaseConstructor, { type Database } from 'better-sqlite3-multiple-ciphers'
import { migrate, migrations } from '../../../packages/daemon/src/store/sqlite/migrations.ts'
import { openInProcess } from '../../../packages/daemon/test/store/support/in-process-store.ts'
import { turn } from '../../../packages/daemon/test/store/support/invented.ts'
import { openRaw, testKey } from '../../../packages/daemon/test/store/support/sqlite-fixture.ts'
import { DaemonNotStarted } from '../../support/daemon-child.ts'
import { type Scenario, talkTo, withFault } from './scenario.ts'

const memories = 300
const textOf = (number: number): string => `The harbour keeps zqold${number}x under number ${number}.`
const idOf = (number: number): string => `old-${number}`

/** A store of today, taken back to the tables of the first format: it had all of these rows. */
async function writeFirstFormat(dataDir: string): Promise<void> {
  mkdirSync(dataDir, { mode: 0o700 })
  writeFileSync(join(dataDir, '.key'), `${testKey.toString('hex')}\n`, { mode: 0o600 })
  const file = join(dataDir, 'memory.db')
  const { store } = openInProcess({ file, key: testKey })
  const numbers = Array.from({ length: memories }, (_, number) => number)
  await store.capture(numbers.map((number) => turn({ id: idOf(number), text: textOf(number) })))
  await store.close()
  const db = openRaw(file)
  const first = firstSchema()
  db.pragma('foreign_keys = OFF')
  for (const { type, name } of db.prepare<[], SchemaRow>(schemaQuery).all()) {
    if (!first.some((row) => row.name === name)) db.exec(`DROP ${type} IF EXISTS "${name}"`)
  }
  for (const { name, columns } of first) {
    for (const column of columnsOf(db, name))
      if (!columns.includes(column)) db.exec(`ALTER TABLE "${name}" DROP COLUMN "${column}"`)
  }
  deepEqual(schemaOf(db), first, 'the tables are those of the first format')
  db.pragma('user_version = 1')
  db.close()
}

interface SchemaRow {
  readonly type: string
  readonly name: string
}
const schemaQuery = `SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name`

/** Everything in the schema, with the columns of what has some. */
function schemaOf(db: Database) {
  const rows = db.prepare<[], SchemaRow>(schemaQuery).all()
  return rows.map((row) => ({ ...row, columns: columnsOf(db, row.name) }))
}

function columnsOf(db: Database, table: string): readonly string[] {
  return db
    .prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?)')
    .all(table)
    .map(({ name }) => name)
}

function firstSchema() {
  const db = new DatabaseConstructor(':memory:')
  migrate(db, ':memory:', migrations.slice(0, 1))
  const schema = schemaOf(db)
  db.close()
  return schema
}

const places = migrations.slice(1).flatMap((_, index) =>
  ['migrate:after', 'commit:before', 'commit:after'].map((killAt) => ({
    killAt,
    nth: index + 1,
  })),
)

export const upgrade: Scenario = {
  name: 'upgrade',
  async run(place) {
    await writeFirstFormat(place.dataDir)
    let killed = 0
    for (const fault of places) {
      const daemon = await place.start(withFault(fault)).catch((error) => {
        ok(error instanceof DaemonNotStarted && error.end.signal === 'SIGKILL', String(error))
        return null
      })
      daemon?.kill('SIGKILL')
      await daemon?.ended
      killed += 1
    }
    const talk = await talkTo(await place.start())
    const ids = Array.from({ length: memories }, (_, number) => idOf(number))
    const { memories: found } = (await talk.call('memory_get', { ids })) as { memories: { text: string }[] }
    for (const [number] of ids.entries()) equal(found[number]?.text, textOf(number))
    await talk.call('memory_consolidate', {})
    talk.client.close()
    return `a store of format 1 with ${memories} memories, killed ${killed} times on the way to format ${migrations.length}: every text is there`
  },
}
