// The line that ends a test run must not call a run good that was not: seen on real runs of made-up files.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../support/temp-dir.ts'
import { root } from './repository.ts'

function lastLine(code: string): string | undefined {
  const folder = tempDir()
  writeFileSync(join(folder, 'made-up.test.js'), code)
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const reporter = join(root, 'test/support/closing-line-reporter.ts')
  const args = [vitest, 'run', '--globals', '--root', folder, '--reporter', reporter]
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: folder, timeout: 20_000 })
  return stdout.trim().split('\n').at(-1)
}

const broken = `() => { throw new Error('broken') }`

test.each([
  [`test('a', () => {}); test('b', ${broken}); test.skip('c', () => {})`, '1 passed, 1 failed, 1 skipped'],
  [`beforeAll(${broken}); test('a', () => {}); test('b', () => {})`, '0 passed, 1 failed, 2 skipped'],
  [
    `test('a', () => {}); describe('s', () => { beforeAll(${broken}); test('b', () => {}) })`,
    '1 passed, 1 failed, 1 skipped',
  ],
  [`throw new Error('broken')`, '0 passed, 1 failed, 0 skipped'],
])('%s ends with %s', (code, line) => {
  expect(lastLine(code)).toBe(line)
})
