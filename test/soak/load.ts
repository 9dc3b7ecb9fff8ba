// A mixed load as several hosts make it, paced, not pressed: each worker asks, waits a little, asks again, and now and
// then hangs up and comes back.
import { setTimeout as sleep } from 'node:timers/promises'
import { connectDaemon } from '../../packages/client/src/socket-client.ts'
import { between } from '../crash/invented.ts'
import { callMsMax, createRequests, type RequestsOptions } from './requests.ts'

export interface Load {
  calls(): number
  /** How often what was asked, and what was answered wrongly. */
  end(): Promise<{ readonly asked: ReadonlyMap<string, number>; readonly wrong: readonly string[] }>
}

const workers = 6
const pauseMsMax = 40
const callsPerConnectionMax = 200
const wrongsKept = 20

export function startLoad(options: RequestsOptions): Load {
  const { daemon, random } = options
  const { asked, next } = createRequests(options)
  const wrong: string[] = []
  let isOver = false

  async function worker(): Promise<void> {
    while (!isOver && daemon.isRunning()) {
      try {
        const client = await connectDaemon(daemon.socketPath, { timeoutMs: callMsMax })
        for (let left = between(random, 1, callsPerConnectionMax); left > 0 && !isOver; left -= 1) {
          await next(client)
          await sleep(random() * pauseMsMax)
        }
        client.close()
      } catch (error) {
        if (wrong.length < wrongsKept) wrong.push(error instanceof Error ? error.message : String(error))
        await sleep(1_000)
      }
    }
  }

  const running = Promise.all(Array.from({ length: workers }, worker))
  return {
    calls: () => [...asked.values()].reduce((sum, times) => sum + times, 0),
    async end() {
      isOver = true
      await running
      return { asked, wrong }
    },
  }
}
