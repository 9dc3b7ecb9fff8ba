// The same question put by others: strings made from the patterns of another scanner, secretlint's recommended preset, in
// a sentence that does not say what they are. Its patterns are read from the package's own file, which is no dependency:
//   npm install --no-save --ignore-scripts @secretlint/secretlint-rule-preset-recommend
//   node bench/secrets/outside.ts node_modules/@secretlint/secretlint-rule-preset-recommend/module/index.js
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { builtInRules, createRedact } from '../../packages/client/src/redaction/redact.ts'

const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('name the module/index.js of the preset')
const perPattern = 50
const seed = 20_261_122

/** No secrets: the opening line of a key, and what the scanner itself is told with. */
const noSecret = /^-----BEGIN\\s\?|secretlint-/

/** Literals behind `= /`, long enough to be a secret's shape; what looks around them is left out. */
function patternsIn(source: string): string[] {
  const rules = source.slice(source.indexOf('secretlint-rule-'))
  const literals = [...rules.matchAll(/= \/((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/[a-z]*\b/g)]
  const bare = literals.map(([, body = '']) =>
    body.replaceAll(/\(\?<?[!=](?:[^()\\]|\\.|\[[^\]]*\])*\)/g, '').replaceAll('\\b', ''),
  )
  return [...new Set(bare)].filter(
    (body) => !body.startsWith('^') && /[A-Za-z]{2}/.test(body) && !noSecret.test(body),
  )
}

const redact = createRedact(builtInRules)
let [found, asked] = [0, 0]
for (const body of patternsIn(readFileSync(file, 'utf8'))) {
  let samples: string[]
  try {
    samples = fc.sample(fc.stringMatching(new RegExp(`^(?:${body})$`)), { numRuns: perPattern, seed })
  } catch (error) {
    process.stdout.write(
      `left out  ${body.slice(0, 80)}: ${error instanceof Error ? error.message : error}\n`,
    )
    continue
  }
  const hits = samples.filter((sample) => !redact(`Here it is: ${sample} as it was.`).text.includes(sample))
  found += hits.length
  asked += samples.length
  const share = `${Math.round((100 * hits.length) / samples.length)} %`
  process.stdout.write(`${share.padStart(6)}  ${body.slice(0, 100)}\n`)
}
process.stdout.write(`${found} of ${asked} found: ${((100 * found) / asked).toFixed(1)} %\n`)
