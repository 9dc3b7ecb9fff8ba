// Finds the git repository that a folder lies in, by reading the few files that say so, as git does, but running nothing.
// The folder that holds `.git` is the top, whatever a configuration says; a `.git` of another folder is nobody else's.
import type { Stats } from 'node:fs'
import { lstat, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { limits } from '../kit/limits.ts'
import { readBounded, readLine, UnreadableError, whyUnreadable } from './bounded-file.ts'
import { type ConfigEntry, configEntries } from './git-config.ts'

export interface Repository {
  /** The folder that holds `.git`. */
  readonly top: string
  /** Where HEAD is. */
  readonly gitDir: string
  /** Where objects and branches are: the same for every working tree. */
  readonly commonDir: string
  readonly config: readonly ConfigEntry[]
}

export type FoundRepository =
  | { readonly kind: 'repository'; readonly repository: Repository }
  /** `top` has a `.git` that cannot be read now */
  | { readonly kind: 'unreadable'; readonly top: string; readonly why: string }
  /** `top` has a `.git` that is another folder's */
  | { readonly kind: 'foreign'; readonly top: string; readonly why: string }

/** `directory` is a real path. Like git, looks no further up than the file system that it is on. */
export async function findRepository(directory: string): Promise<FoundRepository | null> {
  const device = (await statOf(directory))?.dev
  for (let top = directory; ; top = dirname(top)) {
    const folder = await statOf(top)
    if (folder === null || folder.dev !== device) return null
    const found = await repositoryAt(top, folder).catch(
      (error: unknown): FoundRepository => ({ kind: 'unreadable', top, why: whyUnreadable(error) }),
    )
    if (found !== null) return found
    if (dirname(top) === top) return null
  }
}

function statOf(path: string): Promise<Stats | null> {
  return stat(path).catch(() => null)
}

async function repositoryAt(top: string, folder: Stats): Promise<FoundRepository | null> {
  const path = join(top, '.git')
  const entry = await lstat(path).catch(() => null)
  if (entry === null || !mayPlace(entry.uid, folder.uid, process.getuid?.())) return null
  const gitDir = await gitDirAt(top)
  if (gitDir === null) return null
  const named = await readLine(gitDir, 'commondir', limits.pathCharsMax)
  const commonDir = named === null ? gitDir : await existing(resolve(gitDir, named))
  if (!(await isGitDir(gitDir, commonDir))) {
    // Of an empty folder of that name git thinks nothing, and looks further up.
    if (gitDir === path) return null
    throw new UnreadableError(`${path} names a repository that is not there`)
  }
  const config = await configOf(commonDir)
  const isLinked = commonDir !== gitDir
  const owner = isLinked ? await treeOf(top, gitDir, commonDir) : await homeOf(top, gitDir, config)
  if (owner !== top) return { kind: 'foreign', top, why: `${path} belongs to ${owner}` }
  return { kind: 'repository', repository: { top, gitDir, commonDir, config } }
}

/**
 * Whether `owner` has a say in what a folder belongs to: root, we, and the owner of the folder. In one like /tmp anybody
 * can put a `.git` above everybody's work. `own` is undefined where files have no such owners.
 */
export function mayPlace(owner: number, folderOwner: number, own: number | undefined): boolean {
  return own === undefined || [own, 0, folderOwner].includes(owner)
}

/** Null when `.git` is neither a folder nor a file that could name one. Raises UnreadableError. */
async function gitDirAt(top: string): Promise<string | null> {
  const path = join(top, '.git')
  const found = await statOf(path)
  if (found?.isDirectory()) return realpath(path)
  if (!found?.isFile()) return null
  const named = /^gitdir: (.+)$/su.exec((await readLine(top, '.git', limits.pathCharsMax)) ?? '')?.[1]
  if (named === undefined) throw new UnreadableError(`${path} does not say where its repository is`)
  return existing(resolve(top, named))
}

async function existing(path: string): Promise<string> {
  return realpath(path).catch(() => {
    throw new UnreadableError(`${path} is not there`)
  })
}

async function isGitDir(gitDir: string, commonDir: string): Promise<boolean> {
  const [head, objects] = await Promise.all([
    lstat(join(gitDir, 'HEAD')).catch(() => null),
    statOf(join(commonDir, 'objects')),
  ])
  return head !== null && objects?.isDirectory() === true
}

async function configOf(commonDir: string): Promise<readonly ConfigEntry[]> {
  const entries = configEntries((await readBounded(commonDir, 'config', limits.gitFileBytesMax)) ?? '')
  if (entries === null)
    throw new UnreadableError(`${join(commonDir, 'config')} is not written as git configuration is`)
  return entries
}

/**
 * The folder that a linked working tree's own directory was made for. A tree that was moved by hand left nothing in its
 * old place; where something is, that is the tree, and `top` a copy.
 */
async function treeOf(top: string, gitDir: string, commonDir: string): Promise<string> {
  if (dirname(gitDir) !== join(commonDir, 'worktrees')) return commonDir
  const back = await readLine(gitDir, 'gitdir', limits.pathCharsMax)
  if (back === null) return top
  return dirname(await realpath(resolve(gitDir, back)).catch(() => join(top, '.git')))
}

/** The folder that a repository says is its own: `core.worktree` of a submodule, or where its `.git` lies. */
async function homeOf(top: string, gitDir: string, config: readonly ConfigEntry[]): Promise<string> {
  if (gitDir === join(top, '.git')) return top
  if (basename(gitDir) === '.git') return dirname(gitDir)
  const named = config.findLast(({ key }) => key === 'core.worktree')?.value
  return named ? realpath(resolve(gitDir, named)).catch(() => top) : top
}
