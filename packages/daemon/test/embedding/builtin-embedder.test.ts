import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { startBuiltinEmbedder } from '../../src/embedding/builtin/builtin-embedder.ts'
import { encodeModel } from '../../src/embedding/builtin/model-file.ts'
import type { Embedder } from '../../src/embedding/embedder.ts'
import { startCodeSearch } from '../../src/embedding/index/code-search.ts'
import { createSharedThread } from '../../src/embedding/shared-thread.ts'
import { analyserVersion } from '../../src/text/analyser.ts'
import { embedderContract } from './embedder-contract.ts'
import { tinyModel } from './tiny-model.ts'
import { cosine } from './vectors.ts'

embedderContract('built in', async () => ({ embedder: await startBuiltinEmbedder() }))

describe('the shipped model', () => {
  const open: Embedder[] = []
  const start = async () => {
    const embedder = await startBuiltinEmbedder()
    open.push(embedder)
    return embedder
  }
  const closeness = async (embedder: Embedder, a: string, b: string) => {
    const [rowA, rowB] = await embedder.embed([a, b])
    return cosine(rowA as Float32Array, rowB as Float32Array)
  }

  afterEach(async () => {
    for (const embedder of open.splice(0)) await embedder.close()
  })

  test.each([
    [
      'How do we log people in?',
      'Authentication goes through the OAuth flow.',
      'The cake needs more butter and sugar.',
    ],
    [
      'Which physician am I seeing?',
      'My cardiologist appointment is on Thursday.',
      'The build is green again.',
    ],
    ['Where do the charts get drawn?', 'Graphs are plotted in the dashboard.', 'My sister lives in Lisbon.'],
    ['kuberntes clster', 'kubernetes cluster', 'a novel by the sea'],
    ['authentcation', 'authentication', 'pastry'],
  ])('puts "%s" nearer to "%s" than to "%s"', async (question, near, far) => {
    const embedder = await start()
    expect(await closeness(embedder, question, near)).toBeGreaterThan(
      (await closeness(embedder, question, far)) + 0.1,
    )
  })

  test('its id tells its width and the analyser in use', async () => {
    const embedder = await start()
    expect(embedder.id).toBe(`builtin:english-3:${embedder.dimensions}:a${analyserVersion}`)
  })
})

describe('one thread for the model and the codes', () => {
  test('runs until the last of them is closed, and anew for who comes then', async () => {
    const shared = createSharedThread()
    const embedder = await startBuiltinEmbedder(undefined, shared)
    const codes = startCodeSearch(64, shared)
    await embedder.close()
    await expect(embedder.embed(['server'])).rejects.toMatchObject({ code: 'unavailable' })
    expect(await codes.size()).toMatchObject({ rows: 0 })
    await codes.close()
    await expect(codes.size()).rejects.toMatchObject({ code: 'unavailable' })
    const again = startCodeSearch(64, shared)
    expect(await again.size()).toMatchObject({ rows: 0 })
    await again.close()
  })
})

describe('the model file', () => {
  let folder: string | undefined

  afterEach(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true })
    folder = undefined
  })
  const fileOf = async (bytes: Uint8Array) => {
    folder = await mkdtemp(join(tmpdir(), 'iai-model-'))
    const path = join(folder, 'model.bin')
    await writeFile(path, bytes)
    return pathToFileURL(path)
  }

  test('another file is another embedder', async () => {
    const embedder = await startBuiltinEmbedder(await fileOf(encodeModel(tinyModel)))
    expect(embedder.id).toBe(`builtin:tiny:4:a${analyserVersion}`)
    expect(await embedder.embed(['server', 'and'])).toEqual([
      Float32Array.from([1, 0, 0, 0]),
      new Float32Array(4),
    ])
    await embedder.close()
  })

  test('missing: says to reinstall', async () => {
    const missing = new URL('./no-such-model.bin', import.meta.url)
    await expect(startBuiltinEmbedder(missing)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('reinstall'),
    })
  })

  test('damaged: says to reinstall', async () => {
    const bytes = encodeModel(tinyModel)
    bytes[40] = (bytes[40] as number) ^ 1
    await expect(startBuiltinEmbedder(await fileOf(bytes))).rejects.toMatchObject({ code: 'unavailable' })
  })
})
