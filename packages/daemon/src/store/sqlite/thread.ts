// Entry of the store's worker threads, once told what searches there are: opens the store in the role it was started
// for, then passes calls to it. A failure to open is reported; anything unforeseen ends the thread, and the main thread
// with it.
import { parentPort, workerData } from 'node:worker_threads'
import { assert, unreachable } from '../../kit/assert.ts'
import type { AnySearch } from '../search.ts'
import { type FromThread, type Reply, type ThreadRole, type ToThread, toWire } from './protocol.ts'
import { startReader } from './reader-thread.ts'
import { toAppError } from './sqlite-errors.ts'
import type { ThreadHost, ThreadService } from './thread-service.ts'
import { startWriter } from './writer-thread.ts'

/** Makes this thread one of a store's. `loadSearches` is called by the one that reads, before it says that it is open. */
export function serveStoreThread(loadSearches: () => Promise<readonly AnySearch[]>): void {
  const port = parentPort
  assert(port !== null, 'a store thread is a worker thread')
  const { role } = workerData as { role: ThreadRole }

  let service: ThreadService | null = null
  let file = ''
  let replies: Reply[] = []

  port.on('message', (message: ToThread) => {
    switch (message.type) {
      case 'open':
        return void open(message)
      case 'call':
        assert(service !== null, 'calls come after opening')
        return service.call(message.id, message.method, message.args)
      case 'close':
        return close()
      default:
        return unreachable(message)
    }
  })

  const host: ThreadHost = {
    reply: (id, value) => answer({ id, ok: true, value }),
    fail: (id, error) => answer({ id, ok: false, error: toWire(toAppError(error, file)) }),
    log: (level, event, fields) => send({ type: 'log', level, event, fields }),
  }

  async function open({ store }: Extract<ToThread, { type: 'open' }>): Promise<void> {
    file = store.file
    const options = { ...store, key: Buffer.from(store.key) }
    try {
      service =
        role === 'writer' ? startWriter(options, host) : startReader(options, await loadSearches(), host)
      send({ type: 'opened' })
    } catch (error) {
      send({ type: 'open-failed', error: toWire(toAppError(error, file)) })
    }
  }

  function close(): void {
    service?.close()
    flushReplies()
    send({ type: 'closed' })
    port?.close()
  }

  /** Answers given together (a group commit) travel together. */
  function answer(reply: Reply): void {
    replies.push(reply)
    if (replies.length === 1) queueMicrotask(flushReplies)
  }

  function flushReplies(): void {
    if (replies.length === 0) return
    send({ type: 'replies', replies })
    replies = []
  }

  function send(message: FromThread): void {
    port?.postMessage(message)
  }
}
