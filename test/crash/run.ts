// `npm run test:crash [-- --kills N --races N --seed S]`: kills a working daemon N times and compares what is left with
// what was acknowledged; then plays through full, read-only and slow disks, dead threads, pauses, clock jumps and raced
// starts. The seed decides places and moments; what exactly is under way at a moment is up to the machine.
import { parseArgs } from 'node:util'
import { startSuite } from '../support/suite.ts'
import { surviveKills } from './kills.ts'
import { diskFull, diskReadOnly, diskSlow } from './scenarios/disks.ts'
import { keychainKills } from './scenarios/keychain.ts'
import { powerLossOfIntake } from './scenarios/power-intake.ts'
import { powerLoss } from './scenarios/power-loss.ts'
import { deadThread, jumpingClock, pausedProcess, racedStarts } from './scenarios/processes.ts'
import { play } from './scenarios/scenario.ts'
import { upgrade } from './scenarios/upgrade.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    races: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
})
const [kills, races, seed] = [Number(values.kills), Number(values.races), Number(values.seed)]
const reportEvery = Math.max(1, Math.floor(kills / 20))
let played = 0

const seconds = (since: number): string => `${((performance.now() - since) / 1_000).toFixed(0)} s`

const title = `crash suite: ${kills} kills, ${races} races, seed ${seed}`
const { say, judge, figure, end } = startSuite('test:crash', title)
if (values.only === undefined || values.only === 'kills') await killMany()
const scenarios = [
  ...[diskFull, diskReadOnly, diskSlow, deadThread('writer'), deadThread('reader')],
  ...[pausedProcess, jumpingClock, upgrade, keychainKills(Math.ceil(kills / 5))],
  ...[powerLoss(kills), powerLossOfIntake(Math.ceil(kills / 2)), racedStarts(races)],
]
for (const scenario of scenarios) {
  if (values.only !== undefined && !scenario.name.includes(values.only)) continue
  const startedAt = performance.now()
  const cannot = scenario.cannot?.() ?? null
  if (cannot !== null) {
    say(`NOT RUN ${scenario.name}: ${cannot}`)
    continue
  }
  played += 1
  try {
    judge(true, `${scenario.name}: ${await play(scenario)} (${seconds(startedAt)})`)
  } catch (error) {
    judge(false, `${scenario.name}: ${error instanceof Error ? error.stack : error}`)
  }
}
figure(`${played} kinds of trouble played through`)
end()

async function killMany(): Promise<void> {
  const startedAt = performance.now()
  const report = await surviveKills({
    kills,
    seed,
    onKill(kill, where, acknowledged) {
      if (kill % reportEvery === 0)
        say(`kill ${kill} of ${kills} (${where}); ${acknowledged} acknowledged so far, ${seconds(startedAt)}`)
    },
  })
  for (const what of report.wrong) say(`WRONG   ${what}`)
  const places = [...report.places].sort(([a], [b]) => a.localeCompare(b))
  say(`killed: ${places.map(([place, times]) => `${place} ${times}`).join(', ')}`)
  const lost = report.wrong.length
  judge(
    lost === 0,
    `${report.kills} kills survived, ${report.acknowledged} acknowledged writes, ${lost} lost, torn, altered or come back (${seconds(startedAt)})`,
  )
  figure(`${report.kills} kills, ${report.acknowledged} acknowledged writes, ${lost} lost`)
}
