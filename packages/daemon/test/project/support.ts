// Repositories made with the git of this machine, in a folder that is gone after each test.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { createProjectResolver } from '../../src/project/project-resolver.ts'

export const searchPath = process.env.PATH ?? ''

export interface Home {
  readonly path: string
  /** Its standard output. */
  git(cwd: string, ...args: string[]): string
  /** With one commit, and `remote` as its origin. */
  repository(name: string, remote?: string): string
  /** A search path on which `script` is found as git. */
  gitThat(script: string): string
}

/** A home for each test of the file. */
export function useHome(): Home {
  let path = ''
  beforeEach(() => {
    path = realpathSync(mkdtempSync(join(tmpdir(), 'iai-project-')))
  })
  afterEach(() => rmSync(path, { recursive: true, force: true }))

  function git(cwd: string, ...args: string[]): string {
    const who = {
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.org',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.org',
    }
    const env = { PATH: searchPath, HOME: path, GIT_CONFIG_NOSYSTEM: '1', ...who }
    return execFileSync('git', args, { cwd, env, stdio: 'pipe', encoding: 'utf8' })
  }

  return {
    get path() {
      return path
    },
    git,
    repository(name, remote) {
      const at = join(path, name)
      mkdirSync(at, { recursive: true })
      git(at, 'init', '-q')
      writeFileSync(join(at, 'a.txt'), name)
      git(at, 'add', '.')
      git(at, 'commit', '-qm', 'first')
      if (remote) git(at, 'remote', 'add', 'origin', remote)
      return at
    },
    gitThat(script) {
      const bin = join(path, 'bin')
      mkdirSync(bin, { recursive: true })
      writeFileSync(join(bin, 'git'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
      return `${bin}${delimiter}${searchPath}`
    },
  }
}

export async function keyOf(cwd: string): Promise<string> {
  return (await createProjectResolver(searchPath).resolve(cwd)).key
}
