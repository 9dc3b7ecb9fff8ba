// Makes a bare clone ready to run: installs the packages of the lockfile, fetches the Node they need, and builds.
// Runs before `npm start` and `npm test` on whatever Node the machine has (18 or newer), so it is plain JavaScript
// with no dependencies. Silent when nothing changed; otherwise it says what it does and how long that may take.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const nodeMajorMin = 18
const root = fileURLToPath(new URL('..', import.meta.url))
const modules = join(root, 'node_modules')
const installInputs = ['package-lock.json']
const installStamp = join(modules, '.iai-mcp-installed')
const buildStamp = join(modules, '.cache', 'iai-mcp-built')
/** The Node that npm scripts run on; the package links it here when its install script has run. */
const projectNode = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

function main() {
  if (Number(process.versions.node.split('.')[0]) < nodeMajorMin)
    fail(`Node ${process.versions.node} is too old to set this up: Node ${nodeMajorMin} or newer is needed.`)
  if (isReady()) return
  const unlock = lock()
  try {
    // Asked again behind the lock: whoever had it may have done the work.
    install()
    build()
  } finally {
    unlock()
  }
}

function isReady() {
  return existsSync(projectNode) && isInstalled() && isBuilt()
}

/** Two shells may start at once; one of them works, the other waits. */
function lock() {
  const path = join(root, '.cache', 'bootstrap.lock')
  mkdirSync(dirname(path), { recursive: true })
  for (let told = false; ; sleep(100)) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const holder = Number(readStamp(path))
    if (holder > 0 ? !isAlive(holder) : isOld(path)) rmSync(path, { force: true })
    else if (!told) {
      say(`Waiting for process ${holder}, which is installing or building here…`)
      told = true
    }
  }
}

/** A lock without a process in it is one that is just being written, or never will be. */
function isOld(path) {
  const info = statSync(path, { throwIfNoEntry: false })
  return info !== undefined && Date.now() - info.mtimeMs > 10_000
}

function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code !== 'ESRCH'
  }
}

function isInstalled() {
  return readStamp(installStamp) === fingerprint(installInputs)
}

function install() {
  if (existsSync(projectNode)) {
    if (isInstalled()) return
    if (!existsSync(installStamp) && installedByHand())
      return writeStamp(installStamp, fingerprint(installInputs))
  }
  say('Installing the packages of package-lock.json into node_modules (about 230 MB; 10 s to 2 min)…')
  rmSync(installStamp, { force: true })
  // No install scripts but one: npm would otherwise compile the SQLite addon (it forgets, when it installs from a
  // lockfile, that the package ships prebuilt binaries), which needs a compiler and headers from the network.
  npm(['ci', '--ignore-scripts'])
  say('Fetching Node 24 for this project (about 50 MB)…')
  npm(['rebuild', 'node'])
  if (!existsSync(projectNode)) fail(`npm did not put Node at ${projectNode}.\n${installHelp}`)
  writeStamp(installStamp, fingerprint(installInputs))
}

function isBuilt() {
  return (
    existsSync(join(root, 'packages/daemon/dist')) && readStamp(buildStamp) === fingerprint(buildInputs())
  )
}

function build() {
  if (isBuilt()) return
  say('Building (about 5 s)…')
  const result = spawnSync(projectNode, [join(root, 'scripts', 'build.mjs')], { cwd: root, stdio: 'inherit' })
  if (result.status !== 0) fail('The build failed; the lines above say where.')
  writeStamp(buildStamp, fingerprint(buildInputs()))
}

/** True when someone ran `npm ci` or `npm install` after the lockfile last changed. */
function installedByHand() {
  const record = join(modules, '.package-lock.json')
  return existsSync(record) && statSync(record).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
}

function npm(args) {
  const quiet = ['--loglevel=error', '--no-audit', '--no-fund']
  // npm's own pauses between tries add up to more than a minute before it says that there is no network.
  const impatient = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=10000']
  const cli = process.env.npm_execpath
  const [command, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []]
  const result = spawnSync(command, [...first, ...args, ...quiet, ...impatient], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (result.error) fail(`npm could not be started (${result.error.message}).`)
  if (result.status !== 0)
    fail(`"npm ${args.join(' ')}" failed (exit code ${result.status}).\n${installHelp}`)
}

const installHelp = `What usually helps:
  offline            connect once; afterwards nothing is downloaded again
  behind a proxy     npm config set https-proxy http://HOST:PORT
  own certificates   npm config set cafile /path/to/ca.pem
  another registry   npm config set registry https://REGISTRY/
  disk full          about 600 MB are needed here
  changed packages   npm install, then node scripts/complete-lockfile.mjs
Then run the same command again.`

/** Every file that the build reads. */
function buildInputs() {
  const configs = ['tsconfig.base.json', 'package-lock.json', 'scripts/build.mjs']
  const inputs = configs.filter((path) => existsSync(join(root, path)))
  for (const name of readdirSync(join(root, 'packages')).sort()) {
    const folder = `packages/${name}`
    if (!statSync(join(root, folder)).isDirectory()) continue
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true }))
      if (entry.isFile()) inputs.push(`${folder}/${entry.name}`)
    inputs.push(...filesUnder(`${folder}/src`))
  }
  return inputs.sort()
}

function filesUnder(folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? filesUnder(path) : [path]
  })
}

/** Content, not times: a fresh checkout of the same sources needs no new build. */
function fingerprint(paths) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`)
  for (const path of paths)
    hash
      .update(`${path}\n`)
      .update(readFileSync(join(root, path)))
      .update('\n')
  return hash.digest('hex')
}

function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

function writeStamp(path, text) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function say(text) {
  process.stderr.write(`[iai-mcp] ${text}\n`)
}

class Failure extends Error {}

function fail(text) {
  throw new Failure(text)
}

try {
  main()
} catch (error) {
  say(error instanceof Failure ? error.message : error.stack)
  process.exitCode = 1
}
