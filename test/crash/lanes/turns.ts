// Batches of turns, sent again now and then as hosts do, forgotten now and then, and once forgotten sent again.
import { between, inventedText, pick } from '../invented.ts'
import type { Said } from '../wishes.ts'
import { type Ask, asking, type Lane, type LaneContext, untilGone } from './lane.ts'

const client = 'crash-suite'
const projects = ['git:example.org/crash/one', 'git:example.org/crash/two']

interface CaptureAnswer {
  readonly results: readonly { readonly status: string; readonly record_id: string }[]
}

export function turnsLane(name: string): Lane {
  return async (context) => {
    const { random, nextNumber } = context
    const project = pick(random, projects)
    let session = `${name}-${nextNumber()}`
    const mine = (): [string, Said][] =>
      [...context.ledger.held()].filter(([, { session: of }]) => of.startsWith(`${name}-`))

    const send = async (ask: Ask, said: readonly Said[]): Promise<CaptureAnswer> => {
      const turns = said.map(({ text, messageId }, index) => ({
        text,
        role: index % 2 === 0 ? 'user' : 'assistant',
        message_id: messageId,
      }))
      const where = { client, session_id: said[0]?.session, project }
      return (await ask('memory_capture_batch', { ...where, turns })) as unknown as CaptureAnswer
    }

    const capture = async (ask: Ask): Promise<void> => {
      const said = Array.from({ length: between(random, 1, 12) }, () => {
        const number = nextNumber()
        return { session, messageId: `m${number}`, text: inventedText(random, name, number) }
      })
      await asking(context, { do: 'capture', said }, async () => {
        const { results } = await send(ask, said)
        if (results.some(({ status }) => status !== 'inserted')) context.wrong('a new turn was not inserted')
        return results.map(({ record_id }) => record_id)
      })
    }

    await untilGone(context, name, async (ask) => {
      const chance = random()
      if (chance < 0.6) return capture(ask)
      if (chance < 0.68) return sendAgain(context, mine(), (said) => send(ask, said))
      if (chance < 0.83) return forget(context, ask, mine())
      if (chance < 0.9) return sendForgotten(context, name, (said) => send(ask, said))
      if (chance < 0.95) {
        await ask('session_exit', { session_id: session, client })
        session = `${name}-${nextNumber()}`
        return
      }
      return ask('memory_recall', { cue: 'which port and which branch did we decide on', project })
    })
  }
}

async function sendAgain(
  { random, wrong }: LaneContext,
  mine: readonly [string, Said][],
  send: (said: readonly Said[]) => Promise<CaptureAnswer>,
): Promise<void> {
  if (mine.length === 0) return
  const [id, said] = pick(random, mine)
  const { results } = await send([said])
  if (results[0]?.status !== 'skipped' || results[0].record_id !== id)
    wrong('a turn sent again was not recognised')
}

async function sendForgotten(
  { ledger, random, wrong }: LaneContext,
  name: string,
  send: (said: readonly Said[]) => Promise<CaptureAnswer>,
): Promise<void> {
  const forgotten = ledger.forgotten().filter(({ session }) => session.startsWith(`${name}-`))
  if (forgotten.length === 0) return
  const { results } = await send([pick(random, forgotten)])
  if (results[0]?.status !== 'skipped') wrong('a forgotten turn was taken in again')
}

async function forget(context: LaneContext, ask: Ask, mine: readonly [string, Said][]): Promise<void> {
  if (mine.length < 10) return
  const ids = [
    ...new Set(Array.from({ length: between(context.random, 1, 5) }, () => pick(context.random, mine)[0])),
  ]
  await asking(context, { do: 'forget', ids }, async () => {
    await ask('memory_forget', { ids })
    return []
  })
}
