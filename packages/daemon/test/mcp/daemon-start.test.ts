// A daemon that ends instead of starting: told from afar, because it is no child of whoever started it.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { startDaemon } from '../../src/cli/bridge/daemon-start.ts'
import { lives, until } from './support/bridge-place.ts'

const never = async () => false

function starting(...command: [string, ...string[]]) {
  const dataDir = join(tempDir(), "it's a folder")
  return { dataDir, started: startDaemon({ dataDir, command, look: never }) }
}

test('says its last words', async () => {
  const words = JSON.stringify({ error: 'the disk is full', code: 'disk_full' })
  const { started } = starting(
    process.execPath,
    '-e',
    'console.error(process.argv[1]); process.exit(1)',
    words,
  )
  await expect(started).rejects.toMatchObject({
    kind: 'refused',
    message: 'the disk is full',
    code: 'disk_full',
  })
})

test('or none', async () => {
  const { dataDir, started } = starting(process.execPath, '-e', 'process.kill(process.pid, 9)')
  await expect(started).rejects.toMatchObject({
    kind: 'refused',
    message: `the iai-mcp daemon ended at once; see ${join(dataDir, 'daemon.log')}`,
  })
})

test('a program that is not there is named in the log', async () => {
  const { dataDir, started } = starting('/nowhere/node', 'daemon')
  await expect(started).rejects.toMatchObject({ kind: 'refused' })
  expect(readFileSync(join(dataDir, 'daemon.log'), 'utf8')).toContain('/nowhere/node')
})

test('one that starts goes on when nobody looks after it any more, and is no child of ours', async () => {
  const dataDir = join(tempDir(), 'm')
  const pidFile = join(dataDir, 'pid')
  const script = `require('node:fs').writeFileSync(process.argv[1], String(process.pid)); setTimeout(() => {}, 60_000)`
  const pidOf = (): number => {
    try {
      return Number(readFileSync(pidFile, 'utf8'))
    } catch {
      return 0
    }
  }
  await startDaemon({
    dataDir,
    command: [process.execPath, '-e', script, pidFile],
    look: async () => pidOf() > 0,
  })
  const [parent, group] = execFileSync('ps', ['-o', 'ppid=,pgid=', '-p', String(pidOf())], {
    encoding: 'utf8',
  })
    .trim()
    .split(/\s+/)
  expect([parent, group]).not.toContain(String(process.pid))
  process.kill(pidOf(), 'SIGTERM')
  await until(() => !lives(pidOf()))
})
