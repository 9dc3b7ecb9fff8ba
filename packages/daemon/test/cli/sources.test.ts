// Which source a word and a file name: a file of another kind is refused, with the kind that knows it.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { sourcesFrom } from '../../src/cli/history/sources.ts'
import { zip } from '../history/zip.ts'

const at = '2026-03-02T09:00:00Z'
const jsonl = `${JSON.stringify({ text: 'Herons nest early', role: 'user', said_at: at, session: 's' })}\n`
const message = {
  id: 'm',
  author: { role: 'user' },
  create_time: 1,
  content: { content_type: 'text', parts: ['x'] },
}
const chatgpt = JSON.stringify([{ id: 'c', mapping: { n: { message } } }])
const claudeAi = JSON.stringify([
  { uuid: 'c', chat_messages: [{ uuid: 'm', sender: 'human', text: 'x', created_at: at }] },
])

async function named(word: string, text: string | Buffer | null): Promise<string> {
  const cwd = tempDir()
  if (text === null) mkdirSync(join(cwd, 'given'))
  else writeFileSync(join(cwd, 'given'), text)
  try {
    const words = [word, 'given']
    const [source] = await sourcesFrom({ words, command: 'import', cwd }, { HOME: cwd })
    return `taken as ${source?.client}`
  } catch (error) {
    expect((error as Error).name).toBe('UsageError')
    return (error as Error).message
  }
}

test.each([
  ['chatgpt', chatgpt, 'chatgpt'],
  ['chatgpt', zip({ 'conversations.json': chatgpt }), 'chatgpt'],
  ['claude-ai', claudeAi, 'claude-ai'],
  ['jsonl', jsonl, 'import'],
  ['jsonl', `{"half\n${jsonl}`, 'import'],
])('%s: a file of its kind is taken', async (word, text, client) => {
  expect(await named(word, text)).toBe(`taken as ${client}`)
})

test.each([
  ['chatgpt', jsonl, 'is no ChatGPT export', 'iai-mcp import jsonl given'],
  ['chatgpt', claudeAi, 'is no ChatGPT export', 'iai-mcp import claude-ai given'],
  ['claude-ai', chatgpt, 'is no Claude.ai export', 'iai-mcp import chatgpt given'],
  ['jsonl', chatgpt, 'is no JSONL history', 'iai-mcp import chatgpt given'],
])('%s: a file of another kind is refused, with that kind', async (word, text, refusal, advice) => {
  const told = await named(word, text)
  expect(told).toContain(refusal)
  expect(told.endsWith(`did you mean: ${advice}`)).toBe(true)
})

test.each([
  ['chatgpt', '[]', 'nothing is said in it'],
  ['chatgpt', '{"a":1}', 'nothing is said in it'],
  ['chatgpt', 'PK\u0003\u0004 and no zip', 'corrupt'],
  ['chatgpt', null, 'no such file is in it'],
  ['claude-ai', '[]', 'nothing is said in it'],
  ['jsonl', '[]', 'unknown-type array'],
  ['jsonl', '{"role":"user","content":"x"}', 'incomplete'],
  ['jsonl', '', 'nothing is said in it'],
  ['jsonl', null, 'is no file'],
])('%s: %j is refused, with the reason', async (word, text, reason) => {
  const told = await named(word, text)
  expect(told).toContain(reason)
  expect(told).not.toContain('did you mean')
})
