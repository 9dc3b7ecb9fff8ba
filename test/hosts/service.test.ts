// `iai-mcp service` on a real `systemd --user`, where one can be started beside the machine's own: as root, on a machine
// that systemd has not started. Elsewhere only the unit's text is looked at (packages/daemon/test/setup).
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { iaiMcp } from './host-process.ts'

const script = fileURLToPath(new URL('systemd-user.sh', import.meta.url))
const apart = ['--mount', '--pid', '--fork', '--mount-proc']
const canStartOne =
  process.getuid?.() === 0 &&
  existsSync('/lib/systemd/systemd') &&
  !existsSync('/run/systemd/system') &&
  spawnSync('unshare', [...apart, 'true']).status === 0

test.runIf(canStartOne)('a service is installed, comes back when killed, and is removed', async () => {
  const home = await mkdtemp(join(tmpdir(), 'iai-mcp-service-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const child = spawn('unshare', [...apart, 'sh', script, home, ...iaiMcp], {
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 400_000,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  await once(child, 'close')
  const steps = Object.fromEntries(
    said.split('== ').map((step): [string, string] => {
      const [name = '', ...lines] = step.split('\n')
      return [name, lines.join('\n')]
    }),
  )
  expect(steps.install, said).toMatch(/is in place; systemd says: active[\s\S]*systemd: active/)
  expect(steps.umask).toContain('0077')
  expect(steps.again).toContain('systemd says: active')
  expect(steps.kill).toMatch(/NRestarts=1\nsystemd: active/)
  expect(steps.remove).toMatch(/is removed[\s\S]*not installed[\s\S]*There is no service to remove/)
})
