import { afterEach, describe, expect, test } from 'vitest'
import type { Embedder } from '../../src/embedding/embedder.ts'
import { endpointKinds, openHttpEmbedder } from '../../src/embedding/http/http-embedder.ts'
import { embedderContract } from './embedder-contract.ts'
import {
  type Manners,
  type MockEndpoint,
  mockDimensions,
  properAnswer,
  startMockEndpoint,
} from './mock-endpoint.ts'

for (const kind of endpointKinds) {
  embedderContract(kind, async () => {
    const endpoint = await startMockEndpoint(kind)
    const embedder = await openHttpEmbedder({ kind, baseUrl: endpoint.baseUrl, model: 'mock' })
    return { embedder, stop: () => endpoint.stop() }
  })
}

/** Does this in place of a proper answer. */
function instead(answer: (...args: Parameters<Manners>) => unknown): Manners {
  return (asked, response) => {
    answer(asked, response)
    return true
  }
}

describe.each(endpointKinds)('%s endpoint', (kind) => {
  const cleanUps: (() => Promise<void>)[] = []
  const start = async (manners?: Manners, port?: number): Promise<MockEndpoint> => {
    const endpoint = await startMockEndpoint(kind, manners, port)
    cleanUps.push(() => endpoint.stop())
    return endpoint
  }
  const open = async (endpoint: MockEndpoint, more: Partial<Parameters<typeof openHttpEmbedder>[0]> = {}) => {
    const embedder: Embedder = await openHttpEmbedder({
      kind,
      baseUrl: endpoint.baseUrl,
      model: 'mock',
      dimensions: mockDimensions,
      ...more,
    })
    cleanUps.push(() => embedder.close())
    return embedder
  }

  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
  })

  test('is asked at its path, with model and key', async () => {
    const endpoint = await start()
    const embedder = await open(endpoint, { apiKey: 'not-a-real-key' })
    await embedder.embed(['hello'])
    expect(endpoint.asked).toEqual([
      {
        path: kind === 'openai' ? '/v1/embeddings' : '/api/embed',
        model: 'mock',
        input: ['hello'],
        authorization: 'Bearer not-a-real-key',
      },
    ])
    expect(embedder.id).toBe(`${kind}:127.0.0.1:${endpoint.port}:mock:${mockDimensions}`)
  })

  test('empty texts are not sent', async () => {
    const endpoint = await start()
    const embedder = await open(endpoint)
    const rows = await embedder.embed(['', 'words', '  '])
    expect(endpoint.asked.flatMap(({ input }) => input)).toEqual(['words'])
    expect(rows[0]).toEqual(new Float32Array(mockDimensions))
    expect(rows[1]).not.toEqual(new Float32Array(mockDimensions))
  })

  test.each<[string, Manners, string]>([
    ['an error status', instead((_, response) => response.writeHead(500).end('secret')), 'status 500'],
    ['no JSON', instead((_, response) => response.end('<html>')), 'not an embedding answer'],
    ['another JSON', instead((_, response) => response.end('{"ok":true}')), 'not an embedding answer'],
    [
      'one vector too few',
      instead(({ input }, response) => response.end(properAnswer(kind, input.slice(1)))),
      '1 vectors for 2 texts',
    ],
    [
      'numbers that are none',
      instead(({ input }, response) =>
        response.end(JSON.stringify({ embeddings: input.map(() => new Array(16).fill(null)) })),
      ),
      'not an embedding answer',
    ],
    [
      'another width',
      instead(({ input }, response) => response.end(properAnswer(kind, input, 8))),
      '8 numbers a text where 16 were expected',
    ],
    [
      'half an answer',
      ({ input }, response) => {
        const whole = properAnswer(kind, input)
        response.writeHead(200, { 'content-length': whole.length })
        response.write(whole.slice(0, whole.length / 2), () => response.destroy())
        return true
      },
      'did not answer properly',
    ],
    [
      'a redirect elsewhere',
      instead((_, response) => response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end()),
      'did not answer properly',
    ],
  ])('%s is unavailable, and said so', async (_, manners, message) => {
    const embedder = await open(await start(manners))
    const asked = embedder.embed(['first', 'second'])
    await expect(asked).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(message),
    })
    await expect(asked).rejects.not.toMatchObject({ message: expect.stringContaining('secret') })
  })

  test('no answer in time is a timeout', async () => {
    const embedder = await open(await start(() => true), { callMsMax: 60 })
    await expect(embedder.embed(['text'])).rejects.toMatchObject({ code: 'timeout' })
  })

  test('closing ends what is under way', async () => {
    const embedder = await open(await start(() => true))
    const asked = expect(embedder.embed(['text'])).rejects.toMatchObject({ code: 'unavailable' })
    await embedder.close()
    await asked
  })

  test('works again when the endpoint does', async () => {
    const first = await start()
    const embedder = await open(first)
    expect(await embedder.embed(['text'])).toHaveLength(1)
    await first.stop()
    await expect(embedder.embed(['text'])).rejects.toMatchObject({ code: 'unavailable' })
    await start(undefined, first.port)
    expect(await embedder.embed(['text'])).toHaveLength(1)
  })

  test('an address that is none is refused at once', async () => {
    for (const baseUrl of ['localhost:11434', 'ftp://host/', 'not an address']) {
      await expect(openHttpEmbedder({ kind, baseUrl, model: 'mock' })).rejects.toMatchObject({
        code: 'config_invalid',
      })
    }
  })
})
