// Folders that somebody else prepared: nothing in them is run, followed out of them, or waited for.
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { limits } from '../../src/kit/limits.ts'
import { createProjectResolver } from '../../src/project/project-resolver.ts'
import { mayPlace } from '../../src/project/repository.ts'
import { keyOf, searchPath, useHome } from './support.ts'

const home = useHome()
const missing = '1234567890'.repeat(4)

/** A repository of nothing but settings, whose HEAD names a commit that it does not have. */
function trap(config: string): string {
  const path = join(home.path, 'trap')
  for (const folder of ['.git/objects/pack', '.git/refs', '.git/hooks', 'origin'])
    mkdirSync(join(path, folder), { recursive: true })
  writeFileSync(join(path, '.git', 'HEAD'), `${missing}\n`)
  const command = join(path, 'command')
  writeFileSync(command, `#!/bin/sh\ntouch '${join(home.path, 'pwned')}'\nexit 1\n`, { mode: 0o755 })
  writeFileSync(join(path, '.git', 'config'), config.replaceAll('COMMAND', command))
  return path
}

const lazy =
  '[core]\nrepositoryformatversion = 1\n[extensions]\npartialClone = origin\n[remote "origin"]\npromisor = true\n'

describe('no command of a repository is run', () => {
  const settings = {
    'what it fetches missing objects with': `${lazy}uploadpack = COMMAND\n`,
    'the same from a path': `${lazy}uploadpack = COMMAND\nurl = ./origin\n`,
    'what it connects with': `${lazy}url = ssh://host.example/x\n[core]\nsshCommand = COMMAND\n`,
    'a proxy': `${lazy}url = git://host.example/x\n[core]\ngitProxy = COMMAND\n`,
    'a transport of its own': `${lazy}url = ext::COMMAND\n[protocol]\nallow = always\n`,
    'what asks for a password': `${lazy}url = http://127.0.0.1:9/\n[core]\naskPass = COMMAND\n[credential]\nhelper = COMMAND\n`,
    'a watcher of files': '[core]\nfsmonitor = COMMAND\nhooksPath = ../hooks\n',
    'a pager, an alias, an editor': `[pager]\nrev-list = COMMAND\n[alias]\nrev-list = !COMMAND\n[core]\npager = COMMAND\neditor = COMMAND\n`,
    'what looks at differences': `[diff]\nexternal = COMMAND\n[diff "x"]\ntextconv = COMMAND\n[filter "x"]\nsmudge = COMMAND\nprocess = COMMAND\n`,
    'what lists borrowed branches': '[core]\nalternateRefsCommand = COMMAND\n',
    'what verifies signatures': '[log]\nshowSignature = true\n[gpg]\nprogram = COMMAND\n',
  }
  test.each(Object.entries(settings))('%s', async (_, config) => {
    const path = trap(config)
    for (const hook of ['reference-transaction', 'post-index-change', 'fsmonitor-watchman'])
      writeFileSync(join(path, '.git', 'hooks', hook), '#!/bin/sh\n../../command\n', { mode: 0o755 })
    writeFileSync(join(path, '.gitattributes'), '* filter=x diff=x\n')
    await keyOf(path)
    const withoutRemote = readFileSync(join(path, '.git', 'config'), 'utf8').replace(/^url = .*$/mu, '')
    writeFileSync(join(path, '.git', 'config'), withoutRemote)
    expect(await createProjectResolver(searchPath).resolve(path)).toMatchObject({
      key: `path:${path}`,
      isGuess: true,
    })
    expect(existsSync(join(home.path, 'pwned'))).toBe(false)
  })

  test('git is told of its objects, and of nothing else that is in it', async () => {
    const path = trap(`${lazy}uploadpack = COMMAND\n`)
    const seen = join(home.path, 'seen')
    await createProjectResolver(
      home.gitThat(`pwd >'${seen}'; env >>'${seen}'; cat config >>'${seen}'; exit 1`),
    ).resolve(path)
    const lines = readFileSync(seen, 'utf8').split('\n')
    expect(lines.filter((line) => line.includes(path))).toEqual([`GIT_OBJECT_DIRECTORY=${path}/.git/objects`])
    expect(lines).toContain('GIT_ALLOW_PROTOCOL=none')
    expect(lines).toContain('GIT_NO_LAZY_FETCH=1')
    const left = readdirSync(tmpdir()).filter((name) => lines[0]?.endsWith(name))
    expect(left).toEqual([])
  })

  test('a git in the folder itself is not the one that is run', async () => {
    const path = home.repository('own-git')
    writeFileSync(join(path, 'git'), `#!/bin/sh\ntouch '${join(home.path, 'pwned')}'\n`, { mode: 0o755 })
    await createProjectResolver(`.:${searchPath}`).resolve(path)
    await createProjectResolver('').resolve(path)
    expect(existsSync(join(home.path, 'pwned'))).toBe(false)
  })
})

