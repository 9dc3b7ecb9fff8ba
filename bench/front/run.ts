// `npm run bench:front [-- --show NAME]`: what the next session is given after each invented history, held against what a
// good colleague would have said, and the same under each change that was tried.
import { parseArgs } from 'node:util'
import { assembleContext } from '../../packages/daemon/src/context/assemble.ts'
import type { ContextMaterial } from '../../packages/daemon/src/context/material.ts'
import { sessionText } from '../../packages/daemon/src/context/session-text.ts'
import { countTokens } from '../../packages/daemon/src/text/tokens.ts'
import { type History, readHistories } from './histories.ts'
import { play } from './playing.ts'

const { values } = parseArgs({ options: { show: { type: 'string' } } })

interface Judged {
  readonly missing: readonly string[]
  readonly outdated: readonly string[]
  readonly tokens: number
}

function startOf(material: ContextMaterial, budgetTokens?: number) {
  return assembleContext(material, { depth: 'standard', budgetTokens, pending: 0 })
}

function judge({ wanted, unwanted }: History, material: ContextMaterial, budgetTokens?: number): Judged {
  const { payload } = startOf(material, budgetTokens)
  const text = sessionText(payload)
  const inFront = [payload.l0, payload.l1, payload.rich_club].join('\n')
  return {
    missing: wanted.filter((words) => !text.includes(words)),
    outdated: unwanted.filter((words) => inFront.includes(words)),
    tokens: countTokens(text),
  }
}

for (const history of readHistories()) {
  const { material } = await play(history)
  for (const budget of [2_000, 1_000, 500]) {
    const { missing, outdated, tokens } = judge(history, material, budget)
    console.log(
      `${history.name} @${budget}: ${history.wanted.length - missing.length}/${history.wanted.length} wanted, ${outdated.length} unwanted, ${tokens} tokens`,
    )
    if (budget === 2_000) {
      for (const each of missing) console.log(`  missing  ${each}`)
      for (const each of outdated) console.log(`  unwanted ${each}`)
    }
  }
  if (values.show === history.name || values.show === 'all')
    console.log(`\n${sessionText(startOf(material).payload)}\n`)
}
