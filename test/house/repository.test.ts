// House rules about what is committed beside the sources: pages, lockfile, scripts.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { generatedPages } from '../../scripts/docs/pages.ts'
import { filesUnder, root } from './repository.ts'

const files = filesUnder('.')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

test.each([...generatedPages()])('%s is current (npm run docs writes it)', (path, text) => {
  expect(existsSync(join(root, path)), `${path} is missing`).toBe(true)
  expect(read(path)).toBe(text)
})

test('no file names a folder of the machine it was written on', () => {
  // In pieces, so that this file is not the first offender.
  const folders = ['work', 'root', 'workspace', 'tmp/wt'].map((name) => ['', name, ''].join('/'))
  const named = new RegExp(`(?<![\\w.*-])(?:${folders.join('|')})`)
  expect(files.filter(({ text }) => named.test(text)).map(({ path }) => path)).toEqual([])
})

describe('the lockfile', () => {
  const lock = JSON.parse(read('package-lock.json'))
  const packages: Record<string, { resolved?: string; optionalDependencies?: Record<string, string> }> =
    lock.packages

  test('names no registry', () => {
    const hosts = Object.values(packages).flatMap(({ resolved = '' }) =>
      /^\w+:/.test(resolved) ? [resolved] : [],
    )
    expect(hosts).toEqual([])
  })

  test('describes every platform package, without which npm ci refuses it (node scripts/complete-lockfile.mjs)', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.entries(optionalDependencies)
        .filter(([name, version]) => /^\d/.test(version) && !holds(path, name))
        .map(([name]) => name),
    )
    expect(missing).toEqual([])
  })

  function holds(path: string, name: string): boolean {
    return `node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages
  }
})

test('the npm scripts that the pages name exist', () => {
  const { scripts } = JSON.parse(read('package.json'))
  const pages = files.filter(({ path }) => path.endsWith('.md') && !path.startsWith('docs/reference/'))
  const named = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map(([, run, short]) => ({
      path,
      script: run ?? short ?? '',
    })),
  )
  expect(named.length).toBeGreaterThan(0)
  expect(named.filter(({ script }) => !(script in scripts))).toEqual([])
})

test('what the packages publish is on their lists, and their versions are one', () => {
  const versions = new Set<string>()
  for (const name of ['daemon', 'opencode']) {
    const { version, files: published } = JSON.parse(read(`packages/${name}/package.json`))
    versions.add(version)
    expect(published).toEqual(expect.arrayContaining(['dist', 'README.md']))
  }
  expect(versions.size).toBe(1)
})
