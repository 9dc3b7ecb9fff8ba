// How many invented secrets are found, how many clean turns are spoilt, and what it costs: on the corpus that was made
// with the rules, and on the independent one. Run: npm run bench:secrets
// (-- --kinds for the tuning half by kind, -- --examples for what was missed and what was redacted wrongly).
import { builtInRules, createRedact } from '../../packages/client/src/redaction/redact.ts'
import { cleanTurns } from './clean-turns.ts'
import { measureIndependent, type Share } from './independent.ts'
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

const independent = measureIndependent()
const part = ({ hits, of }: Share): string => `${hits} of ${of}, ${percent(hits / of)}`
say(`independent   ${independent.kinds} kinds of secrets`)
for (const [name, { found, spoilt }] of Object.entries({
  'tuning half': independent.tuning,
  'judging half': independent.judging,
  [`  of it ${independent.unseenKinds} kinds that tuning never saw`]: independent.unseen,
}))
  say(`  ${name}: found ${part(found)}; clean turns spoilt ${part(spoilt)}`)

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

if (process.argv.includes('--kinds')) {
  say('tuning half, found by kind')
  for (const [kind, share] of independent.byKind) say(`  ${kind.padEnd(34)} ${part(share)}`)
  say('tuning half, clean turns spoilt by family')
  for (const [family, share] of independent.byFamily) say(`  ${family.padEnd(34)} ${part(share)}`)
}

if (process.argv.includes('--examples')) {
  for (const { kind, surrounding, text } of figures.missed)
    say(`missed  ${kind}, ${surrounding}: ${text.slice(0, 160)}`)
  for (const example of figures.spoiltExamples.slice(0, 60)) say(`spoilt  ${example.replaceAll('\n', '⏎')}`)
  for (const { kind, place, text } of independent.missed)
    say(`missed  ${kind}, ${place}: ${text.slice(0, 200).replaceAll('\n', '⏎')}`)
  for (const { turn, kept } of independent.spoiltTurns)
    say(`spoilt  ${turn.family}: ${kept.slice(0, 200).replaceAll('\n', '⏎')}`)
}
