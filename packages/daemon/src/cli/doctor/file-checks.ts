// Are the files of the data directory ours alone, and is there anything left of a daemon that was killed?
import type { Dirent, Stats } from 'node:fs'
import { chmod, lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { silentLog } from '../../kit/log.ts'
import { findDataDirProblem } from '../../lifecycle/data-dir.ts'
import { acquireLock } from '../../lifecycle/lock.ts'
import { readPackageInfo } from '../../lifecycle/package-info.ts'
import { type Finding, finding, fixable, listed } from './check.ts'
import type { Subject } from './subject.ts'

export const dataDirCheck = 'data directory'

export async function dataDirectory({ config: { dataDir } }: Subject): Promise<Finding> {
  const problem = await findDataDirProblem(dataDir)
  if (problem === 'missing')
    return finding('note', dataDirCheck, `${dataDir} is not there yet; the first start makes it`)
  if (problem === null) return finding('ok', dataDirCheck, `${dataDir}, private`)
  if (!(await isOnlyTooOpen(dataDir))) throw problem
  return fixable('fail', dataDirCheck, `${dataDir} is open to other users`, `chmod 700 ${dataDir}`, () =>
    chmod(dataDir, 0o700),
  )
}

async function isOnlyTooOpen(path: string): Promise<boolean> {
  const found = await lstat(path)
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) !== 0
}

interface FoundFile {
  readonly path: string
  /** within the data directory */
  readonly name: string
  readonly stats: Stats
}

export async function fileModes({ config: { dataDir } }: Subject): Promise<readonly Finding[]> {
  const files = await filesIn(dataDir)
  const us = process.getuid?.()
  const foreign = files.filter(({ stats }) => us !== undefined && stats.uid !== us)
  const open = files.filter(
    ({ stats }) =>
      !foreign.some((file) => file.stats === stats) && !stats.isSymbolicLink() && (stats.mode & 0o077) !== 0,
  )
  const say = (some: readonly FoundFile[]) =>
    listed(
      some.map((file) => file.name),
      limits.doctorProblemsListedMax,
    )
  const findings = [
    ...(foreign.length === 0
      ? []
      : [finding('fail', 'files', `not ours: ${say(foreign)}`, `sudo chown -R ${us} ${dataDir}`)]),
    ...(open.length === 0
      ? []
      : [
          fixable(
            'warn',
            'files',
            `open to other users: ${say(open)}`,
            'take their rights away (chmod go=)',
            () => makePrivate(open),
          ),
        ]),
  ]
  if (findings.length > 0) return findings
  return [finding('ok', 'files', files.length === 0 ? 'none yet' : `${files.length}, all private`)]
}

async function makePrivate(files: readonly FoundFile[]): Promise<void> {
  for (const { path, stats } of files) await chmod(path, stats.mode & 0o700)
}

/** Files that a daemon replaces or removes by itself when it starts, but which meanwhile mislead or take up room. */
const ofADaemon: readonly (readonly [pattern: RegExp, misleads: boolean])[] = [
  [/^\.http\.port$/, true],
  [/^\.daemon\.(?:sock|lock|json)$/, false],
]
const temporary = [/^\.s[0-9a-f]{6}$/, /\.[0-9a-f]{12}\.tmp$/, /^\.daemon\.starting$/]

export async function leftovers(subject: Subject): Promise<Finding> {
  const { config, now } = subject
  const runs = (await subject.daemon().catch(() => 'unknown')) !== null
  const files = (await filesIn(config.dataDir)).filter(({ stats }) => !stats.isDirectory())
  const isOld = ({ stats }: FoundFile) => now - stats.mtimeMs > limits.doctorTemporaryMsMin
  const left = files.filter(
    (file) =>
      (temporary.some((pattern) => pattern.test(file.name)) && isOld(file)) ||
      (!runs && ofADaemon.some(([pattern]) => pattern.test(file.name))),
  )
  if (left.length === 0) return finding('ok', 'leftovers', 'none')
  const misleads = left.some((file) => ofADaemon.some(([pattern, it]) => it && pattern.test(file.name)))
  const names = left.map((file) => file.name)
  return fixable(
    misleads ? 'warn' : 'note',
    'leftovers',
    `of a daemon that was killed: ${listed(names, 2 * limits.doctorProblemsListedMax)}` +
      (misleads ? '; another program may have that port by now' : ''),
    'remove them, or start the daemon, which replaces them',
    () => removeLeftovers(config.dataDir, left, runs),
  )
}

/** A running daemon's own temporary files are young; without one, the lock keeps one from starting meanwhile. */
async function removeLeftovers(dataDir: string, left: readonly FoundFile[], runs: boolean): Promise<void> {
  const { version } = readPackageInfo()
  const holder = { pid: process.pid, startedAt: Date.now(), version }
  const lock = runs ? null : acquireLock(dataDir, holder, silentLog)
  try {
    for (const { path, name } of left)
      if (!/^\.daemon\.(?:lock|json)$/.test(name)) await rm(path, { force: true })
  } finally {
    lock?.release() // takes its own two files along
  }
}

/** Everything in the directory and its folders, limits.doctorFilesMax at most; what goes meanwhile is left out. */
async function filesIn(dataDir: string): Promise<readonly FoundFile[]> {
  const files: FoundFile[] = []
  async function look(folder: string, prefix: string): Promise<void> {
    for (const entry of await entriesOf(folder)) {
      if (files.length >= limits.doctorFilesMax) return
      const path = join(folder, entry.name)
      const stats = await lstat(path).catch(orMissing)
      if (stats === null) continue
      files.push({ path, name: `${prefix}${entry.name}`, stats })
      if (stats.isDirectory()) await look(path, `${prefix}${entry.name}/`)
    }
  }
  await look(dataDir, '')
  return files
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  return (await readdir(folder, { withFileTypes: true }).catch(orMissing)) ?? []
}

function orMissing(error: unknown): null {
  if (errnoOf(error) === 'ENOENT') return null
  throw error
}
