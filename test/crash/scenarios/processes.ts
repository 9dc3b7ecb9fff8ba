// Processes and threads that stop, are paused, or start twice; and clocks that jump.
import { equal, match, ok } from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { DaemonNotStarted } from '../../support/daemon-child.ts'
import { captureOne, missing, type Scenario, talkTo, withFault } from './scenario.ts'

export const deadThread = (role: 'writer' | 'reader'): Scenario => ({
  name: `dead ${role} thread`,
  async run(place) {
    const daemon = await place.start(withFault({ endThread: role }))
    const talk = await talkTo(daemon)
    const ids: string[] = []
    const working = (async () => {
      for (let number = 0; ; number += 1) ids.push(await captureOne(talk, `work${number}`))
    })().catch(() => {})
    for (const until = performance.now() + firstCaptureMsMax; ids.length === 0 && performance.now() < until; )
      await sleep(50)
    await sleep(300)
    daemon.kill('SIGUSR2')
    const { code, errors } = await daemon.ended
    await working
    equal(code, 1)
    match(errors, new RegExp(`iai-mcp: the daemon stopped: the store's ${role} stopped unexpectedly`))
    const again = await talkTo(await place.start())
    equal(await missing(again, ids), 0)
    ok(ids.length > 0)
    again.client.close()
    return `the process ended with 1 and said why; ${ids.length} acknowledged captures were there at the next start`
  },
})

const firstCaptureMsMax = 20_000
const pauseMs = 3_000

export const pausedProcess: Scenario = {
  name: 'SIGSTOP and SIGCONT',
  async run(place) {
    const daemon = await place.start()
    const talks = await Promise.all(Array.from({ length: 8 }, () => talkTo(daemon)))
    daemon.kill('SIGSTOP')
    const captures = talks.map((talk, index) => captureOne(talk, `paused${index}`))
    const second = await place.start().then(
      () => null,
      (error) => error,
    )
    ok(second instanceof DaemonNotStarted, 'a second daemon does not take the place of a paused one')
    equal(second.end.code, 1)
    match(second.end.errors, new RegExp(`process id ${daemon.pid}`))
    await sleep(pauseMs)
    daemon.kill('SIGCONT')
    const ids = await Promise.all(captures)
    equal(await missing(talks[0] ?? (await talkTo(daemon)), ids), 0)
    for (const { client } of talks) client.close()
    equal((await daemon.stop()).code, 0)
    return `asked while it stood still for ${pauseMs / 1_000} s, it answered all ${ids.length} afterwards; a second daemon was refused meanwhile`
  },
}

const day = 24 * 3_600_000
const clockStepsMs = [40 * day, -400 * day, 3 * 3_600_000, -2 * 3_600_000, 366 * day]

export const jumpingClock: Scenario = {
  name: 'clock jumps',
  async run(place) {
    const daemon = await place.start(withFault({ clockStepsMs }))
    const talk = await talkTo(daemon)
    const ids = [await captureOne(talk, 'now')]
    for (const [index] of clockStepsMs.entries()) {
      daemon.kill('SIGUSR2')
      await sleep(50)
      ids.push(await captureOne(talk, `step${index}`))
      await talk.call('memory_recall', { cue: `zqstep${index}x`, all_projects: true })
      await talk.call('session_start_payload', { session_id: `new_${index}`, wake_depth: 'standard' })
      await talk.call('memory_consolidate', {})
      const { ok: answers } = await talk.client.control({ type: 'status' })
      equal(answers, true)
    }
    equal(new Set(ids).size, ids.length, 'ids stay unique when time goes back')
    equal(await missing(talk, ids), 0)
    const { memories } = (await talk.call('memory_list', { all_projects: true, limit: 100 })) as {
      memories: { said_at: string }[]
    }
    const years = new Set(memories.map(({ said_at }) => said_at.slice(0, 4)))
    ok(years.size > 1, 'the clock of the daemon did jump')
    talk.client.close()
    equal((await daemon.stop()).code, 0)
    return `${clockStepsMs.length} jumps between -400 and +366 days; it served on, ids stayed unique`
  },
}

export const racedStarts = (races: number): Scenario => ({
  name: 'two daemons started at once',
  async run(place) {
    for (let race = 0; race < races; race += 1) {
      const outcomes = await Promise.allSettled([place.start(), place.start()])
      const winners = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
      const losers = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
      equal(winners.length, 1, `race ${race}: ${winners.length} daemons run`)
      ok(losers[0] instanceof DaemonNotStarted)
      equal(losers[0].end.code, 1)
      match(losers[0].end.errors, /is held by/)
      const [winner] = winners
      ok(winner !== undefined)
      const talk = await talkTo(winner)
      equal(await missing(talk, [await captureOne(talk, `race${race}`)]), 0)
      talk.client.close()
      if (race % 2 === 0) winner.kill('SIGKILL')
      await winner.stop()
    }
    return `${races} times: one ran, the other said who holds the directory and ended with 1`
  },
})
