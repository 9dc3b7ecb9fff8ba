// Memories that are there before the flood and have to be there, and be found, after it.
import { connectDaemon } from '../../packages/client/src/socket-client.ts'
import type { DaemonChild } from '../support/daemon-child.ts'

const canaries = 100
const callMsMax = 30_000
const project = 'git:example.org/canary'
const textOf = (number: number): string =>
  `The canary of pit ${number} answers to zqcanary${number}x and its port is ${5_000 + number}.`

export interface Canaries {
  readonly count: number
  /** What is wrong now. */
  look(): Promise<readonly string[]>
}

export async function plantCanaries({ socketPath }: DaemonChild): Promise<Canaries> {
  const numbers = Array.from({ length: canaries }, (_, index) => index)
  const turns = numbers.map(
    (number) => ({ role: 'user', text: textOf(number), message_id: `c${number}` }) as const,
  )
  const client = await connectDaemon(socketPath, { timeoutMs: callMsMax })
  const batch = { client: 'canary', session_id: 'canary', project, turns }
  const { results } = await client.call('memory_capture_batch', batch, { timeoutMs: callMsMax })
  client.close()
  const ids = results.map(({ record_id }) => record_id ?? '')

  async function look(): Promise<readonly string[]> {
    const now = await connectDaemon(socketPath, { timeoutMs: callMsMax })
    const call = async <T>(method: string, params: object): Promise<T> =>
      (await now.call(method, params, { timeoutMs: callMsMax })) as T
    try {
      const { memories } = await call<{ memories: { text: string }[] }>('memory_get', { ids })
      const wrong = numbers
        .filter((number) => memories[number]?.text !== textOf(number))
        .map((number) => `canary ${number}`)
      for (const number of [0, 42, 99]) {
        const cue = `which port belongs to zqcanary${number}x`
        const { hits } = await call<{ hits: { literal_surface: string }[] }>('memory_recall', {
          cue,
          project,
        })
        if (!hits[0]?.literal_surface.includes(`zqcanary${number}x`))
          wrong.push(`canary ${number} is not found, but ${JSON.stringify(hits[0])}`)
      }
      return wrong
    } finally {
      now.close()
    }
  }

  return { count: canaries, look }
}
