// Runs doctor, and makes stores for it to look at.
import { statSync } from 'node:fs'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { tempDir } from '../../../../../test/support/temp-dir.ts'
import { silentLog } from '../../../src/kit/log.ts'
import { openKey } from '../../../src/lifecycle/key.ts'
import { storeFilePath } from '../../../src/lifecycle/store-file.ts'
import { openWriter } from '../../../src/store/sqlite/connection.ts'
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts'
import { turn } from '../../store/support/invented.ts'
import { threadEntry } from '../../store/support/sqlite-fixture.ts'
import { run } from '../terminal.ts'

export interface Told {
  readonly check: string
  readonly state: string
  readonly found: string
  readonly remedy?: string
  readonly fixable?: true
}

export async function doctor(dataDir: string, ...args: string[]) {
  const ran = await run(['doctor', '--json', '--data-dir', dataDir, ...args], { cwd: dataDir })
  const { findings } = JSON.parse(ran.stdout) as { findings: Told[] }
  const of = (check: string) => findings.filter((finding) => finding.check === check)
  return { code: ran.code, findings, of, one: (check: string) => of(check).at(-1) }
}

export const modeOf = (path: string) => statSync(path).mode & 0o777

export const hour = 3_600_000

/** A directory with a store of three memories, one of them long enough for several passages. */
export async function storeOfThree(
  saidAt = Date.now() - hour,
): Promise<{ dataDir: string; ids: readonly string[] }> {
  const dataDir = tempDir()
  const { key } = await openKey(dataDir, null)
  const store = await openSqliteStore({ file: storeFilePath(dataDir), key, log: silentLog, threadEntry })
  const texts = ['The kettle is blue.', 'Leeks grow slowly.', 'A long tale. '.repeat(3_000)]
  const items = texts.map((text, index) => turn({ text, saidAt: saidAt + index }))
  await store.capture(items)
  await store.close()
  return { dataDir, ids: items.map(({ id }) => id) }
}

/** Does to the file what no program of ours would. */
export async function spoil(dataDir: string, how: (db: Database) => void): Promise<void> {
  const { key } = await openKey(dataDir, null)
  const db = openWriter({ file: storeFilePath(dataDir), key }, () => {})
  db.pragma('foreign_keys = OFF')
  how(db)
  db.close()
}
