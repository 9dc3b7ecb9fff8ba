// What a killed writer leaves behind does not stay.
import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { removeUnfinished, writePrivateFile } from '../../src/kit/private-file.ts'

test('unfinished files that nobody has touched for a while go; everything else stays', () => {
  const folder = tempDir()
  writePrivateFile(join(folder, '.key'), 'whole')
  const names = ['.key.0123456789ab.tmp', '.key.ba9876543210.tmp', 'notes.tmp', '.key.0123456789ab.tmp.txt']
  for (const name of names) writeFileSync(join(folder, name), 'half')
  const old = ['.key', ...names].filter((name) => name !== '.key.ba9876543210.tmp')
  for (const name of old) utimesSync(join(folder, name), 1_000, 1_000)
  expect(removeUnfinished(folder, 2_000_000)).toEqual(['.key.0123456789ab.tmp'])
  expect(readdirSync(folder).sort()).toEqual(
    ['.key', '.key.0123456789ab.tmp.txt', '.key.ba9876543210.tmp', 'notes.tmp'].sort(),
  )
})
