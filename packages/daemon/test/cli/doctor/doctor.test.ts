// doctor as a person reads it, and the hosts it finds.
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { tempDir } from '../../../../../test/support/temp-dir.ts'
import { run } from '../terminal.ts'
import { doctor } from './support.ts'

// It also looks at the hosts of whoever runs it.
beforeEach(() => void vi.stubEnv('HOME', tempDir()))
afterEach(() => void vi.unstubAllEnvs())

test('OpenCode is known by the plugin in its configuration', async () => {
  const dataDir = tempDir()
  expect((await doctor(dataDir)).one('OpenCode plugin')).toMatchObject({
    state: 'note',
    remedy: 'iai-mcp setup',
  })
  writeFileSync(join(dataDir, 'opencode.json'), '{ "plugin": ["iai-mcp-opencode"] }')
  expect((await doctor(dataDir)).one('OpenCode plugin')?.state).toBe('ok')
})

test('for people: a fault, its remedy, that --fix does it, and what was mended', async () => {
  const dataDir = tempDir()
  chmodSync(dataDir, 0o755)
  const before = await run(['doctor', '--data-dir', dataDir])
  expect(before.stdout).toContain(`FAIL  data directory     ${dataDir} is open to other users\n`)
  expect(before.stdout).toContain(`→ chmod 700 ${dataDir} (--fix does it)\n`)
  expect(before.stdout).toContain('One thing is broken. What can be mended safely: iai-mcp doctor --fix\n')
  const after = await run(['doctor', '--fix', '--data-dir', dataDir])
  expect(after.stdout).toContain(`done  data directory     mended: ${dataDir} is open to other users\n`)
  expect(after.code).toBe(3)
})
