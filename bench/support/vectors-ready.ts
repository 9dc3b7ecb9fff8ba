// Vectors are made after a capture is answered; what is measured is a memory that has them.
import type { SocketClient } from '../../packages/client/src/socket-client.ts'

interface StatusAnswer {
  readonly embedding: { readonly state: string; readonly waiting: number; readonly vectors: number }
}

const waitMsMax = 3_600_000
const lookEveryMs = 50
const callOptions = { timeoutMs: 60_000 }

/** Resolves with the number of vectors when there are no more to be made, or when embedding is off. */
export async function vectorsReady(client: SocketClient): Promise<number> {
  const deadline = performance.now() + waitMsMax
  for (;;) {
    const { embedding } = (await client.call('status', {}, callOptions)) as StatusAnswer
    const { state, waiting, vectors } = embedding
    if (state === 'off' || (state === 'ready' && waiting === 0)) return vectors
    if (performance.now() > deadline) throw new Error(`vectors are not ready: ${JSON.stringify(embedding)}`)
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}
