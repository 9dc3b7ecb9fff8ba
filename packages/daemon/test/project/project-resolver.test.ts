import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { limits } from '../../src/kit/limits.ts'
import { createProjectResolver } from '../../src/project/project-resolver.ts'
import { keyOf, searchPath, useHome } from './support.ts'

const home = useHome()

describe('which project a directory belongs to', () => {
  test('clones, worktrees and sub-folders of one remote are one project', async () => {
    const shop = home.repository('shop', 'git@example.org:ada/shop.git')
    const clone = home.repository('copy', 'https://ada:secret@example.org/ada/shop')
    mkdirSync(join(shop, 'src', 'deep'), { recursive: true })
    home.git(shop, 'worktree', 'add', '-q', join(home.path, 'tree'))
    const keys = await Promise.all(
      [shop, clone, join(shop, 'src', 'deep'), join(home.path, 'tree')].map(keyOf),
    )
    expect(keys).toEqual(Array(4).fill('git:example.org/ada/shop'))
  })

  test('origin counts, else the first remote by its name', async () => {
    const shop = home.repository('shop', 'git@example.org:ada/shop.git')
    home.git(shop, 'remote', 'add', 'backup', 'git@example.org:ada/backup.git')
    home.git(shop, 'remote', 'add', 'a', 'git@example.org:ada/a.git')
    expect(await keyOf(shop)).toBe('git:example.org/ada/shop')
    home.git(shop, 'remote', 'remove', 'origin')
    expect(await keyOf(shop)).toBe('git:example.org/ada/a')
  })

  test('without a remote the first commit counts, so a moved folder stays itself', async () => {
    const before = await keyOf(home.repository('notes'))
    execFileSync('mv', [join(home.path, 'notes'), join(home.path, 'journal')])
    expect(before).toMatch(/^root:[0-9a-f]{40}$/)
    expect(await keyOf(join(home.path, 'journal'))).toBe(before)
  })

  test('a repository without commits is its path, from anywhere within', async () => {
    mkdirSync(join(home.path, 'new', 'src'), { recursive: true })
    home.git(join(home.path, 'new'), 'init', '-q')
    expect(await keyOf(join(home.path, 'new', 'src'))).toBe(`path:${home.path}/new`)
  })

  test('a folder outside git is its path, even when it does not exist', async () => {
    mkdirSync(join(home.path, 'plain', '.git'), { recursive: true })
    expect(await keyOf(join(home.path, 'plain'))).toBe(`path:${home.path}/plain`)
    expect(await keyOf(join(home.path, 'gone'))).toBe(`path:${home.path}/gone`)
  })

  test('two repositories are two projects, also when one name is the other with a blank', async () => {
    const keys = [
      await keyOf(home.repository('a', 'git@example.org:ada/a.git')),
      await keyOf(home.repository('b')),
    ]
    for (const name of ['acme', 'acme ']) {
      mkdirSync(join(home.path, name))
      home.git(join(home.path, name), 'init', '-q')
      keys.push(await keyOf(join(home.path, name)))
    }
    expect(new Set(keys).size).toBe(4)
  })

  test('a remote beside the repository is another one beside each', async () => {
    const [x, y] = [home.repository('x/work', '../shop.git'), home.repository('y/work', '../shop.git')]
    expect(await keyOf(x)).toBe(`git:file${home.path}/x/shop`)
    expect(await keyOf(y)).toBe(`git:file${home.path}/y/shop`)
    home.git(x, 'worktree', 'add', '-q', join(home.path, 'elsewhere'))
    expect(await keyOf(join(home.path, 'elsewhere'))).toBe(await keyOf(x))
  })

  test('forges that ignore case have one project for both spellings, other hosts two', async () => {
    const resolver = createProjectResolver(searchPath)
    const shop = await resolver.resolve(home.repository('a', 'https://github.com/Ada/Shop'))
    expect(shop).toMatchObject({ key: 'git:github.com/ada/shop', name: 'Shop' })
    expect(await keyOf(home.repository('b', 'git@github.com:ada/shop.git'))).toBe(shop.key)
    expect(await keyOf(home.repository('c', 'git@example.org:Ada/Shop.git'))).toBe('git:example.org/Ada/Shop')
  })

  test('what is no address is no remote', async () => {
    const odd = home.repository('odd')
    const root = await keyOf(odd)
    for (const url of ['a\nb', 'x'.repeat(limits.pathCharsMax + 1), '']) {
      home.git(odd, 'config', 'remote.origin.url', url)
      expect(await keyOf(odd)).toBe(root)
    }
  })

  test('another repository in the same place is another project at once', async () => {
    const resolver = createProjectResolver(searchPath)
    const path = home.repository('reuse', 'git@example.org:acme/one.git')
    expect((await resolver.resolve(path)).key).toBe('git:example.org/acme/one')
    rmSync(path, { recursive: true })
    home.repository('reuse', 'git@example.org:rival/two.git')
    expect((await resolver.resolve(path)).key).toBe('git:example.org/rival/two')
    rmSync(path, { recursive: true })
    const third = home.repository('reuse')
    const before = await resolver.resolve(third)
    rmSync(path, { recursive: true })
    home.repository('reuse')
    writeFileSync(join(path, 'b.txt'), 'other')
    home.git(path, 'add', '.')
    home.git(path, 'commit', '-q', '--amend', '-m', 'other')
    expect((await resolver.resolve(path)).key).not.toBe(before.key)
  })
})

