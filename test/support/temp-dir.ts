// A private directory for one test, removed when the test ends.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Short, because Unix socket paths in it must be. */
export function tempDir(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'iai-')))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}
