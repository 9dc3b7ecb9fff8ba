// What goes on beside the conversation: consolidation, and the user's own settings.
import { setTimeout as sleep } from 'node:timers/promises'
import { asking, type Lane, untilGone } from './lane.ts'

/** Without it the text index would be merged without end. */
const pauseMs = 60

export const upkeepLane: Lane = async (context) => {
  const { random, nextNumber } = context
  await untilGone(context, 'upkeep', async (ask) => {
    await sleep(pauseMs)
    if (random() < 0.5) return ask('memory_consolidate', {})
    const value = `Ada, number ${nextNumber()}. Prefers plain SQL.`
    return asking(context, { do: 'identity', value }, async () => {
      await ask('profile_set', { knob: 'identity', value })
      return []
    })
  })
}
