// The journal beside a spool file: what did not end is in it, and little else.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../../../test/support/temp-dir.ts'
import { clientLimits } from '../src/limits.ts'
import { createSpool, spoolFolder } from '../src/spool.ts'
import type { DeliverBatch } from '../src/spool-delivery.ts'
import { drainSpool } from '../src/spool-drain.ts'
import { createSpoolPace } from '../src/spool-pace.ts'
import { batch, collector, stored } from './support/spooling.ts'

test('the journal of a file that has to wait does not grow, and knows what it knew', async () => {
  const dataDir = await tempDir()
  const texts = Array.from({ length: 200 }, (_, at) => `turn ${at}`)
  await createSpool({ dataDir }).append(batch('s', texts))
  await drainSpool({ dataDir, run: 'killed' }, async () => ({ kind: 'gone', reason: 'killed' }))
  // Each line by itself now, up to the last, in every round.
  const lastIsLater: DeliverBatch = async ({ turns }) =>
    turns.some(({ text }) => text === 'turn 199') ? { kind: 'later', reason: 'busy' } : stored
  for (let round = 0; round < 15; round += 1)
    await drainSpool({ dataDir, run: 'patient', pace: createSpoolPace(() => 0) }, lastIsLater)
  const [journal = '', ...others] = (await readdir(spoolFolder(dataDir))).filter((name) =>
    name.includes('.attempts'),
  )
  expect(others).toEqual([])
  const { size } = await stat(join(spoolFolder(dataDir), journal))
  expect(size).toBeLessThan(clientLimits.spoolJournalBytesMax + 1024)
  // The batch is still the one over which a run ended: it is not delivered in one piece.
  const taken = collector()
  await drainSpool({ dataDir, run: 'next' }, taken.deliver)
  expect(taken.batches.every(({ turns }) => turns.length === 1)).toBe(true)
  expect(taken.turns()).toHaveLength(200)
  expect(await readdir(spoolFolder(dataDir))).toEqual([])
})

test('nor does that of a file over which the store is gone, round after round', async () => {
  const dataDir = await tempDir()
  await createSpool({ dataDir }).append(batch('s', ['patient']))
  const sizes = new Set<number>()
  for (let round = 0; round < 20; round += 1) {
    await drainSpool({ dataDir, run: 'one' }, async () => ({ kind: 'gone', reason: 'the writer stopped' }))
    const [journal = ''] = (await readdir(spoolFolder(dataDir))).filter((name) => name.endsWith('.attempts'))
    sizes.add((await stat(join(spoolFolder(dataDir), journal))).size)
  }
  expect(sizes.size).toBe(1)
})
