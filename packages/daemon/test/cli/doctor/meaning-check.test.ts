// doctor asks an embedding endpoint whether it works, and the daemon whether its vectors do.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { tempDir } from '../../../../../test/support/temp-dir.ts'
import { inspect } from '../../../src/cli/doctor/inspection.ts'
import type { EndpointKind } from '../../../src/embedding/http/http-embedder.ts'
import { type Manners, type MockEndpoint, startMockEndpoint } from '../../embedding/mock-endpoint.ts'
import { run, startFakeDaemon } from '../terminal.ts'
import { doctor, storeOfThree } from './support.ts'

// It also looks at the hosts of whoever runs it.
beforeEach(() => void vi.stubEnv('HOME', tempDir()))
afterEach(() => {
  vi.unstubAllEnvs()
})

const byMeaning = async (dataDir: string) => (await doctor(dataDir)).one('by meaning')

function configure(dataDir: string, embedding: string): void {
  writeFileSync(join(dataDir, 'config.json'), JSON.stringify({ embedding, embedding_model: 'mock-embed' }), {
    mode: 0o600,
  })
}

async function endpoint(kind: EndpointKind, manners?: Manners): Promise<MockEndpoint> {
  const mock = await startMockEndpoint(kind, manners)
  onTestFinished(() => mock.stop())
  return mock
}

/** A data directory that names an endpoint of these manners. */
async function withEndpoint(kind: EndpointKind, manners?: Manners) {
  const mock = await endpoint(kind, manners)
  const { dataDir } = await storeOfThree()
  configure(dataDir, `${kind}:${mock.baseUrl}`)
  return { mock, dataDir }
}

describe('an embedding endpoint', () => {
  test.each(['ollama', 'openai'] as const)(
    'of %s that works is asked for one word, and nothing remembered',
    async (kind) => {
      vi.stubEnv('IAI_MCP_EMBEDDING_KEY', 'invented-key')
      const { mock, dataDir } = await withEndpoint(kind)
      expect(await byMeaning(dataDir)).toEqual({
        check: 'by meaning',
        state: 'ok',
        found: `mock-embed answers with 16 numbers a text; every text is sent to 127.0.0.1:${mock.port}`,
      })
      expect(mock.asked.map(({ input }) => input)).toEqual([['width']])
      expect(mock.asked[0]).toMatchObject({ model: 'mock-embed', authorization: 'Bearer invented-key' })
    },
  )

  test('that is down, with what to do', async () => {
    const { mock, dataDir } = await withEndpoint('ollama')
    await mock.stop()
    const { code, one } = await doctor(dataDir)
    expect(one('by meaning')).toEqual({
      check: 'by meaning',
      state: 'warn',
      found: `recall goes by words alone: the embedding endpoint 127.0.0.1:${mock.port}: it did not answer properly; is it running?`,
      remedy: `see that Ollama runs at ${mock.baseUrl}/ (ollama serve) and has the model (ollama pull mock-embed); the daemon tries again by itself`,
    })
    expect(code).toBe(3)
    const { stdout } = await run(['doctor', '--data-dir', dataDir], { cwd: dataDir })
    expect(stdout).toContain('warn  by meaning         recall goes by words alone: the embedding endpoint')
  })

  test.each<[string, Manners, string]>([
    [
      'does not know the model',
      (_, response) => answer(response, 404, '{"error":"not found"}'),
      'status 404; check the address, the model and the key',
    ],
    [
      'answers with something else',
      (_, response) => answer(response, 200, '{"choices":[]}'),
      'an answer that is not an embedding answer',
    ],
    [
      'sends one elsewhere',
      (_, response) => answer(response.setHeader('location', 'http://127.0.0.1:9/'), 307, ''),
      'did not answer properly',
    ],
  ])('that %s', async (_, manners, found) => {
    const { dataDir } = await withEndpoint('openai', manners)
    expect(await byMeaning(dataDir)).toMatchObject({
      state: 'warn',
      found: expect.stringContaining(found),
      remedy: expect.stringMatching(
        /knows "embedding_model" mock-embed and the key in IAI_MCP_EMBEDDING_KEY/,
      ),
    })
  })

  test('that never answers is not waited for', async () => {
    const { baseUrl } = await endpoint('ollama', () => true)
    const asked = { kind: 'ollama', baseUrl, model: 'mock-embed', callMsMax: 50 } as const
    await expect(inspect<'endpoint'>({ kind: 'endpoint', endpoint: asked }, false)).rejects.toThrow(
      /took too long/,
    )
  })
})

describe('without an endpoint', () => {
  test.each([
    ['builtin', 'ok', /built-in model/],
    ['off', 'note', /off; recall goes by words alone/],
    ['transformers:/srv/models', 'note', /a model in \/srv\/models, which the daemon alone loads/],
  ])('%s', async (embedding, state, found) => {
    const dataDir = tempDir()
    configure(dataDir, embedding)
    expect(await byMeaning(dataDir)).toMatchObject({ state, found: expect.stringMatching(found) })
  })
})

describe('a running daemon', () => {
  const embedding = {
    state: 'failing',
    failure: 'letters:16 gives sentences that say the same no nearer vectors',
  }
  const state = { ok: true, state: 'running', pid: 77, http_port: null }

  test('says why it goes by words alone', async () => {
    const { dataDir } = await startFakeDaemon({ status: { embedding } }, state)
    expect(await byMeaning(dataDir)).toMatchObject({
      state: 'warn',
      found: `recall goes by words alone: ${embedding.failure}`,
      remedy: expect.stringContaining('the daemon tries again by itself; if it stays so'),
    })
  })

  test('is believed where nothing fails, and where it does not say', async () => {
    const well = await startFakeDaemon({ status: { embedding: { ...embedding, failure: null } } }, state)
    expect(await byMeaning(well.dataDir)).toMatchObject({ state: 'ok' })
    const silent = await startFakeDaemon({}, state)
    expect(await byMeaning(silent.dataDir)).toMatchObject({ state: 'ok' })
  })
})

function answer(response: Parameters<Manners>[1], status: number, body: string): boolean {
  response.statusCode = status
  response.end(body)
  return true
}
