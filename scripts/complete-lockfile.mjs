// Completes package-lock.json with the platform packages that npm left out: a registry mirror that carries only
// some platforms makes `npm install` drop the others, and `npm ci` then refuses the lockfile on every machine.
// Run after a change of dependencies: node scripts/complete-lockfile.mjs. Changes nothing when nothing is missing.
import { readFileSync, writeFileSync } from 'node:fs'

const lockfile = new URL('../package-lock.json', import.meta.url)
const platforms = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const processors = [
  'arm64',
  'arm',
  'x64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
]

/** The optional dependencies that no entry of the lockfile describes, as `[name, entry]`. Exact versions only. */
function missingEntries(packages) {
  const missing = []
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const held = `node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages
      if (!held && /^\d/.test(version)) missing.push([name, describe(name, version, entry.dev === true)])
    }
  }
  return missing
}

/** Without `integrity`: npm takes it from the registry that has the package. `os` and `cpu` keep it off other machines. */
function describe(name, version, dev) {
  const words = name.split(/[/-]/)
  const os = platforms.filter((platform) => words.includes(platform))
  const cpu = processors.filter((processor) => words.includes(processor))
  return {
    version,
    ...(cpu.length > 0 && { cpu }),
    ...(dev && { dev }),
    optional: true,
    ...(os.length > 0 && { os }),
  }
}

const lock = JSON.parse(readFileSync(lockfile, 'utf8'))
const missing = missingEntries(lock.packages)
const entries = [
  ...Object.entries(lock.packages),
  ...missing.map(([name, entry]) => [`node_modules/${name}`, entry]),
]
entries.sort(([a], [b]) => a.localeCompare(b, 'en'))
if (missing.length > 0) {
  lock.packages = Object.fromEntries(entries)
  writeFileSync(lockfile, `${JSON.stringify(lock, null, 2)}\n`)
}
process.stdout.write(`package-lock.json: ${missing.length} platform packages added\n`)