describe('nothing is waited for, and nothing read without end', () => {
  test.each(['config', 'HEAD', 'packed-refs', 'shallow', 'commondir'])('%s is a pipe', async (name) => {
    const path = home.repository('piped')
    home.git(path, 'pack-refs', '--all')
    rmSync(join(path, '.git', name), { force: true })
    execFileSync('mkfifo', [join(path, '.git', name)])
    const found = await createProjectResolver(searchPath).resolve(path)
    expect(found).toMatchObject({ key: `path:${path}`, isGuess: true })
    expect(found.reason).toContain('is no plain file')
  })

  test('what names borrowed objects is a pipe, which git waits for', async () => {
    const path = home.repository('piped')
    const pipe = join(path, '.git', 'objects', 'info', 'alternates')
    execFileSync('mkfifo', [pipe])
    writeFileSync(join(path, '.git', 'HEAD'), `${missing}\n`)
    const resolver = createProjectResolver(searchPath)
    expect((await resolver.resolve(path)).reason).toContain('git has not answered yet')
    // Lets that git go on; the next one would wait again.
    writeFileSync(pipe, '\n')
    rmSync(pipe)
    await expect.poll(async () => (await resolver.resolve(path)).reason).toContain('git failed')
  })

  test('.git is a pipe', async () => {
    execFileSync('mkfifo', [join(home.path, '.git')])
    expect(await keyOf(home.path)).toBe(`path:${home.path}`)
  })

  test.each([
    ['config', limits.gitFileBytesMax],
    ['packed-refs', limits.gitPackedRefsBytesMax],
    ['shallow', limits.gitFileBytesMax],
    ['HEAD', limits.pathCharsMax],
  ])('%s is larger than its limit', async (name, bytesMax) => {
    const path = home.repository('huge')
    home.git(path, 'pack-refs', '--all')
    truncateSync(writeEmpty(join(path, '.git', name)), bytesMax + 1)
    const found = await createProjectResolver(searchPath).resolve(path)
    expect(found).toMatchObject({ key: `path:${path}`, isGuess: true })
    expect(found.reason).toContain('is larger than')
  })

  test.each(['ref: refs/heads/../../../outside', 'ref: refs/heads/loop', 'ref: config', 'nonsense'])(
    'HEAD says %j',
    async (said) => {
      const path = home.repository('odd')
      writeFileSync(join(home.path, 'outside'), `${missing}\n`)
      writeFileSync(join(path, '.git', 'HEAD'), `${said}\n`)
      writeFileSync(join(path, '.git', 'refs', 'heads', 'loop'), 'ref: refs/heads/loop\n')
      const found = await createProjectResolver(searchPath).resolve(path)
      expect(found.reason).toContain('names neither a branch nor a commit')
    },
  )

  test('includes are not followed', async () => {
    const path = trap(`[include]\npath = ${join(home.path, 'secret')}\n`)
    writeFileSync(join(home.path, 'secret'), '[remote "origin"]\nurl = git@example.org:ada/secret\n')
    expect(await keyOf(path)).toBe(`path:${path}`)
  })
})

function writeEmpty(path: string): string {
  writeFileSync(path, '')
  return path
}

