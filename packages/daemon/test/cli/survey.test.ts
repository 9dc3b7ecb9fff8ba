// What set-up says of a history before it asks whether to take it in.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { type Survey, surveyHistory, surveyQuestion } from '../../src/cli/history/survey.ts'
import { createClaudeCodeSource } from '../../src/history/claude-code.ts'
import { limits } from '../../src/kit/limits.ts'

const turn = (id: number) =>
  `${JSON.stringify({
    type: 'user',
    uuid: `u-${id}`,
    sessionId: 's-1',
    cwd: '/home/ada/shop',
    timestamp: '2026-03-02T09:00:00.000Z',
    message: { role: 'user', content: `Note ${id}` },
  })}\n`

test('counts what an import would find, and takes nothing in', async () => {
  const projectsFolder = join(tempDir(), 'projects')
  mkdirSync(join(projectsFolder, 'shop'), { recursive: true })
  const text = Array.from({ length: 30 }, (_, id) => turn(id)).join('')
  writeFileSync(join(projectsFolder, 'shop/s-1.jsonl'), text)
  const survey = await surveyHistory([createClaudeCodeSource({ projectsFolder })], tempDir())
  expect(survey).toMatchObject({ files: 1, bytes: text.length, turns: 30, isWhole: true })
  expect(survey.ms).toBe((30 / limits.importTurnsPerSecondReckoned) * 1_000)
})

test('nothing to take in is no question', async () => {
  const projectsFolder = join(tempDir(), 'none')
  const survey = await surveyHistory([createClaudeCodeSource({ projectsFolder })], tempDir())
  expect(surveyQuestion(survey)).toBeNull()
})

const long: Survey = { files: 1_234, bytes: 1.2e9, turns: 170_000, isWhole: false, ms: 113_000 }

test.each([
  [long, 'about 170,000 turns (1,234 files, 1,200 MB), in about 1 min 53 s?'],
  [{ ...long, isWhole: true }, 'now: 170,000 turns ('],
  [{ ...long, turns: 0 }, 'Take in the past of these agents now?'],
])('the question can be answered: %j', (survey, question) => {
  expect(surveyQuestion(survey)).toContain(question)
})
