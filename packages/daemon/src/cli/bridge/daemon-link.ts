// A bridge's connection to the daemon: made when it is needed, made again after a restart, and with a daemon started
// when there is none. One question at a time is never lost silently: either it is answered or its error says why.
import { setTimeout as wait } from 'node:timers/promises'
import { ClientError, isClientError } from '../../../../client/src/client-error.ts'
import { connectDaemon, type SocketClient } from '../../../../client/src/socket-client.ts'
import { limits } from '../../kit/limits.ts'
import { startDaemon } from './daemon-start.ts'

export interface DaemonLink {
  /** Sends a control line; resolves with the raw reply. Rejects with ClientError. */
  ask(line: { readonly type: string }, options: AskOptions): Promise<Readonly<Record<string, unknown>>>
  close(): void
}

export interface AskOptions {
  /** Whether the question may be put again when the connection broke before its answer. */
  readonly repeatable: boolean
}

export interface DaemonPlace {
  readonly dataDir: string
  readonly socketPath: string
  /** Program and arguments that run a daemon in the foreground. */
  readonly command: readonly [string, ...string[]]
}

export function createDaemonLink(place: DaemonPlace): DaemonLink {
  let connecting: Promise<SocketClient> | null = null

  async function connected(): Promise<SocketClient> {
    if (connecting !== null) {
      const held = connecting
      const client = await held
      if (!client.ended()) return client
      // Another question may have found out first, and be connecting again already.
      if (connecting === held) connecting = null
    }
    connecting ??= connectOrStart(place).catch((error) => {
      connecting = null
      throw error
    })
    return connecting
  }

  async function askOnce(line: { readonly type: string }): Promise<Readonly<Record<string, unknown>>> {
    const client = await connected()
    try {
      return await client.control(line, { timeoutMs: limits.mcpMessageMsMax })
    } catch (error) {
      client.close()
      throw error
    }
  }

  return {
    async ask(line, { repeatable }) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await askOnce(line)
        } catch (error) {
          if (!isBroken(error)) throw error
          if (!repeatable) throw brokenUnderWay(error)
          // A daemon that is being killed accepts connections to its very end.
          if (tries >= limits.bridgeTriesMax) throw error
          await wait(limits.daemonLookEveryMs)
        }
      }
    },
    close() {
      connecting?.then(
        (client) => client.close(),
        () => {}, // whoever asked has the error
      )
    },
  }
}

function brokenUnderWay(cause: unknown): ClientError {
  return new ClientError(
    'not_running',
    'the memory daemon stopped while it worked on this; whether it was done is not known. Look, then try again',
    null,
    { cause },
  )
}

/** The connection ended under the question; the daemon itself may be back already. */
function isBroken(error: unknown): boolean {
  return isClientError(error) && (error.kind === 'not_running' || error.kind === 'bad_answer')
}

async function connectOrStart({ dataDir, socketPath, command }: DaemonPlace): Promise<SocketClient> {
  const first = await connectIfUp(socketPath)
  if (first !== null) return first
  let client: SocketClient | null = null
  await startDaemon({
    dataDir,
    command,
    async look() {
      client = await connectIfUp(socketPath)
      return client !== null
    },
  })
  return client ?? connectDaemon(socketPath)
}

async function connectIfUp(socketPath: string): Promise<SocketClient | null> {
  try {
    return await connectDaemon(socketPath)
  } catch (error) {
    if (isClientError(error) && error.kind === 'not_running') return null
    throw error
  }
}
