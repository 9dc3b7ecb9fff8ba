// Facts over HTTP: noted, pinned, corrected, and a correction taken back by forgetting it.
import { createHttpClient } from '../../../packages/client/src/http-client.ts'
import { inventedText, pick } from '../invented.ts'
import type { Held } from '../wishes.ts'
import { type Ask, asking, type Lane, type LaneContext, whileThere } from './lane.ts'

const session = 'facts-1'
const where = { session_id: session, client: 'crash-suite', project: 'git:example.org/crash/one' }
const callMsMax = 20_000

export const factsLane: Lane = async (context) => {
  const http = createHttpClient({ dataDir: context.daemon.dataDir })
  const ask: Ask = async (method, params) =>
    (await http.call(method, params, { timeoutMs: callMsMax })) as Record<string, unknown>
  await whileThere(context, 'facts', async () => {
    for (;;) await step(context, ask)
  })
}

async function step(context: LaneContext, ask: Ask): Promise<unknown> {
  const { random, ledger } = context
  const mine = [...ledger.held()].filter(([, held]) => held.session === session)
  // Only what stands for itself is corrected, so that forgetting a correction has one outcome.
  const replacements = new Set(mine.map(([, held]) => held.supersededBy))
  const plain = mine.filter(([id, held]) => held.supersededBy === null && !replacements.has(id))
  const chance = random()
  if (chance < 0.4 || plain.length < 5) return note(context, ask)
  if (chance < 0.6) return correct(context, ask, plain)
  if (chance < 0.8) {
    const pin = pick(random, ['project', 'global', 'none'] as const)
    const [id] = pick(random, plain)
    const wish = { do: 'pin', id, pin: pin === 'none' ? null : pin } as const
    return asking(context, wish, async () => {
      await ask('memory_pin', { id, pin })
      return []
    })
  }
  if (chance < 0.9) {
    const [id] = pick(random, mine)
    return asking(context, { do: 'forget', ids: [id] }, async () => {
      await ask('memory_forget', { ids: [id] })
      return []
    })
  }
  return ask('session_start_payload', { ...where, wake_depth: 'standard' })
}

async function note(context: LaneContext, ask: Ask): Promise<void> {
  const text = inventedText(context.random, 'fact', context.nextNumber())
  await asking(context, { do: 'capture', said: [{ session, messageId: null, text }] }, async () => {
    const { record_id } = await ask('memory_capture', { text, role: 'note', ...where })
    return [String(record_id)]
  })
}

async function correct(context: LaneContext, ask: Ask, plain: readonly [string, Held][]): Promise<void> {
  const [id] = pick(context.random, plain)
  const text = inventedText(context.random, 'corr', context.nextNumber())
  await asking(context, { do: 'supersede', id, by: { session, messageId: null, text } }, async () => {
    const { project: _, ...said } = where
    const { new_record_id } = await ask('memory_contradict', { id, new_fact: text, ...said })
    return [String(new_record_id)]
  })
}