describe('a folder does not become another by pointing at it', () => {
  const takeover = (name: string) => {
    const path = join(home.path, name)
    mkdirSync(path)
    return path
  }

  test('by core.worktree', async () => {
    const secret = home.repository('secret')
    const path = home.repository('pointing', 'git@example.org:eve/pointing')
    home.git(path, 'config', 'core.worktree', secret)
    const found = await createProjectResolver(searchPath).resolve(path)
    expect(found.key).toBe('git:example.org/eve/pointing')
    expect(found.folder).not.toBe((await createProjectResolver(searchPath).resolve(secret)).folder)
  })

  test.each([
    [
      'a file',
      (path: string, secret: string) => writeFileSync(join(path, '.git'), `gitdir: ${secret}/.git\n`),
    ],
    ['a link', (path: string, secret: string) => symlinkSync(join(secret, '.git'), join(path, '.git'))],
    [
      'the file of a working tree',
      (path: string, secret: string) =>
        writeFileSync(join(path, '.git'), `gitdir: ${secret}/.git/worktrees/tree\n`),
    ],
    [
      'a common folder',
      (path: string, secret: string) => {
        cpSync(join(secret, '.git'), join(path, '.git'), { recursive: true })
        writeFileSync(join(path, '.git', 'commondir'), join(secret, '.git'))
      },
    ],
    [
      'a common folder as of a working tree',
      (path: string, secret: string) => {
        const made = join(path, 'x', 'worktrees', 'tree')
        mkdirSync(made, { recursive: true })
        cpSync(join(secret, '.git', 'HEAD'), join(made, 'HEAD'))
        writeFileSync(join(made, 'commondir'), join(secret, '.git'))
        writeFileSync(join(path, '.git'), `gitdir: ${made}\n`)
      },
    ],
    [
      'a link to its settings',
      (path: string, secret: string) => {
        home.git(path, 'init', '-q')
        rmSync(join(path, '.git', 'config'))
        symlinkSync(join(secret, '.git', 'config'), join(path, '.git', 'config'))
      },
    ],
    [
      'a link to its branches and objects',
      (path: string, secret: string) => {
        home.git(path, 'init', '-q')
        writeFileSync(join(path, '.git', 'HEAD'), 'ref: refs/heads/tree\n')
        for (const part of ['refs', 'objects']) {
          rmSync(join(path, '.git', part), { recursive: true })
          symlinkSync(join(secret, '.git', part), join(path, '.git', part))
        }
      },
    ],
    [
      'a link to its packed branches',
      (path: string, secret: string) => {
        home.git(secret, 'pack-refs', '--all')
        home.git(path, 'init', '-q')
        writeFileSync(join(path, '.git', 'HEAD'), 'ref: refs/heads/tree\n')
        symlinkSync(join(secret, '.git', 'packed-refs'), join(path, '.git', 'packed-refs'))
        writeFileSync(join(path, '.git', 'objects', 'info', 'alternates'), join(secret, '.git', 'objects\n'))
      },
    ],
    [
      'a link to what is checked out',
      (path: string, secret: string) => {
        home.git(secret, 'checkout', '-q', '--detach')
        home.git(path, 'init', '-q')
        rmSync(join(path, '.git', 'HEAD'))
        symlinkSync(join(secret, '.git', 'HEAD'), join(path, '.git', 'HEAD'))
        writeFileSync(join(path, '.git', 'objects', 'info', 'alternates'), join(secret, '.git', 'objects\n'))
      },
    ],
  ])('by %s', async (_, point) => {
    for (const remote of ['git@example.org:ada/secret', undefined]) {
      const secret = home.repository(remote ? 'secret' : 'local', remote)
      home.git(
        secret,
        'worktree',
        'add',
        '-q',
        '-b',
        'tree',
        join(home.path, `tree-of-${remote ? 'a' : 'b'}`),
      )
      const path = takeover(remote ? 'hostile' : 'other')
      point(path, secret)
      expect(await keyOf(path)).toBe(`path:${path}`)
    }
  })

  test('a `.git` that somebody else put above is not looked at', async () => {
    const [ada, eve, root] = [1000, 1001, 0]
    expect(mayPlace(eve, root, ada)).toBe(false)
    expect([mayPlace(ada, root, ada), mayPlace(root, ada, ada), mayPlace(eve, eve, ada)]).toEqual(
      Array(3).fill(true),
    )
    expect(mayPlace(eve, root, undefined)).toBe(true)
    const top = home.repository('shared', 'git@example.org:eve/all')
    mkdirSync(join(top, 'work'))
    // Only root can make files another user's.
    if (process.getuid?.() === root) {
      execFileSync('chown', [String(eve), join(top, '.git')])
      expect(await keyOf(join(top, 'work'))).toBe(`path:${top}/work`)
      execFileSync('chown', [String(eve), top])
    }
    expect(await keyOf(join(top, 'work'))).toBe('git:example.org/eve/all')
  })
})

