// Finds the first commit of a repository. Its history is walked by git, but not as that repository: git is handed a folder
// of ours for settings and branches, and the repository's objects alone. So nothing that a repository can configure is
// ever read by git: it fetches nothing, and runs nothing.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contentHash } from '../kit/content-hash.ts'
import { settlesWithin } from '../kit/deadline.ts'
import { errnoOf } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import { RecentMap } from '../kit/recent-map.ts'
import { readBounded, readLine, UnreadableError } from './bounded-file.ts'
import type { Repository } from './repository.ts'

export type FirstCommit =
  | { readonly kind: 'commit'; readonly id: string }
  | { readonly kind: 'none' }
  /** git is missing, failed, or has not answered yet */
  | { readonly kind: 'unknown'; readonly why: string }

export interface FirstCommits {
  /** That of what is checked out. Raises what whyUnreadable understands. */
  of(repository: Repository): Promise<FirstCommit>
}

/** `searchPath` is where git is looked for. */
export function createFirstCommits(searchPath: string): FirstCommits {
  const known = new RecentMap<string>(limits.firstCommitsHeldMax)
  const asked = new Map<string, Promise<FirstCommit>>()

  /** What comes too late for this caller is there for the next. */
  async function ask(name: string, history: History): Promise<FirstCommit> {
    const walk = walkHistory(searchPath, history)
      .then((found) => {
        if (found.kind === 'commit') known.set(name, found.id)
        return found
      })
      .finally(() => asked.delete(name))
    if (await settlesWithin(walk, limits.gitWaitMsMax)) return walk
    return { kind: 'unknown', why: 'git has not answered yet' }
  }

  return {
    async of(repository) {
      const history = await historyOf(repository)
      if (history === null) return { kind: 'none' }
      const name = await nameOf(history)
      const id = known.get(name)
      if (id !== undefined) return { kind: 'commit', id }
      const answer = asked.get(name) ?? ask(name, history)
      asked.set(name, answer)
      return answer
    },
  }
}

/** All that its first commit depends on. */
interface History {
  /** The commit checked out. */
  readonly head: string
  /** The folder of its objects. */
  readonly objects: string
  /** Commits whose parents were left out in cloning, as the file says it. */
  readonly shallow: string
}

/** Null before the first commit. */
async function historyOf({ gitDir, commonDir, config }: Repository): Promise<History | null> {
  const storage = config.findLast(({ key }) => key === 'extensions.refstorage')?.value ?? 'files'
  if (storage !== 'files') throw new UnreadableError(`${commonDir} keeps its branches as a ${storage}`)
  const head = await headOf(gitDir, commonDir)
  if (head === null) return null
  const shallow = (await readBounded(commonDir, 'shallow', limits.gitFileBytesMax)) ?? ''
  return { head, objects: join(commonDir, 'objects'), shallow }
}

/** A folder that is made anew in the same place is another one. */
async function nameOf({ head, objects, shallow }: History): Promise<string> {
  const { dev, ino, birthtimeNs } = await stat(objects, { bigint: true })
  return `${dev}:${ino}:${birthtimeNs} ${head} ${contentHash(shallow)}`
}

const symbolicLinksMax = 5

async function headOf(gitDir: string, commonDir: string): Promise<string | null> {
  let text = await readLine(gitDir, 'HEAD', limits.pathCharsMax)
  for (let links = 0; text !== null; links += 1) {
    const id = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/u.exec(text.trim())?.[0]
    if (id !== undefined) return id
    const branch = /^ref:\s*(refs\/.+)$/u.exec(text.trim())?.[1]
    if (branch === undefined || /(?:^|\/)\.\.?(?:\/|$)|\0/u.test(branch) || links === symbolicLinksMax) {
      throw new UnreadableError(`${join(gitDir, 'HEAD')} names neither a branch nor a commit`)
    }
    text = (await readLine(commonDir, branch, limits.pathCharsMax)) ?? (await packedBranch(commonDir, branch))
  }
  return null
}

async function packedBranch(commonDir: string, branch: string): Promise<string | null> {
  const packed = await readBounded(commonDir, 'packed-refs', limits.gitPackedRefsBytesMax)
  const end = packed?.indexOf(` ${branch}\n`) ?? -1
  if (packed === null || end < 0) return null
  return packed.slice(packed.lastIndexOf('\n', end) + 1, end)
}

async function walkHistory(searchPath: string, history: History): Promise<FirstCommit> {
  let folder: string | null = null
  try {
    folder = await mkdtemp(join(tmpdir(), 'iai-mcp-git-'))
    await makeInertRepository(folder, history)
    return await runGit(searchPath, folder, history)
  } catch (error) {
    return { kind: 'unknown', why: `git could not be asked (${errnoOf(error)})` }
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true })
  }
}

/** As little as git takes for a repository. */
async function makeInertRepository(folder: string, { head, shallow }: History): Promise<void> {
  const format = head.length === 40 ? [] : ['[extensions]', 'objectFormat = sha256']
  const config = [
    '[core]',
    `repositoryFormatVersion = ${format.length === 0 ? 0 : 1}`,
    'bare = true',
    ...format,
  ]
  await mkdir(join(folder, 'refs'))
  await writeFile(join(folder, 'HEAD'), 'ref: refs/heads/none\n')
  await writeFile(join(folder, 'config'), `${config.join('\n')}\n`)
  if (shallow !== '') await writeFile(join(folder, 'shallow'), shallow)
}

function runGit(searchPath: string, folder: string, { head, objects }: History): Promise<FirstCommit> {
  const options = {
    cwd: folder,
    env: {
      PATH: searchPath || '/usr/bin:/bin',
      LC_ALL: 'C',
      GIT_DIR: folder,
      GIT_OBJECT_DIRECTORY: objects,
      // Neither the machine's settings nor the user's: what they say of other repositories is not meant for this one.
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      // No setting could bring it to fetch; should that change, this refuses.
      GIT_ALLOW_PROTOCOL: 'none',
      GIT_NO_LAZY_FETCH: '1',
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_TERMINAL_PROMPT: '0',
    },
    timeout: limits.gitMsMax,
    killSignal: 'SIGKILL' as const,
    maxBuffer: limits.gitFileBytesMax,
  }
  return new Promise((done) => {
    execFile('git', ['--no-pager', 'rev-list', '--max-parents=0', head], options, (error, stdout) => {
      const id = stdout.split('\n').filter(Boolean).sort()[0]
      if (error === null && id !== undefined) done({ kind: 'commit', id })
      else done({ kind: 'unknown', why: error?.code === 'ENOENT' ? 'git is not installed' : 'git failed' })
    })
  })
}