describe('the first commit', () => {
  const said = (path: string) => `root:${home.git(path, 'rev-list', '--max-parents=0', 'HEAD').trim()}`

  function commit(path: string, text: string): void {
    writeFileSync(join(path, 'a.txt'), text)
    home.git(path, 'commit', '-qam', text)
  }

  test('is what git says: packed, detached, shallow, with other hashes, of borrowed objects', async () => {
    const notes = home.repository('notes')
    commit(notes, 'second')
    commit(notes, 'third')
    const first = said(notes)
    home.git(notes, 'gc', '-q')
    home.git(notes, 'pack-refs', '--all')
    expect(await keyOf(notes)).toBe(first)
    home.git(notes, 'checkout', '-q', '--detach', 'HEAD~1')
    expect(await keyOf(notes)).toBe(first)

    home.git(home.path, 'clone', '-q', '--shared', notes, 'borrowing')
    home.git(join(home.path, 'borrowing'), 'remote', 'remove', 'origin')
    expect(await keyOf(join(home.path, 'borrowing'))).toBe(first)

    home.git(home.path, 'clone', '-q', '--depth', '1', `file://${notes}`, 'shallow')
    home.git(join(home.path, 'shallow'), 'remote', 'remove', 'origin')
    const shallow = await keyOf(join(home.path, 'shallow'))
    expect(shallow).toBe(said(join(home.path, 'shallow')))
    expect(shallow).not.toBe(first)

    const long = join(home.path, 'long')
    home.git(home.path, 'init', '-q', '--object-format=sha256', long)
    home.git(long, 'commit', '-q', '--allow-empty', '-m', 'first')
    expect(await keyOf(long)).toMatch(/^root:[0-9a-f]{64}$/)
    expect(await keyOf(long)).toBe(said(long))
  })

  test('is looked up once for as long as nothing is committed, however many ask', async () => {
    const notes = home.repository('notes')
    const log = join(home.path, 'asked')
    writeFileSync(log, '')
    const path = home.gitThat(`echo >> '${log}'\nPATH='${searchPath}' exec git "$@"`)
    const resolver = createProjectResolver(path)
    const spellings = Array.from({ length: 60 }, (_, at) => `${notes}/${'./'.repeat(at)}`)
    const answers = await Promise.all(spellings.map((each) => resolver.resolve(each)))
    expect(new Set(answers.map(({ key }) => key))).toEqual(new Set([said(notes)]))
    await resolver.resolve(notes)
    expect(readFileSync(log, 'utf8')).toHaveLength(1)
    commit(notes, 'second')
    await resolver.resolve(notes)
    expect(readFileSync(log, 'utf8')).toHaveLength(2)
  })
})

describe('without an answer of git', () => {
  const absent = () => join(home.path, 'no-such-folder')

  test('a repository with a remote is what it always is', async () => {
    const shop = home.repository('shop', 'git@example.org:ada/shop.git')
    expect((await createProjectResolver(absent()).resolve(shop)).key).toBe('git:example.org/ada/shop')
  })

  test('one without is told by its top folder, as a guess', async () => {
    const notes = home.repository('notes')
    mkdirSync(join(notes, 'packages', 'api'), { recursive: true })
    const known = await createProjectResolver(searchPath).resolve(notes)
    expect(known.isGuess).toBeUndefined()
    const resolver = createProjectResolver(absent())
    const guess = await resolver.resolve(join(notes, 'packages', 'api'))
    expect(guess).toMatchObject({ key: `path:${notes}`, isGuess: true, folder: known.folder })
    expect(guess.reason).toContain('git is not installed')
  })

  test('a slow git is not waited for, and its answer counts when it comes', async () => {
    const notes = home.repository('notes')
    const go = join(home.path, 'go')
    const slow = `while [ ! -e '${go}' ]; do sleep 0.05; done\nPATH='${searchPath}' exec git "$@"`
    const resolver = createProjectResolver(home.gitThat(slow))
    expect(await resolver.resolve(notes)).toMatchObject({ key: `path:${notes}`, isGuess: true })
    writeFileSync(go, '')
    await expect.poll(async () => (await resolver.resolve(notes)).key).toMatch(/^root:/)
  })
})

describe('what a folder is known by', () => {
  const folderOf = async (cwd: string) => (await createProjectResolver(searchPath).resolve(cwd)).folder

  test('stays the same when it is moved, and is no other folder’s', async () => {
    const notes = join(home.path, 'notes')
    mkdirSync(notes)
    const before = await folderOf(notes)
    expect(before).toMatch(/^\d+:\d+$/)
    renameSync(notes, join(home.path, 'moved'))
    expect(await folderOf(join(home.path, 'moved'))).toBe(before)
    mkdirSync(notes)
    expect(await folderOf(notes)).not.toBe(before)
  })

  test('is that of the repository anywhere within it', async () => {
    const shop = home.repository('shop')
    mkdirSync(join(shop, 'src'))
    symlinkSync(join(shop, 'src'), join(home.path, 'link'))
    expect(await folderOf(join(shop, 'src'))).toBe(await folderOf(shop))
    expect(await folderOf(join(home.path, 'link'))).toBe(await folderOf(shop))
  })

  test('is nothing for a folder that is not there', async () => {
    expect(await folderOf(join(home.path, 'nowhere'))).toBeUndefined()
  })
})
