// `npm run bench:recall-floor -- OUT.json`: what the relevance floor costs and catches, from the outcomes that
// `npm run bench:recall -- --out OUT.json` wrote; and which floor the rule of recall/weights.ts chooses, also store by
// store: chosen on four fifths of the stores, judged on the rest.
import { readFileSync, writeSync } from 'node:fs'
import { argv } from 'node:process'
import { relevanceFloor } from '../../packages/daemon/src/recall/weights.ts'
import {
  cheapestCost,
  chooseFloor,
  crossValidated,
  floorTable,
  type Judged,
  judgedOf,
} from './floor-choice.ts'
import type { Outcome } from './outcomes.ts'

const [file] = argv.slice(2)
if (file === undefined) {
  writeSync(2, 'npm run bench:recall-floor -- OUT.json\n')
  process.exit(2)
}
const { outcomes } = JSON.parse(readFileSync(file, 'utf8')) as { outcomes: readonly Outcome[] }
const judged: readonly Judged[] = judgedOf(outcomes)
const { floors, result } = crossValidated(judged)
console.log(`The rule (at most ${cheapestCost * 100} % of each data set's found answers lost) chooses ${chooseFloor(judged).toFixed(3)}.
Chosen on four fifths of the stores: ${floors.map((floor) => floor.toFixed(3)).join(', ')}; judged on the others:

${floorTable(result)}

With ${relevanceFloor} on all:

${floorTable(judged.map((each) => ({ ...each, isBelow: each.relevance < relevanceFloor })))}`)
