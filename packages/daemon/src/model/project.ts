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
}

/** Finds the project of a working directory. Never throws for a directory that does not exist: that is a path project. */
export interface ProjectResolver {
  resolve(cwd: string): Promise<Project>
}