describe('what git itself links goes on working', () => {
  const shopKey = 'git:example.org/ada/shop'

  test('a working tree, also one that was moved by hand, and one of relative paths', async () => {
    const shop = home.repository('shop', 'git@example.org:ada/shop')
    const [tree, moved] = [join(home.path, 'tree'), join(home.path, 'moved')]
    home.git(shop, 'worktree', 'add', '-q', tree)
    mkdirSync(join(tree, 'src'))
    expect(await keyOf(join(tree, 'src'))).toBe(shopKey)
    renameSync(tree, moved)
    expect(await keyOf(moved)).toBe(shopKey)
    writeFileSync(join(moved, '.git'), 'gitdir: ../shop/.git/worktrees/tree\n')
    writeFileSync(join(shop, '.git', 'worktrees', 'tree', 'gitdir'), '../../../../moved/.git\n')
    expect(await keyOf(moved)).toBe(shopKey)
    const notes = home.repository('notes')
    home.git(notes, 'worktree', 'add', '-q', tree)
    expect(await keyOf(tree)).toBe(await keyOf(notes))
  })

  test('a submodule, and a working tree of it', async () => {
    const part = home.repository('part')
    const shop = home.repository('shop', 'git@example.org:ada/shop')
    home.git(shop, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', part, 'lib/part')
    expect(await keyOf(join(shop, 'lib', 'part'))).toBe(`git:file${part}`)
    expect(await keyOf(join(shop, 'lib'))).toBe(shopKey)
    home.git(join(shop, 'lib', 'part'), 'worktree', 'add', '-q', join(home.path, 'part-tree'))
    expect(await keyOf(join(home.path, 'part-tree'))).toBe(`git:file${part}`)
    renameSync(shop, join(home.path, 'moved'))
    expect(await keyOf(join(home.path, 'moved', 'lib', 'part'))).toBe(`git:file${part}`)
  })

  test('a repository that is kept in another place, and working trees beside a bare one', async () => {
    const shop = home.repository('shop', 'git@example.org:ada/shop')
    const [apart, beside] = [join(home.path, 'apart'), join(home.path, 'beside')]
    home.git(home.path, 'clone', '-q', `--separate-git-dir=${join(home.path, 'kept.git')}`, shop, apart)
    expect(await keyOf(apart)).toBe(`git:file${shop}`)
    mkdirSync(beside)
    home.git(beside, 'clone', '-q', '--bare', shop, '.bare')
    writeFileSync(join(beside, '.git'), 'gitdir: ./.bare\n')
    home.git(beside, 'worktree', 'add', '-q', '-b', 'one', join(beside, 'one'))
    expect(await keyOf(join(beside, 'one'))).toBe(`git:file${shop}`)
    expect(await keyOf(beside)).toBe(`git:file${shop}`)
  })

  test('a working tree whose repository is not there just now is a guess', async () => {
    const shop = home.repository('shop', 'git@example.org:ada/shop')
    home.git(shop, 'worktree', 'add', '-q', join(home.path, 'tree'))
    renameSync(shop, join(home.path, 'unplugged'))
    const found = await createProjectResolver(searchPath).resolve(join(home.path, 'tree'))
    expect(found).toMatchObject({ key: `path:${home.path}/tree`, isGuess: true })
  })
})
