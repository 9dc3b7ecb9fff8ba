// How many invented secrets are found, how many clean turns are spoilt, and what it costs. Run: npm run bench:secrets
// (--examples shows what was missed and what was redacted wrongly).
import { builtInRules, createRedact } from '../../packages/client/src/redaction/redact.ts'
import { cleanTurns } from './clean-turns.ts'
import { measureSecrets } from './measuring.ts'

const seed = 20_260_301
const rounds = 3
const turns = 10_000

const figures = measureSecrets({ seed, rounds, cleanTurns: turns })
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`
const say = (line: string): void => void process.stdout.write(`${line}\n`)

say(
  `secrets       ${figures.planted} of ${figures.kinds} kinds, ${figures.found} found: ${percent(figures.recall)}`,
)
for (const [surrounding, recall] of Object.entries(figures.recallBy))
  say(`  in ${surrounding.padEnd(8)} ${percent(recall)}`)
say(
  `clean turns   ${figures.cleanTurns}, ${figures.spoilt} spoilt: ${percent(figures.spoilt / figures.cleanTurns)}`,
)

const redact = createRedact(builtInRules)
const texts = [...cleanTurns(seed + 1, 5_000)]
const chars = texts.reduce((sum, text) => sum + text.length, 0)
const startedAt = performance.now()
for (const text of texts) redact(text)
const ms = performance.now() - startedAt
say(
  `time          ${((ms * 1_000) / texts.length).toFixed(0)} µs a turn of ${Math.round(chars / texts.length)} characters: ` +
    `${Math.round((texts.length * 1_000) / ms)} turns/s, ${(chars / ms / 1_000).toFixed(1)} MB/s`,
)

if (process.argv.includes('--examples')) {
  for (const { kind, surrounding, text } of figures.missed)
    say(`missed  ${kind}, ${surrounding}: ${text.slice(0, 160)}`)
  for (const example of figures.spoiltExamples.slice(0, 60)) say(`spoilt  ${example.replaceAll('\n', '⏎')}`)
}
