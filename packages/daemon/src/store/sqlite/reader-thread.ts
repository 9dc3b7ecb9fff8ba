// What the reader thread does: answers each read from one snapshot, in the order asked.
import type { AnySearch } from '../search.ts'
import { openReader, type StoreFile } from './connection.ts'
import { createReaderStore } from './reader-store.ts'
import { callMethod, type ThreadHost, type ThreadService } from './thread-service.ts'

export function startReader(
  options: StoreFile,
  searches: readonly AnySearch[],
  host: ThreadHost,
): ThreadService {
  const db = openReader(options)
  const store = createReaderStore(db, searches)
  const inSnapshot = db.transaction((method: string, args: readonly unknown[]) =>
    callMethod(store, method, args),
  )
  return {
    call(id, method, args) {
      try {
        host.reply(id, inSnapshot(method, args))
      } catch (error) {
        host.fail(id, error)
      }
    },
    close() {
      db.close()
    },
  }
}
