// Every format that was ever released opens, with everything in it, and goes on from there; so does a backup of it. A
// format from the future is refused, and left as it is.
import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { appendBackupNote } from '../../src/store/backup-note.ts'
import { keyIdOf } from '../../src/store/key-id.ts'
import { migrations } from '../../src/store/sqlite/migrations.ts'
import { prepareRestore } from '../../src/store/sqlite/restoring.ts'
import { openInProcess } from '../store/support/in-process-store.ts'
import { turn } from '../store/support/invented.ts'
import { openRaw } from '../store/support/sqlite-fixture.ts'
import { formatKey, heldBy } from './formats/held.ts'

const folder = join(import.meta.dirname, 'formats')
const formats = readdirSync(folder).filter((name) => name.endsWith('.db'))
const present = migrations.length

/** `database` with a note at its end that says it is of `format`. */
function backupOf(database: string, format: number): string {
  const file = join(tempDir(), 'old.backup')
  copyFileSync(database, file)
  appendBackupNote(file, {
    version: 1,
    made_at: 1,
    made_by: 'test',
    store: '0'.repeat(16),
    state: '0'.repeat(16),
    key_check: keyIdOf(formatKey),
    cipher: 'aegis',
    key_parameters: null,
    schema_version: format,
    memories: 5,
    sessions: 2,
    newest_said_at: null,
  })
  return file
}

test('there is a store of at least one format, and none of a format that is still to come', () => {
  const numbers = formats.map((name) => Number(/store-(\d+)\.db/.exec(name)?.[1]))
  expect(numbers).toContain(4)
  expect(Math.max(...numbers)).toBeLessThanOrEqual(present)
})

describe.each(formats)('%s', (name) => {
  const expected = JSON.parse(readFileSync(join(folder, name.replace('.db', '.json')), 'utf8'))

  test('opens with everything in it, takes in more, and keeps out what was forgotten', async () => {
    const file = join(tempDir(), 'memory.db')
    copyFileSync(join(folder, name), file)
    const { store } = openInProcess({ file, key: formatKey })
    expect(await heldBy(store)).toEqual(expected)
    const outcomes = await store.capture([
      turn({ messageId: 'later' }),
      turn({ text: 'an invented sentence that was forgotten' }),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['inserted', 'refused'])
    expect((await store.stats()).schemaVersion).toBe(present)
    await store.close()
  })

  test('is restored from a backup', async () => {
    const draft = join(tempDir(), 'memory.db')
    const backup = {
      file: backupOf(join(folder, name), 1),
      key: formatKey,
      cipher: 'aegis',
      madeAt: 1,
    } as const
    const key = Buffer.alloc(32, 1)
    prepareRestore({ backup, present: null, draft, key, now: 2 })
    const { store } = openInProcess({ file: draft, key })
    expect(await heldBy(store)).toEqual(expected)
    await store.close()
  })
})

test('a backup from a newer version is refused, and no draft is left', async () => {
  const newest = formats.at(-1) ?? ''
  const file = join(tempDir(), 'future.db')
  copyFileSync(join(folder, newest), file)
  const db = openRaw(file, 'aegis', formatKey)
  db.pragma(`user_version = ${present + 1}`)
  db.close()
  const backup = backupOf(file, present + 1)
  const place = tempDir()
  const request = {
    backup: { file: backup, key: formatKey, cipher: 'aegis', madeAt: 1 } as const,
    present: null,
    draft: join(place, 'memory.db.next'),
    key: formatKey,
    now: 2,
  }
  expect(() => prepareRestore(request)).toThrow(expect.objectContaining({ code: 'store_newer' }))
  expect(readdirSync(place)).toEqual([])
})
