#!/usr/bin/env node
// The command. Plain JavaScript, so that a Node too old for the daemon still reads it: then the same command runs
// again on the Node of the npm package `node` when that is installed, and otherwise it says which version is needed.
// Nothing of the daemon is loaded before that, because its SQLite addon crashes an old Node instead of failing.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

const here = fileURLToPath(import.meta.url)
const cliFolder = new URL('../dist/daemon/src/cli/', import.meta.url)
const entry = new URL('cli.js', cliFolder)
/** Set for the second run, so that a wrong Node under that name cannot start this command for ever. */
const mark = 'IAI_MCP_REEXEC'
/** Set for the lean run. */
const leanMark = 'IAI_MCP_LEAN'
/** What runs for long, or reads much: memory is asked of the system and not given back otherwise. */
const leanCommands = ['daemon', 'import', 'verify', 'setup']

function main() {
  const needed = versionNeeded()
  if (!satisfies(process.versions.node, needed)) return runOnNewerNode(needed)
  if (!existsSync(entry))
    return refuse(
      'iai-mcp is not built yet. Run "npm start" once in its repository: it installs and builds all.',
    )
  delete process.env[mark]
  if (leanCommands.includes(process.argv[2])) becomeLean()
  run().catch((error) => refuse(`iai-mcp could not be loaded: ${error.stack}`))
}

/**
 * Replaces this process, pid and all, by the same command with a lean heap: without it, garbage that V8 has no reason
 * to collect and arenas that malloc opens for each thread double its memory. Both can only be set before a process
 * starts. Where Node cannot do that (before 22.15, Windows), the command runs as it is.
 */
function becomeLean() {
  if (process.env[leanMark]) {
    // It was for this thread, and would go before the figure that each of the others brings.
    setFlagsFromString('--max-semi-space-size=0')
    return void delete process.env[leanMark]
  }
  if (typeof process.execve !== 'function') return
  const flags = ['--max-semi-space-size=2', '--max-old-space-size=256']
  const env = { ...process.env, MALLOC_ARENA_MAX: '1', [leanMark]: '1' }
  process.execve(
    process.execPath,
    [process.execPath, ...process.execArgv, ...flags, ...process.argv.slice(1)],
    env,
  )
}

/** What hosts start again and again has an entry of its own, which loads a fraction of the command line. */
async function run() {
  const [command, ...args] = process.argv.slice(2)
  if (command === 'mcp') {
    const { runBridgeArguments } = await import(new URL('bridge/bridge-entry.js', cliFolder).href)
    if (await runBridgeArguments(args)) return
  }
  if (command === 'hook') {
    const { runHookArguments } = await import(new URL('hook/hook-entry.js', cliFolder).href)
    if (await runHookArguments(args)) return
  }
  const cli = await import(entry.href)
  await cli.main(process.argv)
}

/** `[major, minor]` from this package's own `engines`. */
function versionNeeded() {
  const engines = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).engines
  return engines.node.replace('>=', '').split('.').map(Number)
}

function satisfies(version, [major, minor]) {
  const [ownMajor, ownMinor] = version.split('.').map(Number)
  return ownMajor > major || (ownMajor === major && ownMinor >= minor)
}

function runOnNewerNode(needed) {
  const node = newerNode(dirname(here))
  const root = cloneAround(dirname(here))
  if (node === null && root !== null)
    return refuse(
      `iai-mcp needs Node ${needed.join('.')} or newer; this is Node ${process.versions.node}. ` +
        `This clone brings its own: run "npm start" once in ${root}, then use the same command again.`,
    )
  if (node === null || process.env[mark])
    return refuse(
      `iai-mcp needs Node ${needed.join('.')} or newer; this is Node ${process.versions.node}. ` +
        'Install a newer Node, or run "npm install node@24" beside iai-mcp and use the same command again.',
    )
  let child
  // Before the child is there: a signal in between must not leave it behind alone.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child?.kill(signal))
  child = spawn(node, [here, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, [mark]: '1' },
  })
  child.on('error', (error) => refuse(`iai-mcp could not run on ${node}: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

/** The repository that this file stands in, where it is a clone; null for an installed package. */
function cloneAround(folder) {
  const root = join(folder, '..', '..', '..')
  return existsSync(join(root, 'scripts', 'bootstrap.mjs')) ? root : null
}

/** The executable of the npm package `node`, from `folder` upward. */
function newerNode(folder) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const candidate = join(folder, 'node_modules', 'node', 'bin', name)
  if (existsSync(candidate)) return candidate
  return dirname(folder) === folder ? null : newerNode(dirname(folder))
}

function refuse(text) {
  process.stderr.write(`${text}\n`)
  process.exit(1)
}

main()
