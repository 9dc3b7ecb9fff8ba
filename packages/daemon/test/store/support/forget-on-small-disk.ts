// Child process of a fault test, started under a limit on the size of files (ulimit -f): fills the database up to the
// limit, puts more into the log than the database has room for, then forgets. Says on stdout what became of it.
// Arguments: the store's file, the limit in bytes.
import { statSync } from 'node:fs'
import { silentLog } from '../../../src/kit/log.ts'
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts'
import type { Store } from '../../../src/store/store.ts'
import { turn } from './invented.ts'
import { threadEntry } from './sqlite-fixture.ts'

const [file = '', limit = ''] = process.argv.slice(2)
const bytesMax = Number(limit)
const say = (what: string): void => void process.stdout.write(`${what}\n`)
const log = {
  ...silentLog,
  warn: (event: string, { why }: Record<string, unknown> = {}) => say(`warned ${event} ${why}`),
}
const open = () =>
  openSqliteStore({ file, key: Buffer.alloc(32, 0x5a), threadEntry, log, onFatal: () => say('died') })
const sizeOf = (name: string): number => statSync(name, { throwIfNoEntry: false })?.size ?? 0

async function fill(store: Store, isFull: () => boolean): Promise<void> {
  while (!isFull()) await store.capture([turn({ text: 'walrus '.repeat(10_000) })])
}

// Closing empties the log into the database, so that it starts small again.
while (sizeOf(file) < 0.8 * bytesMax) {
  const filling = await open()
  await fill(filling, () => sizeOf(`${file}-wal`) > 0.2 * bytesMax)
  await filling.close()
}
const store = await open()
await store.capture([turn({ id: 'secret', text: 'a secret about otters' })])
await fill(store, () => sizeOf(`${file}-wal`) > 0.6 * bytesMax)
say(`forgot ${await store.forget(['secret'], 1)}`)
say(`captured ${(await store.capture([turn({ text: 'later' })]))[0]?.status}`)
await store.close()
say('closed')
