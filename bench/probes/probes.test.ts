import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { meaningfulTerms } from '../../packages/daemon/src/embedding/builtin/meaningful-terms.ts'
import { readProbes } from '../recall/probes.ts'

const linesOf = async (name: string): Promise<string[]> => {
  const text = await readFile(new URL(`./${name}.txt`, import.meta.url), 'utf8')
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

const pairsOf = async (name: string): Promise<readonly (readonly [string, string])[]> =>
  (await linesOf(name)).map((line) => {
    const [question = '', memory = '', ...more] = line.split(' | ')
    expect(more, line).toEqual([])
    return [question, memory] as const
  })

const sharedTerms = ([question, memory]: readonly [string, string]): string[] => {
  const terms = new Set(meaningfulTerms(memory))
  return meaningfulTerms(question).filter((term) => terms.has(term))
}

describe('paraphrase probes', () => {
  const withoutSharedWords = ['paraphrase', 'choosing', 'tuning'].flatMap((set) => [
    `${set}-developer`,
    `${set}-everyday`,
  ])

  test.each(withoutSharedWords)('%s share no content word', async (name) => {
    for (const pair of await pairsOf(name)) expect(sharedTerms(pair), pair.join(' | ')).toEqual([])
  })

  test('a model is not chosen on what judges it', async () => {
    const judging = [...(await pairsOf('paraphrase-developer')), ...(await pairsOf('paraphrase-everyday'))]
    const tuning = [...(await pairsOf('tuning-developer')), ...(await pairsOf('tuning-everyday'))]
    expect(tuning.length).toBeGreaterThanOrEqual(150)
    const judges = new Set(judging.flat())
    expect(tuning.flat().filter((text) => judges.has(text))).toEqual([])
  })

  test.each(['choosing', 'judging'])(
    'phrasal verbs, %s: each question has what misleads beside it',
    async (set) => {
      const lines = await linesOf(`phrasal-${set}`)
      const questions = lines.filter((line) => !line.startsWith('| '))
      expect(questions.length).toBeGreaterThanOrEqual(20)
      for (const question of questions) {
        expect(question.split(' | ')).toHaveLength(2)
        expect(lines[lines.indexOf(question) + 1], question).toMatch(/^\| [^|]+$/)
      }
      const { turns, queries } = readProbes(set, lines.join('\n'))
      expect(queries.length).toBe(questions.length)
      expect(new Set(turns.map(({ text }) => text)).size).toBe(lines.length)
    },
  )

  test('phrasal verbs are not chosen on what judges them', async () => {
    const choosing = new Set(await linesOf('phrasal-choosing'))
    expect((await linesOf('phrasal-judging')).filter((line) => choosing.has(line))).toEqual([])
  })

  test('shared-words share one at least', async () => {
    for (const pair of await pairsOf('shared-words'))
      expect(sharedTerms(pair), pair.join(' | ')).not.toEqual([])
  })

  test('are enough, and no memory stands twice', async () => {
    const paraphrases = [
      ...(await pairsOf('paraphrase-developer')),
      ...(await pairsOf('paraphrase-everyday')),
    ]
    const shared = await pairsOf('shared-words')
    const choosing = [...(await pairsOf('choosing-developer')), ...(await pairsOf('choosing-everyday'))]
    expect(choosing.length).toBeGreaterThanOrEqual(120)
    expect(paraphrases.length).toBeGreaterThanOrEqual(200)
    expect(shared.length).toBeGreaterThanOrEqual(100)
    const memories = [...paraphrases, ...shared, ...choosing].map(([, memory]) => memory)
    expect(new Set(memories).size).toBe(memories.length)
  })
})
