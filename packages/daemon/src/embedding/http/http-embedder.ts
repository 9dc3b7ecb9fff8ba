// Embeds through an endpoint the user names: OpenAI-compatible (`/v1/embeddings`) or Ollama (`/api/embed`). Off unless
// asked for, because text leaves the process. Trusts nothing that comes back: count, order, width and numbers are
// checked, and a wrong answer is an error, never a vector.
import { AppError, isAppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { embedInPortions } from '../batch.ts'
import type { Embedder } from '../embedder.ts'
import { rowsOf } from './embedding-answer.ts'

export const endpointKinds = ['openai', 'ollama'] as const
export type EndpointKind = (typeof endpointKinds)[number]

export interface HttpEmbedderOptions {
  readonly kind: EndpointKind
  /** Base of the service: `http://127.0.0.1:11434` (Ollama), `https://host/v1` (OpenAI-compatible). */
  readonly baseUrl: string
  readonly model: string
  /** Width the model should have; unset: learned from one question to the endpoint. */
  readonly dimensions?: number | undefined
  /** Sent as a bearer token. */
  readonly apiKey?: string | undefined
  readonly fetch?: typeof fetch
  readonly callMsMax?: number
}

const paths: Record<EndpointKind, string> = { openai: 'embeddings', ollama: 'api/embed' }

/** Raises `config_invalid` for an address that is none, and what `embed` raises when the width has to be asked for. */
export async function openHttpEmbedder(options: HttpEmbedderOptions): Promise<Embedder> {
  const endpoint = new Endpoint(options)
  const dimensions = options.dimensions ?? (await endpoint.askWidth())
  return {
    id: `${options.kind}:${endpoint.url.host}:${options.model}:${dimensions}`,
    dimensions,
    batchTextsMax: limits.embedBatchTextsMax,
    embed: (texts, { signal } = {}) =>
      embedInPortions(texts, signal, (portion) => endpoint.embed(portion, dimensions, signal)),
    async close() {
      endpoint.close()
    },
  }
}

class Endpoint {
  readonly url: URL
  private readonly options: HttpEmbedderOptions
  private readonly closed = new AbortController()

  constructor(options: HttpEmbedderOptions) {
    this.options = options
    this.url = endpointUrl(options)
  }

  close(): void {
    this.closed.abort()
  }

  async askWidth(): Promise<number> {
    const [row] = await this.ask(['width'], undefined)
    return (row as readonly number[]).length
  }

  async embed(
    texts: readonly string[],
    width: number,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array[]> {
    // Endpoints refuse empty inputs; an empty text says nothing anyway.
    const asked = texts.flatMap((text, index) => (text.trim() === '' ? [] : [index]))
    const inputs = asked.map((index) => texts[index] as string)
    const answered = inputs.length === 0 ? [] : await this.ask(inputs, signal)
    const rows = texts.map((): Float32Array => new Float32Array(width))
    answered.forEach((row, i) => {
      if (row.length !== width) {
        throw this.failure(
          `it answered ${row.length} numbers a text where ${width} were expected; check the model`,
        )
      }
      rows[asked[i] as number] = unitOf(row)
    })
    return rows
  }

  private async ask(
    inputs: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<readonly (readonly number[])[]> {
    if (this.closed.signal.aborted) throw this.failure('it is closed')
    const late = AbortSignal.timeout(this.options.callMsMax ?? limits.embedHttpMsMax)
    const signals = [this.closed.signal, late, ...(signal === undefined ? [] : [signal])]
    try {
      const response = await (this.options.fetch ?? fetch)(this.url, {
        method: 'POST',
        headers: this.headers(),
        body: JSON.stringify({ model: this.options.model, input: inputs }),
        signal: AbortSignal.any(signals),
        // A redirect would carry the text, and the key, to a host the user did not name.
        redirect: 'error',
      })
      if (!response.ok) {
        await response.body?.cancel()
        throw this.failure(
          `it answered with status ${response.status}; check the address, the model and the key`,
        )
      }
      return rowsOf(await boundedText(response), inputs.length)
    } catch (error) {
      signal?.throwIfAborted()
      if (late.aborted) throw new AppError('timeout', `the embedding endpoint ${this.url.host} took too long`)
      throw isAppError(error) ? error : this.failure('it did not answer properly; is it running?', error)
    }
  }

  private headers(): Record<string, string> {
    const { apiKey } = this.options
    const headers = { 'content-type': 'application/json', accept: 'application/json' }
    return apiKey === undefined ? headers : { ...headers, authorization: `Bearer ${apiKey}` }
  }

  private failure(what: string, cause?: unknown): AppError {
    return new AppError('unavailable', `the embedding endpoint ${this.url.host}: ${what}`, { cause })
  }
}

function endpointUrl({ baseUrl, kind }: HttpEmbedderOptions): URL {
  const base = URL.parse(baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`)
  if (base === null || !/^https?:$/.test(base.protocol)) {
    throw new AppError(
      'config_invalid',
      `'${baseUrl}' is not an http or https address of an embedding endpoint`,
    )
  }
  return new URL(paths[kind], base)
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > limits.embedHttpBytesMax)
      throw new AppError('unavailable', 'the embedding endpoint answered too much')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function unitOf(row: readonly number[]): Float32Array {
  const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
  return Float32Array.from(row, (value) => (length === 0 ? 0 : value / length))
}
