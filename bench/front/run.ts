// `npm run bench:front [-- --show NAME|all]`: what the next session is given after each invented history, held against what
// a good colleague would have said.
import { parseArgs } from 'node:util'
import { sessionText } from '../../packages/daemon/src/context/session-text.ts'
import { readHistories } from './histories.ts'
import { judge, startOf } from './judging.ts'
import { play } from './playing.ts'

const budgets = [2_000, 1_000, 500] as const
const { values } = parseArgs({ options: { show: { type: 'string' } } })

console.log(
  '| history | budget | wanted, given | unwanted, given | tokens |\n| --- | ---: | ---: | ---: | ---: |',
)
const notes: string[] = []
for (const history of readHistories()) {
  const { material } = await play(history)
  const { name, wanted, unwanted } = history
  for (const budget of budgets) {
    const { missing, outdated, tokens } = judge(history, material, budget)
    const given = `${wanted.length - missing.length} of ${wanted.length}`
    console.log(`| ${name} | ${budget} | ${given} | ${outdated.length} of ${unwanted.length} | ${tokens} |`)
    for (const each of missing) notes.push(`${name}, ${budget} tokens: missing “${each}”`)
    for (const each of outdated) notes.push(`${name}, ${budget} tokens: unwanted “${each}”`)
  }
  if (values.show === name || values.show === 'all')
    notes.push(`\n--- ${name}\n${sessionText(startOf(material).payload)}`)
}
console.log(`\n${notes.join('\n')}`)
