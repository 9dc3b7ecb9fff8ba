import { expect, test } from 'vitest'
import {
  openTransformersEmbedder,
  type TransformersLibrary,
  type TransformersOptions,
} from '../../src/embedding/transformers/transformers-embedder.ts'
import { embedderContract } from './embedder-contract.ts'
import { unitVector } from './vectors.ts'

/** Stands in for the library: a model whose vectors depend on the text alone. */
function library(width = 12): TransformersLibrary & { disposed: number } {
  const made = {
    disposed: 0,
    env: { allowRemoteModels: true, localModelPath: '', remoteHost: 'https://hub.example/' },
    async pipeline(_: 'feature-extraction', model: string) {
      if (model !== 'tiny') throw new Error('no such model')
      const extract = async (texts: readonly string[]) => ({
        dims: [texts.length, width],
        data: Float32Array.from(texts.flatMap((text) => [...unitVector(width, checksum(text))])),
      })
      return Object.assign(extract, { dispose: async () => ++made.disposed })
    },
  }
  return made
}

function checksum(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003, 7)
}

const options = (more: Partial<TransformersOptions> = {}): TransformersOptions => ({
  model: 'tiny',
  modelsFolder: '/models',
  load: async () => library(),
  ...more,
})

embedderContract('transformers', async () => ({ embedder: await openTransformersEmbedder(options()) }))

test('stays off the network unless told otherwise, and looks in the folder given', async () => {
  const loaded = library()
  const lines: string[] = []
  await openTransformersEmbedder(options({ load: async () => loaded, announce: (line) => lines.push(line) }))
  expect(loaded.env).toMatchObject({ allowRemoteModels: false, localModelPath: '/models' })
  expect(lines).toEqual([])
})

test('says what would be downloaded and from where before it may be', async () => {
  const lines: string[] = []
  await openTransformersEmbedder(options({ allowDownload: true, announce: (line) => lines.push(line) }))
  expect(lines).toEqual(['tiny is downloaded from https://hub.example/ unless it lies in /models'])
})

test('a library that is not installed says how to install it', async () => {
  const missing = async () => Promise.reject(new Error('Cannot find package'))
  await expect(openTransformersEmbedder(options({ load: missing }))).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('npm install'),
  })
})

test('a model that is not there is named, with its folder', async () => {
  await expect(openTransformersEmbedder(options({ model: 'other' }))).rejects.toMatchObject({
    code: 'unavailable',
    message: 'the model other is not in /models, and downloading is off',
  })
})

test('a model that gives no vectors is refused', async () => {
  await expect(openTransformersEmbedder(options({ load: async () => library(0) }))).rejects.toMatchObject({
    code: 'unavailable',
  })
})

test('closing lets go of the model, once', async () => {
  const loaded = library()
  const embedder = await openTransformersEmbedder(options({ load: async () => loaded }))
  await embedder.close()
  await embedder.close()
  expect(loaded.disposed).toBe(1)
})
