// The tool table by itself: what it costs a model, what it promises a host, and that it says what operations say.
import { expect, test } from 'vitest'
import { operations } from '../../src/operations/operations.ts'
import { countTokens } from '../../src/text/tokens.ts'
import { legacyTools } from '../../src/transport/mcp/legacy-tools.ts'
import { hitsText, noteOf } from '../../src/transport/mcp/tool-views.ts'
import { tools } from '../../src/transport/mcp/tools.ts'
import { startMcp } from './support/mcp-fixture.ts'

test('the whole list costs a model at most 2,500 tokens, where it is longest', async () => {
  const mcp = await startMcp()
  const client = await mcp.connect({ way: 'http', revision: '2025-11-25', cwd: null })
  const list = await client.listTools()
  const tokens = countTokens(JSON.stringify(list))
  expect(list.tools).toHaveLength(8)
  expect(tokens).toBeLessThanOrEqual(2_500)
})

test('the tools and what they let a host do without asking', () => {
  const hints = (name: string) => tools.find((tool) => tool.name === name)?.hints
  expect(tools.map(({ name }) => name)).toEqual([
    'recall',
    'remember',
    'correct',
    'forget',
    'pin',
    'timeline',
    'context',
    'status',
  ])
  expect(tools.filter(({ hints }) => hints.readOnlyHint).map(({ name }) => name)).toEqual([
    'recall',
    'timeline',
    'context',
    'status',
  ])
  expect(tools.filter(({ hints }) => hints.destructiveHint).map(({ name }) => name)).toEqual(['forget'])
  expect(hints('remember')).toMatchObject({ readOnlyHint: false, openWorldHint: false })
})

test('schemas are objects whose required fields they describe', () => {
  for (const { name, input, output } of [...tools, ...legacyTools()]) {
    for (const schema of [input, ...(output === null ? [] : [output])]) {
      expect(schema.type, name).toBe('object')
      expect(Object.keys(schema.properties), name).toEqual(expect.arrayContaining(schema.required ?? []))
    }
  }
  const required = tools.map(({ name, input }) => [name, input.required ?? []])
  expect(Object.fromEntries(required)).toEqual({
    recall: ['cue'],
    remember: ['text'],
    correct: ['id', 'new_fact'],
    forget: ['ids'],
    pin: ['id'],
    timeline: [],
    context: [],
    status: [],
  })
})

test('an answer says when it is a guess, and nothing of what other projects hold', () => {
  const said = {
    id: 'a',
    text: 'Tea at four.',
    said_at: '2026-03-02T09:00:00.000Z',
    role: 'user',
    client: 'cli',
    session_id: 's',
  } as const
  const answer = (asked: number, known: number, hits: readonly (typeof said)[]) =>
    hitsText({ ...noteOf({ asked, known }, hits.length), hits, superseded: [] })
  expect(answer(2, 0, [said])).toMatch(/None of these words occurs here: .*all_projects[\s\S]*Tea at four/)
  expect(answer(2, 1, [said])).not.toContain('None of these words')
  expect(answer(2, 0, [])).toBe(
    'Nothing found. Try other words, or all_projects to look beyond this project.',
  )
  expect(answer(0, 0, [])).toMatch(/^Nothing found\. There is no word in this cue/)
})

test('the older names are operations of the contract', () => {
  const names = operations.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(legacyTools().map(({ name }) => name)))
  expect(legacyTools().map(({ name }) => name)).toContain('memory_recall')
})
