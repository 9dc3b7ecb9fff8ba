// A project is identified by its git remote, else its root commit, else its path. Worktrees, clones and
// sub-folders of one repository are one project.

/** Key of what belongs to no project: the user's identity, global pins, chats outside any folder. */
export const globalProject = 'global'

export interface Project {
  /** 'git:host/owner/name' · 'root:<commit>' · 'path:/absolute' · 'global' */
  readonly key: string
  /** A short human name: the repository's or the folder's. */
  readonly name: string
  /** Why this key was chosen, in words, for `project why`. */
  readonly reason: string
  /** Names the folder itself, wherever it is moved to; absent when the file system does not say. */
  readonly folder?: string | undefined
  /** Its repository could not be asked just now: what its folder was known as before is more to be trusted than `key`. */
  readonly isGuess?: boolean | undefined
}

/** What a project is found by. */
export type FoundProject = Pick<Project, 'key' | 'folder' | 'isGuess'>

/** A project that something was captured in. */
export interface KnownProject {
  readonly key: string
  /** As the user called it, else as it was found. */
  readonly name: string
  readonly reason: string
  /** Keys of the projects that were merged into it, in the order in which they became known. */
  readonly merged: readonly string[]
  readonly sessions: number
  readonly turns: number
  /** Notes and facts. */
  readonly facts: number
  /** When something was last said in one of its sessions, ms; null when it has none. */
  readonly lastAt: number | null
}

/** unknown: there is no project `from`, or none of that key `into` */
export type MergeOutcome = 'merged' | 'same' | 'unknown'

/**
 * A folder that was found under `found` before and is now found under another key is the same project still, when it
 * was moved, when its repository got its first commit or its first remote, or when its remote is the same in another
 * spelling or, on this disk, in another place. Any other change may be another project.
 */
export function mayBecome(found: string, now: string): boolean {
  if (found.startsWith('path:')) return /^(?:path|root|git):/u.test(now)
  if (found.startsWith('root:')) return now.startsWith('git:')
  return presentKey(found) === now || (isOnDisk(found) && isOnDisk(now) && lastName(found) === lastName(now))
}

function isOnDisk(key: string): boolean {
  return key.startsWith('git:file/')
}

function lastName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1)
}

const forgesThatIgnoreCase = /^git:(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|gitea\.com)\//u

/** The key of what goes by `key`: there are forges for which `Ada/Shop` and `ada/shop` are one; elsewhere they are two. */
export function presentKey(key: string): string {
  return forgesThatIgnoreCase.test(key) ? key.toLowerCase() : key
}

/** Finds the project of a working directory. Never throws for a directory that does not exist: that is a path project. */
export interface ProjectResolver {
  resolve(cwd: string): Promise<Project>
}
