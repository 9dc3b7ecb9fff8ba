// Tries what would be published: packs the daemon, looks at what is in the package, installs it into an empty folder as
// a user would, and runs it on the project's Node and, when the machine has an older one, on that too.
// Run: npm run check:package. Prints one line per check and a closing line.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
      !/^(package\.json|README\.md|LICENSE|NOTICE|bin\/.+\.js|dist\/.+\.js|dist\/opencode\/package\.json|assets\/.+\.bin|integrations\/.+\.(json|md))$/.test(
        path,
      ),
  )
  check('the package holds the program and nothing else', unwanted.length === 0, unwanted.join('\n'))
  for (const path of [
    'bin/iai-mcp.js',
    'dist/daemon/src/cli/cli.js',
    'dist/daemon/src/main.js',
    'dist/opencode/package.json',
    'dist/opencode/dist/iai-mcp-opencode.js',
    'assets/embedding-english-3.bin',
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

/** A new user's first steps: two agents that were installed and never started, set up in an empty home, and undone. */
function checkSetup(script) {
  const home = join(work, 'home')
  const programs = join(work, 'programs')
  for (const folder of [home, programs]) mkdirSync(folder)
  for (const name of ['opencode', 'claude'])
    writeFileSync(join(programs, name), '#!/bin/sh\n', { mode: 0o755 })
  const env = { HOME: home, PATH: [programs, '/usr/bin', '/bin'].join(delimiter) }
  const command = (...args) =>
    spawnSync(process.execPath, [script, ...args], { cwd: home, env, encoding: 'utf8', timeout: 120_000 })
  const { status, stdout, stderr } = command('setup', '--yes', '--json')
  try {
    const { findings = [] } = status === 0 ? JSON.parse(stdout) : {}
    const states = findings.map(({ check, state }) => `${check}: ${state}`).join(', ')
    check(
      'setup connects the agents it finds by their programs, the plugin that comes along included',
      states === 'OpenCode plugin: ok, OpenCode MCP: ok, Claude Code hooks: ok, Claude Code MCP: ok',
      `${stdout}${stderr}`,
    )
    const { projects } = JSON.parse(command('project', 'list', '--json').stdout)
    check('nothing of the live checks stays', projects.length === 0, JSON.stringify(projects))
    const doctor = command('doctor')
    check('doctor finds nothing broken', doctor.status === 0, doctor.stdout)
    check('setup --undo takes all of it back', command('setup', '--undo').status === 0)
    const left = readdirSync(home).filter((name) => name !== '.iai-mcp')
    check('what is left is the memory alone', left.length === 0, left.join(' '))
  } finally {
    check('the daemon stops', command('stop').status === 0)
  }
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
  checkSetup(join(installed, 'bin', 'iai-mcp.js'))
} finally {
  rmSync(work, { recursive: true, force: true })
}
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`)
process.exitCode = counts.failed === 0 ? 0 : 1
