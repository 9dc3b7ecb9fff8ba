import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createProjectResolver } from '../../src/project/project-resolver.ts'

let home: string

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'iai-project-')))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

function git(cwd: string, ...args: string[]): void {
  const who = {
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
  }
  execFileSync('git', args, { cwd, env: { PATH: process.env.PATH, HOME: home, ...who }, stdio: 'pipe' })
}

function repository(name: string, remote?: string): string {
  const path = join(home, name)
  mkdirSync(path)
  git(path, 'init', '-q')
  writeFileSync(join(path, 'a.txt'), name)
  git(path, 'add', '.')
  git(path, 'commit', '-qm', 'first')
  if (remote) git(path, 'remote', 'add', 'origin', remote)
  return path
}

const resolve = async (cwd: string): Promise<string> => {
  const env = { PATH: process.env.PATH ?? '', HOME: home }
  return (await createProjectResolver({ now: () => 0, env }).resolve(cwd)).key
}

describe('which project a directory belongs to', () => {
  test('clones, worktrees and sub-folders of one remote are one project', async () => {
    const shop = repository('shop', 'git@example.org:ada/shop.git')
    const clone = repository('copy', 'https://ada:secret@example.org/ada/shop')
    mkdirSync(join(shop, 'src', 'deep'), { recursive: true })
    git(shop, 'worktree', 'add', '-q', join(home, 'tree'))
    const keys = await Promise.all([shop, clone, join(shop, 'src', 'deep'), join(home, 'tree')].map(resolve))
    expect(keys).toEqual(Array(4).fill('git:example.org/ada/shop'))
  })

  test('without a remote the first commit counts, so a moved folder stays itself', async () => {
    const before = await resolve(repository('notes'))
    execFileSync('mv', [join(home, 'notes'), join(home, 'journal')])
    expect(before).toMatch(/^root:[0-9a-f]{40}$/)
    expect(await resolve(join(home, 'journal'))).toBe(before)
  })

  test('a folder outside git is its path, even when it does not exist', async () => {
    mkdirSync(join(home, 'plain'))
    expect(await resolve(join(home, 'plain'))).toBe(`path:${home}/plain`)
    expect(await resolve(join(home, 'gone'))).toBe(`path:${home}/gone`)
  })

  test('two repositories are two projects', async () => {
    const [a, b] = await Promise.all(
      [repository('a', 'git@example.org:ada/a.git'), repository('b')].map(resolve),
    )
    expect(a).not.toBe(b)
  })

  test('a repository cannot make us run its own commands', async () => {
    const trap = repository('trap', 'git@example.org:eve/trap.git')
    git(trap, 'config', 'core.fsmonitor', `touch ${join(home, 'pwned')}; false`)
    await resolve(trap)
    expect(() => realpathSync(join(home, 'pwned'))).toThrow('ENOENT')
  })
})

describe('what a folder is known by', () => {
  const folderOf = async (cwd: string) => {
    const env = { PATH: process.env.PATH ?? '', HOME: home }
    return (await createProjectResolver({ now: () => 0, env }).resolve(cwd)).folder
  }

  test('stays the same when it is moved, and is no other folder’s', async () => {
    const notes = join(home, 'notes')
    mkdirSync(notes)
    const before = await folderOf(notes)
    expect(before).toMatch(/^\d+:\d+$/)
    renameSync(notes, join(home, 'moved'))
    expect(await folderOf(join(home, 'moved'))).toBe(before)
    mkdirSync(notes)
    expect(await folderOf(notes)).not.toBe(before)
  })

  test('is that of the repository anywhere within it', async () => {
    const shop = repository('shop')
    mkdirSync(join(shop, 'src'))
    expect(await folderOf(join(shop, 'src'))).toBe(await folderOf(shop))
  })

  test('is nothing for a folder that is not there', async () => {
    expect(await folderOf(join(home, 'nowhere'))).toBeUndefined()
  })
})

describe('what finding a project costs', () => {
  /** A git that notes how often it is asked. */
  function countingGit(): { resolver: ReturnType<typeof createProjectResolver>; asked: () => number } {
    const [bin, log] = [join(home, 'bin'), join(home, 'asked')]
    mkdirSync(bin)
    writeFileSync(log, '')
    const script = `#!/bin/sh\necho >> ${log}\nPATH="$PATH_OF_GIT" exec git "$@"\n`
    writeFileSync(join(bin, 'git'), script.replace('$PATH_OF_GIT', process.env.PATH ?? ''), { mode: 0o755 })
    const env = { PATH: `${bin}:${process.env.PATH}`, HOME: home }
    return {
      resolver: createProjectResolver({ now: () => 0, env }),
      asked: () => readFileSync(log, 'utf8').length,
    }
  }

  test('many who ask at once are answered by one look', async () => {
    const shop = repository('shop', 'git@example.org:ada/shop.git')
    const { resolver, asked } = countingGit()
    const answers = await Promise.all(Array.from({ length: 20 }, () => resolver.resolve(shop)))
    expect(new Set(answers.map(({ key }) => key))).toEqual(new Set(['git:example.org/ada/shop']))
    // One for the top folder, one for its remotes.
    expect(asked()).toBe(2)
  })

  test('a folder that is gone is no question for git', async () => {
    const { resolver, asked } = countingGit()
    expect((await resolver.resolve(join(home, 'gone'))).key).toBe(`path:${home}/gone`)
    expect(asked()).toBe(0)
  })
})
