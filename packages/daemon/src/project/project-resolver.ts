// Finds the project a directory belongs to: its git remote, else its root commit, else its path. Looks anew each time, so
// that what was put in the same place is not taken for what was there before; git is run for the root commit only.
import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { limits } from '../kit/limits.ts'
import { type Project, type ProjectResolver, presentKey } from '../model/project.ts'
import { whyUnreadable } from './bounded-file.ts'
import { createFirstCommits, type FirstCommit, type FirstCommits } from './first-commit.ts'
import { remoteName } from './remote-name.ts'
import { type FoundRepository, findRepository, type Repository } from './repository.ts'

/** `searchPath` is where git is looked for. */
export function createProjectResolver(searchPath: string): ProjectResolver {
  const firstCommits = createFirstCommits(searchPath)
  const underWay = new Map<string, Promise<Project>>()
  return {
    resolve(cwd) {
      const asked = underWay.get(cwd)
      if (asked !== undefined) return asked
      const project = resolveProject(firstCommits, cwd).finally(() => underWay.delete(cwd))
      underWay.set(cwd, project)
      return project
    },
  }
}

async function resolveProject(firstCommits: FirstCommits, cwd: string): Promise<Project> {
  const directory = await realpath(cwd).catch(() => null)
  if (directory === null) return projectByPath(resolve(cwd), `${resolve(cwd)} is not there`)
  const found = await findRepository(directory)
  const project = await projectOf(firstCommits, directory, found)
  const folder = await folderIdentity(found === null ? directory : topOf(found))
  return folder === null ? project : { ...project, folder }
}

function topOf(found: FoundRepository): string {
  return found.kind === 'repository' ? found.repository.top : found.top
}

/** The same wherever a folder is moved on its disk, and never that of another; null where the file system keeps no birth. */
async function folderIdentity(directory: string): Promise<string | null> {
  const found = await stat(directory, { bigint: true }).catch(() => null)
  return found === null || found.birthtimeNs <= 0n ? null : `${found.ino}:${found.birthtimeNs}`
}

function projectByPath(directory: string, reason: string): Project {
  return { key: `path:${directory}`, name: basename(directory) || directory, reason }
}

async function projectOf(
  firstCommits: FirstCommits,
  directory: string,
  found: FoundRepository | null,
): Promise<Project> {
  if (found === null) return projectByPath(directory, `${directory} is not in a git repository`)
  if (found.kind === 'foreign') return projectByPath(found.top, found.why)
  if (found.kind === 'unreadable') return { ...projectByPath(found.top, found.why), isGuess: true }
  const { repository } = found
  return projectByRemote(repository) ?? (await projectByFirstCommit(firstCommits, repository))
}

function projectByRemote(repository: Repository): Project | null {
  const remote = remoteOf(repository)
  if (remote === null) return null
  return {
    key: presentKey(`git:${remote}`),
    name: basename(remote),
    reason: `the git remote of ${repository.top} is ${remote}`,
  }
}

/** `origin` if there is one, else the first remote by name, as `host/owner/name`; null without remotes. */
function remoteOf({ config, top, gitDir, commonDir }: Repository): string | null {
  const remotes = config.filter(({ key, value }) => /^remote\..*\.url$/su.test(key) && isAddress(value))
  const ordered = remotes.toSorted((a, b) => compared(`${a.key} ${a.value}`, `${b.key} ${b.value}`))
  const url = (ordered.find(({ key }) => key === 'remote.origin.url') ?? ordered[0])?.value
  // A path is the same for every working tree of a repository.
  const main = gitDir === commonDir ? top : basename(commonDir) === '.git' ? dirname(commonDir) : commonDir
  return url === undefined ? null : remoteName(url, main)
}

/** What is no address that anybody could fetch from is no name for a project either. */
function isAddress(url: string): boolean {
  return url.length <= limits.pathCharsMax && !/\p{Cc}/u.test(url)
}

function compared(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

async function projectByFirstCommit(firstCommits: FirstCommits, repository: Repository): Promise<Project> {
  const { top } = repository
  const first = await firstCommits
    .of(repository)
    .catch((error: unknown): FirstCommit => ({ kind: 'unknown', why: whyUnreadable(error) }))
  if (first.kind === 'none') {
    return projectByPath(top, `${top} is a git repository without remote or commits`)
  }
  if (first.kind === 'unknown') {
    const reason = `${top} has no remote, and its first commit is not known: ${first.why}`
    return { ...projectByPath(top, reason), isGuess: true }
  }
  return {
    key: `root:${first.id}`,
    name: basename(top),
    reason: `${top} has no remote; its first commit is ${first.id}`,
  }
}
