// When spooled files are tried: what is new at once and first, what failed later and later.
import { expect, test } from 'vitest'
import { tempDir } from '../../../test/support/temp-dir.ts'
import { createSpool } from '../src/spool.ts'
import type { DeliverBatch, Delivery } from '../src/spool-delivery.ts'
import { drainSpool, inspectSpool } from '../src/spool-drain.ts'
import { createSpoolPace } from '../src/spool-pace.ts'
import type { CaptureBatch } from '../src/wire.ts'
import { batch, collector, stored } from './support/spooling.ts'

test('a file over which the store breaks is tried later and later, however often what is new is taken in', async () => {
  const dataDir = await tempDir()
  const spool = createSpool({ dataDir })
  let elapsed = 0
  const pace = createSpoolPace(() => elapsed)
  const triedAt: number[] = []
  const taken = collector()
  const deliver: DeliverBatch = async (delivered) => {
    if (delivered.session_id === 'fresh') return taken.deliver(delivered)
    triedAt.push(elapsed / 60_000)
    throw new Error('internal error')
  }
  await spool.append(batch('broken', ['precious']))
  const minutes = 120
  for (; elapsed <= minutes * 60_000; elapsed += 30_000) {
    await spool.append(batch('fresh', [`at ${elapsed}`]))
    await drainSpool({ dataDir, pace }, deliver)
  }
  expect(triedAt).toEqual([0, 1, 6, 26, 86])
  expect(taken.turns()).toHaveLength(2 * minutes + 1)
  expect(await inspectSpool({ dataDir })).toMatchObject({ waiting: [], failed: [expect.anything()] })
})

test('what waits for its time is nothing to report', async () => {
  const dataDir = await tempDir()
  const pace = createSpoolPace(() => 0)
  await createSpool({ dataDir }).append(batch('s', ['precious']))
  const failing: DeliverBatch = () => Promise.reject(new Error('internal error'))
  expect(await drainSpool({ dataDir, pace }, failing)).toMatchObject({ postponed: 1 })
  const nothing = { files: 0, turns: 0, rejected: 0, postponed: 0, failed: 0, problems: [] }
  expect(await drainSpool({ dataDir, pace }, failing)).toMatchObject(nothing)
  // The next run of the daemon may be the one that can take it in.
  const taken = collector()
  await drainSpool({ dataDir, pace: createSpoolPace(() => 0) }, taken.deliver)
  expect(taken.turns()).toHaveLength(1)
})

test('what is new is taken in before what was tried before, and as soon as that has failed', async () => {
  const dataDir = await tempDir()
  const spool = createSpool({ dataDir })
  const order: string[] = []
  const busy = async ({ session_id }: CaptureBatch): Promise<Delivery> => {
    order.push(session_id)
    // Left by a client while the daemon is at it.
    if (session_id === 'old-1') await spool.append(batch('meanwhile', ['new']))
    return session_id.startsWith('old') ? { kind: 'later', reason: 'busy' } : stored
  }
  await spool.append(batch('old-1', ['one']))
  await spool.append(batch('old-2', ['two']))
  await drainSpool({ dataDir }, async () => ({ kind: 'later', reason: 'busy' }))
  await spool.append(batch('z-new', ['new']))
  await drainSpool({ dataDir }, busy)
  expect(order).toEqual(['z-new', 'old-1', 'meanwhile', 'old-2'])
})
