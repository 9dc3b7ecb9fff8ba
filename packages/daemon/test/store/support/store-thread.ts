// The store's threads in tests: the built ones, which can also be looked into. A hundred threads that each strip types
// from their own sources are slow, and Node 24 crashes now and then when that many come and go (V8's register of code
// pages).
import type * as Recall from '../../../src/recall/recall.ts'
import type * as Thread from '../../../src/store/sqlite/thread.ts'
import { looking } from './looking.ts'

const built = (path: string) => new URL(`../../../dist/daemon/src/${path}`, import.meta.url).href

const { serveStoreThread }: typeof Thread = await import(built('store/sqlite/thread.js'))

serveStoreThread(async () => {
  const { recallSearch }: typeof Recall = await import(built('recall/recall.js'))
  return [recallSearch, looking]
})
