// What the store's threads run, put together: the one that reads is given the searches it can be asked for.
import { serveStoreThread } from '../store/sqlite/thread.ts'

serveStoreThread(async () => {
  const { recallSearch } = await import('../recall/recall.ts')
  return [recallSearch]
})
