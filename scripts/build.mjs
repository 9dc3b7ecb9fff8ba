// Builds what is published: the daemon with tsc (unbundled, so that stack traces are honest) and the OpenCode plugin
// with Vite (one file). Runs on the project's own Node. A failed build leaves the previous output in place.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

function run(tool, args, cwd) {
  const result = spawnSync(process.execPath, [join(root, 'node_modules', tool), ...args], {
    cwd,
    stdio: 'inherit',
  })
  if (result.status === 0) return
  process.stderr.write(`[iai-mcp] ${tool} ${args.join(' ')} failed in ${cwd}\n`)
  process.exit(1)
}

function buildDaemon() {
  const daemon = join(root, 'packages/daemon')
  const fresh = join(daemon, 'dist.new')
  rmSync(fresh, { recursive: true, force: true })
  run('typescript/bin/tsc', ['-p', 'tsconfig.build.json', '--outDir', fresh], daemon)
  rmSync(join(daemon, 'dist'), { recursive: true, force: true })
  renameSync(fresh, join(daemon, 'dist'))
}

function buildPlugin() {
  const plugin = join(root, 'packages/opencode')
  const configured = ['vite.config.ts', 'vite.config.js'].some((name) => existsSync(join(plugin, name)))
  if (configured) run('vite/bin/vite.js', ['build', '--logLevel', 'warn'], plugin)
}

/** The daemon's package brings the plugin along: it is of the same version, and OpenCode has nothing to download. */
function bringPluginAlong() {
  const from = join(root, 'packages/opencode')
  const into = join(root, 'packages/daemon/dist/opencode')
  const { name, version, license, type, exports } = JSON.parse(
    readFileSync(join(from, 'package.json'), 'utf8'),
  )
  cpSync(join(from, 'dist'), join(into, 'dist'), { recursive: true })
  writeFileSync(
    join(into, 'package.json'),
    `${JSON.stringify({ name, version, license, type, exports }, null, 2)}\n`,
  )
}

buildDaemon()
buildPlugin()
bringPluginAlong()
