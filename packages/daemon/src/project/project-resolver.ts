// Finds the project a directory belongs to: its git remote, else its root commit, else its path. Asks git itself, in
// ways that run none of the repository's own configuration, and remembers the answer for a while.
import { execFile } from 'node:child_process'
import { realpath, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Clock } from '../kit/clock.ts'
import { limits } from '../kit/limits.ts'
import type { Project, ProjectResolver } from '../model/project.ts'
import { remoteName } from './remote-name.ts'

interface CachedProject {
  /** Asked for once, however many callers wait for it. */
  readonly project: Promise<Project>
  readonly until: number
}

/** What git needs of the environment to be found and to read the user's own settings. */
export interface GitEnvironment {
  readonly PATH: string
  readonly HOME: string
}

export function createProjectResolver({ now, env }: { now: Clock; env: GitEnvironment }): ProjectResolver {
  const git: Git = (directory, ...args) => runGit(env, directory, args)
  const cache = new Map<string, CachedProject>()

  return {
    async resolve(cwd) {
      const known = cache.get(cwd)
      if (known !== undefined && known.until > now()) return known.project
      const project = resolveProject(git, cwd)
      if (cache.size >= limits.projectCacheEntriesMax) cache.clear()
      cache.set(cwd, { project, until: now() + limits.projectCacheMsMax })
      return project
    },
  }
}

async function resolveProject(git: Git, cwd: string): Promise<Project> {
  const found = await realpath(cwd).catch(() => null)
  const directory = found ?? resolve(cwd)
  // Of a folder that is gone git knows nothing, and an import of the past meets many.
  const top = found === null ? null : await git(directory, 'rev-parse', '--show-toplevel')
  const [project, folder] = await Promise.all([
    projectAt(git, directory, top),
    folderIdentity(top ?? directory),
  ])
  return folder === null ? project : { ...project, folder }
}

/** The same wherever a folder is moved on its disk, and never that of another; null where the file system keeps no birth. */
async function folderIdentity(directory: string): Promise<string | null> {
  const found = await stat(directory, { bigint: true }).catch(() => null)
  return found === null || found.birthtimeNs <= 0n ? null : `${found.ino}:${found.birthtimeNs}`
}

async function projectAt(git: Git, directory: string, top: string | null): Promise<Project> {
  if (top === null) {
    return {
      key: `path:${directory}`,
      name: basename(directory) || directory,
      reason: `${directory} is not in a git repository`,
    }
  }
  const remote = await remoteOf(git, directory)
  if (remote !== null) {
    return { key: `git:${remote}`, name: basename(remote), reason: `the git remote of ${top} is ${remote}` }
  }
  const roots = await git(directory, 'rev-list', '--max-parents=0', 'HEAD')
  const root = roots?.split('\n').sort()[0]
  if (root)
    return {
      key: `root:${root}`,
      name: basename(top),
      reason: `${top} has no remote; its first commit is ${root}`,
    }
  return {
    key: `path:${top}`,
    name: basename(top),
    reason: `${top} is a git repository without remote or commits`,
  }
}

/** `origin` if there is one, else the first remote by name, as `host/owner/name`; null without remotes. */
async function remoteOf(git: Git, directory: string): Promise<string | null> {
  const lines =
    (await git(directory, 'config', '--get-regexp', '^remote\\..*\\.url$'))?.split('\n').sort() ?? []
  const line = lines.find((each) => each.startsWith('remote.origin.url ')) ?? lines[0]
  const url = line?.slice(line.indexOf(' ') + 1)
  return url ? remoteName(url) : null
}

/** Of one answer; the list of a repository's first commits is the longest. */
const gitOutputBytesMax = 1_048_576

/** Standard output without the last newline, or null when git fails, is missing or takes longer than limits.gitMsMax. */
type Git = (directory: string, ...args: string[]) => Promise<string | null>

function runGit(env: GitEnvironment, directory: string, args: readonly string[]): Promise<string | null> {
  const inert = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null']
  const options = {
    env: { ...env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' },
    timeout: limits.gitMsMax,
    maxBuffer: gitOutputBytesMax,
  }
  return new Promise((done) => {
    execFile('git', ['-C', directory, ...inert, ...args], options, (error, stdout) =>
      done(error ? null : stdout.trimEnd()),
    )
  })
}
