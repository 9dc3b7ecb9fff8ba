// A client that finds no daemon: writes turns to the spool of the data directory that it is given, and says on its
// standard output what it was told is kept. Run under strace by scenarios/power-intake.ts.
import { createSpool } from '../../../packages/client/src/spool.ts'
import { roundsOfSpool, spooledBatch } from './spooled-batches.ts'

const [, , dataDir = ''] = process.argv
const spool = createSpool({ dataDir })
for (let round = 0; round < roundsOfSpool; round += 1) {
  await spool.append(spooledBatch(round))
  process.stdout.write(`kept round-${round};\n`)
}
