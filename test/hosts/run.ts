// `npm run test:hosts`: installs the pinned hosts, builds the plugin, and runs the host tests offline. Arguments go
// to vitest.
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { installHosts } from './installed-hosts.ts'
import { runOffline } from './namespace.ts'

const root = resolve(import.meta.dirname, '../..')
const say = (line: string) => void process.stdout.write(`test:hosts: ${line}\n`)

await installHosts(say)
const vite = resolve(root, 'node_modules/vite/bin/vite.js')
const build = spawnSync(process.execPath, [vite, 'build'], {
  cwd: resolve(root, 'packages/opencode'),
  stdio: 'inherit',
})
if (build.status !== 0) throw new Error('the plugin does not build')

const vitest = resolve(root, 'node_modules/vitest/vitest.mjs')
const config = resolve(import.meta.dirname, 'vitest.config.ts')
process.exitCode = await runOffline(
  [process.execPath, vitest, 'run', '--root', root, '--config', config, ...process.argv.slice(2)],
  say,
)
