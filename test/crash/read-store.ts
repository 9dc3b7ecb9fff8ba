// Everything that a daemon holds, read back through its own front door.
import { connectDaemon } from '../../packages/client/src/socket-client.ts'
import type { DaemonChild } from '../support/daemon-child.ts'
import type { Found, FoundStore } from './wishes.ts'

const verifyCallMsMax = 30_000

interface Exported {
  readonly memories: readonly {
    readonly id: string
    readonly text: string
    readonly session_id: string
    readonly message_id: string | null
    readonly superseded_by: string | null
    readonly pin: Found['pin']
  }[]
  readonly next: string | null
}

/** Everything there is, the spool taken in first. */
export async function readStore({ socketPath }: DaemonChild): Promise<FoundStore> {
  const client = await connectDaemon(socketPath, { timeoutMs: verifyCallMsMax })
  try {
    const options = { timeoutMs: verifyCallMsMax }
    await client.control({ type: 'session_open' }, options)
    const memories: Found[] = []
    for (let after: string | null = null; ; ) {
      const page = { all_projects: true, limit: 500, ...(after === null ? {} : { after }) }
      const exported = (await client.call('memory_export', page, options)) as Exported
      for (const memory of exported.memories) {
        memories.push({
          id: memory.id,
          text: memory.text,
          session: memory.session_id,
          messageId: memory.message_id,
          supersededBy: memory.superseded_by,
          pin: memory.pin,
        })
      }
      if (exported.next === null) break
      after = exported.next
    }
    const { identity } = (await client.call('profile_get', {}, options)) as { identity?: string }
    return { memories, identity: identity ?? '' }
  } finally {
    client.close()
  }
}
