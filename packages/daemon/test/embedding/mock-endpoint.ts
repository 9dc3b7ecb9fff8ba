// A local embedding endpoint with the manners a test asks for. Loopback only; stopped by the test that started it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { EndpointKind } from '../../src/embedding/http/http-embedder.ts'

export interface Asked {
  readonly path: string
  readonly model: string
  readonly input: readonly string[]
  readonly authorization: string | undefined
}

/** Answers one request in place of the endpoint; returns false to let it answer properly. */
export type Manners = (asked: Asked, response: ServerResponse) => boolean

export interface MockEndpoint {
  readonly baseUrl: string
  readonly port: number
  readonly asked: readonly Asked[]
  stop(): Promise<void>
}

export const mockDimensions = 16

export async function startMockEndpoint(
  kind: EndpointKind,
  manners: Manners = () => false,
  port = 0,
): Promise<MockEndpoint> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { model, input } = JSON.parse(body) as { model: string; input: string[] }
      const ask = { path: request.url ?? '', model, input, authorization: request.headers.authorization }
      asked.push(ask)
      if (!manners(ask, response)) response.end(properAnswer(kind, input))
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${address.port}${kind === 'openai' ? '/v1' : ''}`,
    port: address.port,
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function properAnswer(kind: EndpointKind, input: readonly string[], width = mockDimensions): string {
  const rows = input.map((text) => vectorOf(text, width))
  if (kind === 'ollama') return JSON.stringify({ model: 'mock', embeddings: rows })
  // Out of order on purpose: the index decides.
  const data = rows.map((embedding, index) => ({ object: 'embedding', index, embedding })).reverse()
  return JSON.stringify({ object: 'list', data })
}

/** Not of length 1, so that the adapter has to see to it. */
function vectorOf(text: string, width: number): number[] {
  const vector = new Array<number>(width).fill(0.5)
  for (let i = 0; i < text.length; i++) vector[text.charCodeAt(i) % width] = (i % 7) + 1
  return vector
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
