// House rules that hold for every source file.
import { basename } from 'node:path/posix'
import { describe, expect, test } from 'vitest'
import { filesUnder, importsOf, type RepositoryFile } from './repository.ts'

const packageFiles = filesUnder('packages')
const packages = packageFiles.filter(({ path }) => /\.(ts|js|mjs)$/.test(path))
const sources = packages.filter(({ path }) => /^packages\/[^/]+\/(src|bin)\//.test(path))
const all = [
  ...packages,
  ...filesUnder('test'),
  ...filesUnder('scripts'),
  ...filesUnder('bench'),
  ...filesUnder('examples'),
].filter(({ path }) => /\.(ts|js|mjs)$/.test(path))

function offenders(files: readonly RepositoryFile[], offends: (file: RepositoryFile) => boolean): string[] {
  return files.filter(offends).map(({ path }) => path)
}

test('there are files to look at', () => {
  expect(sources.length).toBeGreaterThan(50)
})

test('file names are kebab-case', () => {
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config))?\.(d\.)?(ts|js|mjs)$/
  expect(offenders(all, ({ path }) => !kebab.test(basename(path)))).toEqual([])
})

test('the environment is read in one place of each package', () => {
  expect(offenders(sources, ({ text }) => /\bprocess\s*\.\s*env\b/.test(withoutComments(text)))).toEqual([
    'packages/daemon/bin/iai-mcp.js', // before anything of the daemon may be loaded
    'packages/daemon/src/config/environment.ts',
    'packages/opencode/src/options.ts',
  ])
})

test('exports are named; the plugin has the one default export that its host asks for', () => {
  const exceptions = ['packages/opencode/src/plugin.ts']
  expect(offenders(sources, ({ text }) => /^export default\b/m.test(text))).toEqual(exceptions)
})

test('no barrels', () => {
  expect(offenders(sources, ({ path }) => /^index\./.test(basename(path)))).toEqual([])
  expect(offenders(sources, ({ text }) => /^export \*/m.test(text))).toEqual([])
  const onlyReExports = ({ text }: RepositoryFile) => {
    const code = withoutComments(text).trim()
    return code !== '' && code.replace(/^(?:import|export)\s[^;]*?from\s+'[^']+'$/gm, '').trim() === ''
  }
  expect(offenders(sources, onlyReExports)).toEqual([])
})

test('a file opens with what it owns', () => {
  // An operation says it in its `summary`, which every transport and page shows.
  const saysSo = ({ text }: RepositoryFile) =>
    /^(#!.*\n)?\/\/ \S/.test(text) || /defineOperation\(\{/.test(text)
  expect(offenders(sources, (file) => !saysSo(file))).toEqual([])
})

test('a file opens in four lines at most, and says the rest where it belongs', () => {
  const opening = ({ text }: RepositoryFile) =>
    /^(?:#!.*\n)?((?:\/\/.*\n)*)/.exec(text)?.[1]?.split('\n').length ?? 0
  expect(offenders(all, (file) => opening(file) - 1 > 4)).toEqual([])
})

test('a comment is no wider than a reader wants to follow', () => {
  const wide = ({ text }: RepositoryFile) => /^(?=.{126})[ ]*(?:\/\/|\/?\*)/m.test(text)
  expect(offenders(all, wide)).toEqual([])
})

test('a file stays short enough to read', () => {
  expect(offenders(sources, ({ text }) => text.split('\n').length > 400)).toEqual([])
})

test('every limit limits something', () => {
  for (const { path, text } of sources.filter(({ path }) => /\/(embedding-)?limits\.ts$/.test(path))) {
    const folder = path.slice(0, path.indexOf('/src/'))
    const users = sources.filter((file) => file.path.startsWith(folder) && file.path !== path)
    const names = [...text.matchAll(/^ {2}(\w+):/gm)].map(([, name = '']) => name)
    expect(names.length).toBeGreaterThan(5)
    const idle = names.filter(
      (name) => !users.some((user) => new RegExp(`imits\\.${name}\\b`).test(user.text)),
    )
    expect(idle, path).toEqual([])
  }
})

describe('no back doors', () => {
  const rules: [string, RegExp][] = [
    ['casts to any', /\bas any\b/],
    ['tests left out', /\b(describe|test|it)\.(skip|only|todo|fails)\b/],
    ['tests that may fail a few times', /\b(retry|repeats): *\d/],
  ]
  test.each(rules)('%s', (_, pattern) => {
    expect(
      offenders(
        all,
        ({ path, text }) => !path.startsWith('test/house/') && pattern.test(withoutComments(text)),
      ),
    ).toEqual([])
  })
})

test('the compiler is not silenced', () => {
  const silenced = ({ path, text }: RepositoryFile) =>
    !path.startsWith('test/house/') && /@ts-(ignore|nocheck|expect-error)/.test(text)
  expect(offenders(all, silenced)).toEqual([])
})

test('what a source file imports by name is declared by its package', () => {
  const declared = (folder: string) => {
    const file = packageFiles.find(({ path }) => path === `${folder}/package.json`)
    const { dependencies = {}, devDependencies = {} } = JSON.parse(file?.text ?? '{}')
    // The plugin's file has its dependencies bundled into it.
    return Object.keys(
      folder === 'packages/opencode' ? { ...dependencies, ...devDependencies } : dependencies,
    )
  }
  const folderOf = (path: string) => path.split('/').slice(0, 2).join('/')
  const known = new Map(
    [...new Set(sources.map(({ path }) => folderOf(path)))].map((folder) => [folder, declared(folder)]),
  )
  const undeclared = sources.flatMap(({ path, text }) => {
    return importsOf(text)
      .map(({ specifier }) => specifier)
      .filter((specifier) => !/^(\.|node:)/.test(specifier))
      .map((specifier) => specifier.match(/^(@[^/]+\/)?[^/]+/)?.[0] ?? '')
      .filter((name) => !known.get(folderOf(path))?.includes(name))
      .map((name) => `${path}: ${name}`)
  })
  expect(undeclared).toEqual([])
})

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}
