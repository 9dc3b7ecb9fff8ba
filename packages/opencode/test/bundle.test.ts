// What is published is one file: it is built here as `npm run build` builds it, and loaded as a host would.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startFakeDaemon } from '../../../test/support/fake-daemon.ts'
import { FakeHost } from '../../../test/support/fake-host.ts'
import { tempDir } from '../../../test/support/temp-dir.ts'
import type plugin from '../src/plugin.ts'

const root = resolve(import.meta.dirname, '..')

describe('the bundle', () => {
  let imports: readonly string[] = []
  let code = ''
  let bundle: typeof import('../src/plugin.ts')

  beforeAll(async () => {
    const outDir = await mkdtemp(join(tmpdir(), 'iai-mcp-bundle-'))
    const built = await build({ root, configFile: join(root, 'vite.config.ts'), build: { outDir } })
    // One output for each format of the library; there is one.
    const [bundled] = [built].flat()
    if (bundled === undefined || !('output' in bundled)) throw new Error('vite built nothing')
    imports = bundled.output.flatMap((file) =>
      file.type === 'chunk' ? [...file.imports, ...file.dynamicImports] : [],
    )
    expect(await readdir(outDir)).toEqual(['iai-mcp-opencode.js'])
    const file = join(outDir, 'iai-mcp-opencode.js')
    code = await readFile(file, 'utf8')
    bundle = await import(pathToFileURL(file).href)
    return () => rm(outDir, { recursive: true, force: true })
  })

  test('has one default export, the plugin', () => {
    expect(Object.keys(bundle)).toEqual(['default'])
    expect(bundle.default).toMatchObject({ id: 'iai-mcp', server: expect.any(Function) } satisfies {
      [K in keyof typeof plugin]: unknown
    })
  })

  test('imports nothing but node’s own modules', () => {
    expect(imports.length).toBeGreaterThan(0)
    const foreign = imports.filter(
      (name) => !name.startsWith('node:') || !builtinModules.includes(name.slice(5)),
    )
    expect(foreign).toEqual([])
  })

  test('asks nothing of a runtime that Node 20 does not have', () => {
    expect(code).toContain('setTimeout')
    expect(code).not.toMatch(
      /\b(?:withResolvers|groupBy|fromAsync|Promise\.try|import\.meta\.(?:dir|file)name)\b/,
    )
  })

  test('puts a context into a model call when a host has loaded it', async () => {
    const dataDir = join(await tempDir(), 'data')
    const daemon = await startFakeDaemon(dataDir)
    onTestFinished(() => daemon.kill())
    daemon.context = '## L0 Identity\nlikes tea'
    const host = new FakeHost()
    await host.load(bundle.default.server, { dataDir, waitMs: 15_000 })
    await host.newSession('s1')
    const { system } = await host.modelCall('s1')
    expect(system.slice(1)).toEqual([daemon.context])
    await host.hooks.dispose()
  })
})

test('package.json leads a host to the bundle', async () => {
  const { exports, files, dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  expect(exports['./server']).toBe('./dist/iai-mcp-opencode.js')
  expect(exports['.']).toBe('./dist/iai-mcp-opencode.js')
  expect(files).toContain('dist')
  expect(dependencies).toBeUndefined()
})
