// Is there what makes vectors, and does it work? An endpoint is asked for the vector of one fixed word: nothing that
// anybody remembered is sent. Without vectors recall still goes by words, so nothing here is a failure.
import type { Config } from '../../config/config.ts'
import { isAppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import type { status } from '../../operations/status.ts'
import { isClientError, withDaemon } from '../client.ts'
import type { ResultOf } from '../result-of.ts'
import { type Finding, finding } from './check.ts'
import { inspect } from './inspection.ts'
import type { Subject } from './subject.ts'

const check = 'by meaning'
const byWordsAlone = 'recall goes by words alone'

/** What a running daemon says of its vectors; one of before may say nothing. */
type Told = ResultOf<typeof status>['embedding'] | undefined

export async function meaning({ config, daemon }: Subject): Promise<Finding> {
  const endpoint = await endpointFinding(config)
  if (endpoint?.state === 'warn') return endpoint
  const running = await daemon().catch(() => null) // its own check says why it cannot be asked
  const told = running === null ? undefined : await toldBy(config.socketPath)
  if (told !== undefined && told.failure !== null)
    return finding(
      'warn',
      check,
      `${byWordsAlone}: ${told.failure}`,
      'the daemon tries again by itself; if it stays so, mend "embedding" and "embedding_model" in config.json, then stop and start it',
    )
  return endpoint ?? withoutEndpoint(config)
}

function withoutEndpoint({ embedding }: Config): Finding {
  switch (embedding.kind) {
    case 'off':
      return finding('note', check, `off; ${byWordsAlone}`)
    case 'transformers':
      return finding('note', check, `by a model in ${embedding.folder}, which the daemon alone loads`)
    default:
      return finding('ok', check, 'by the built-in model; no text leaves this machine')
  }
}

/** null: none is configured */
async function endpointFinding(config: Config): Promise<Finding | null> {
  const { embedding, embeddingModel, embeddingKey } = config
  if (embedding.kind !== 'ollama' && embedding.kind !== 'openai') return null
  const { kind, url } = embedding
  const model = embeddingModel ?? ''
  const endpoint = {
    ...{ kind, baseUrl: url.href, model },
    apiKey: embeddingKey?.reveal(),
    callMsMax: limits.doctorEndpointMsMax,
  }
  try {
    const { dimensions } = await inspect<'endpoint'>({ kind: 'endpoint', endpoint }, false)
    const width = `${model} answers with ${dimensions} numbers a text`
    return finding('ok', check, `${width}; every text is sent to ${url.host}`)
  } catch (error) {
    if (!isAppError(error)) throw error
    return finding('warn', check, `${byWordsAlone}: ${error.message}`, remedies[kind](url.href, model))
  }
}

const remedies = {
  ollama: (address: string, model: string) =>
    `see that Ollama runs at ${address} (ollama serve) and has the model (ollama pull ${model}); the daemon tries again by itself`,
  openai: (address: string, model: string) =>
    `see that ${address} is up, and that it knows "embedding_model" ${model} and the key in IAI_MCP_EMBEDDING_KEY; the daemon tries again by itself`,
}

async function toldBy(socketPath: string): Promise<Told> {
  try {
    const options = { timeoutMs: limits.doctorWaitMsMax }
    const { embedding } = await withDaemon(socketPath, (daemon) =>
      daemon.call<Partial<ResultOf<typeof status>>>('status', {}, options),
    )
    return embedding
  } catch (error) {
    // Whether it answers at all is for other checks.
    if (isClientError(error)) return undefined
    throw error
  }
}
