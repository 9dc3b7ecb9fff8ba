// Tries what would be published: packs the daemon, looks at what is in the package, installs it into an empty folder as
// a user would, and runs it on the project's Node and, when the machine has an older one, on that too.
// Run: npm run check:package. Prints one line per check and a closing line.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const daemon = join(root, 'packages', 'daemon')
const work = mkdtempSync(join(tmpdir(), 'iai-package-'))
const counts = { passed: 0, failed: 0 }

function check(name, holds, detail = '') {
  counts[holds ? 'passed' : 'failed'] += 1
  process.stdout.write(`${holds ? 'ok  ' : 'FAIL'} ${name}${holds || detail === '' ? '' : `\n${detail}`}\n`)
}

function npm(args, cwd) {
  return execFileSync('npm', [...args, '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd,
    encoding: 'utf8',
  })
}

function run(node, script, args) {
  const result = spawnSync(node, [script, ...args], { cwd: work, encoding: 'utf8', timeout: 60_000 })
  return { status: result.status, signal: result.signal, output: `${result.stdout}${result.stderr}` }
}

function checkContents(files) {
  const unwanted = files.filter(
    (path) =>
      !/^(package\.json|README\.md|LICENSE|NOTICE|bin\/.+\.js|dist\/.+\.js|assets\/.+\.bin|integrations\/.+\.(json|md))$/.test(
        path,
      ),
  )
  check('the package holds the program and nothing else', unwanted.length === 0, unwanted.join('\n'))
  for (const path of [
    'bin/iai-mcp.js',
    'dist/daemon/src/cli/cli.js',
    'dist/daemon/src/main.js',
    'assets/embedding-english-2.bin',
    'integrations/claude-code/hooks/hooks.json',
    'README.md',
    'LICENSE',
    'NOTICE',
  ])
    check(`the package holds ${path}`, files.includes(path))
}

/** A Node of this machine, outside the project, that is too old for the daemon; or null. */
function olderNode() {
  const candidates = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
  for (const folder of candidates) {
    const node = join(folder, 'node')
    if (!existsSync(node)) continue
    const version = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.trim()
    const [major, minor] = version.split('.').map(Number)
    if (major < 22 || (major === 22 && minor < 14)) return { node, version }
  }
  return null
}

/** The model that comes along is found, opened and used by the installed program. */
function checkEmbedding(installed) {
  const module = join(installed, 'dist/daemon/src/embedding/builtin/builtin-embedder.js')
  const script = join(work, 'embed.mjs')
  writeFileSync(
    script,
    `import { startBuiltinEmbedder } from ${JSON.stringify(pathToFileURL(module).href)}
    const embedder = await startBuiltinEmbedder()
    const [row] = await embedder.embed(['How do we log people in?'])
    console.log(row.some((value) => value !== 0), row.length === embedder.dimensions)
    await embedder.close()\n`,
  )
  const embedded = run(process.execPath, script, [])
  check('the built-in model embeds', embedded.output.trim() === 'true true', embedded.output)
}

function checkCommand(script, version) {
  const shown = run(process.execPath, script, ['--version'])
  check('iai-mcp --version answers', shown.status === 0 && shown.output.trim() === version, shown.output)
  const status = run(process.execPath, script, ['status', '--data-dir', join(work, 'none')])
  check('iai-mcp status says that no daemon runs', status.status === 3, status.output)
  const older = olderNode()
  if (older === null) return process.stdout.write('     no older Node here to try it on\n')
  const refused = run(older.node, script, ['--version'])
  const says = refused.output.includes('needs Node 22.14 or newer') && refused.output.includes(older.version)
  check(`on Node ${older.version} it says which Node it needs`, refused.status === 1 && says, refused.output)
}

try {
  const [packed] = JSON.parse(npm(['pack', '--json', '--pack-destination', work], daemon))
  checkContents(packed.files.map(({ path }) => path))
  writeFileSync(join(work, 'package.json'), '{ "name": "someone", "private": true }\n')
  npm(['install', join(work, packed.filename)], work)
  const installed = join(work, 'node_modules', 'iai-mcp')
  check('it installs without development dependencies', !existsSync(join(work, 'node_modules', 'vitest')))
  const { version } = JSON.parse(readFileSync(join(daemon, 'package.json'), 'utf8'))
  checkCommand(join(installed, 'bin', 'iai-mcp.js'), version)
  checkEmbedding(installed)
} finally {
  rmSync(work, { recursive: true, force: true })
}
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`)
process.exitCode = counts.failed === 0 ? 0 : 1
