// `npm run demo`: plays a story of four weeks through a real daemon in a temporary data directory, prints it, and leaves
// nothing behind. examples/story/script.ts is what is said in it.
import { playStory } from './play.ts'
import { openStage } from './stage.ts'
import { createTeller } from './telling.ts'

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const startedAt = performance.now()
const stage = await openStage()
try {
  print('Noor writes software with two agents. Everybody here is invented; the daemon is real.')
  print(`It keeps its data in ${stage.dataDir}, which is deleted at the end.`)
  await playStory(stage, createTeller(print))
  print('')
  print(`Four weeks, played in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`)
} finally {
  await stage.remove()
}
