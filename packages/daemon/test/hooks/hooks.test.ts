// What a hook's call is answered with: context, a recall for the first prompt, and never an error.
import { expect, test } from 'vitest'
import { limits } from '../../src/kit/limits.ts'
import { silentLog } from '../../src/kit/log.ts'
import { countTokens } from '../../src/text/tokens.ts'
import { contextWithin } from '../../src/transport/hooks/context-within.ts'
import { createHooks, type HookCall } from '../../src/transport/hooks/hooks.ts'
import { createRequestIds } from '../../src/transport/request-ids.ts'
import { fixture, shop } from '../operations/support.ts'

function hooksOver(memory = fixture(), recallsFirstPrompt = true) {
  const named: string[] = []
  const hooks = createHooks<'claude-code'>({
    dispatch: memory.dispatch,
    transcripts: {
      async grew(_client, path) {
        named.push(path)
        return { read: Promise.resolve() }
      },
      catchUp() {},
    },
    recallsFirstPrompt,
    now: () => memory.now,
    requestIds: createRequestIds(),
    log: silentLog,
  })
  const call = (event: HookCall<'claude-code'>['event'], more: object = {}) =>
    hooks.answer({ client: 'claude-code', session_id: 'new', cwd: shop, event, ...more })
  return { memory, call, named }
}

async function withFact(recallsFirstPrompt = true) {
  const made = hooksOver(fixture(), recallsFirstPrompt)
  const said = (text: string, role: string, session_id: string) =>
    made.memory.call('memory_capture', { text, role, session_id, client: 'codex', cwd: shop })
  await said('The staging database listens on port 6543, never on the default.', 'user', 'old')
  await said('Noted: staging database, port 6543.', 'assistant', 'old')
  await said('The date picker got a new theme with rounded corners last week.', 'user', 'other')
  await said('I changed the corners of the date picker in the stylesheet.', 'assistant', 'other')
  for (let number = 0; number < 20; number += 1)
    await said(`Entry ${number}: please tidy the list of suppliers and run the checks again.`, 'user', 'more')
  made.memory.now += 60_000
  return made
}

test('a session that opens is given its context', async () => {
  const { call } = await withFact()
  expect(await call('session-start', { source: 'startup' })).toContain('port 6543')
})

test('a compacted session is told where the rest is', async () => {
  const { call } = await withFact()
  const text = await call('session-start', { source: 'compact' })
  expect(text).toContain('port 6543')
  expect(text).toContain('kept word for word')
})

test('a host that has our hook in two places is given the context once', async () => {
  const { call, memory } = await withFact()
  expect(await call('session-start', { source: 'startup' })).toContain('port 6543')
  expect(await call('session-start', { source: 'startup' })).toBeNull()
  expect(await call('session-start', { source: 'compact' })).toContain('port 6543')
  expect(await call('session-start', { source: 'startup', session_id: 'another' })).toContain('port 6543')
  memory.now += limits.hookTwinMsMax
  expect(await call('session-start', { source: 'startup' })).toContain('port 6543')
})

test('an empty memory has nothing to say', async () => {
  const { call } = hooksOver()
  expect(await call('session-start', { source: 'startup' })).toBeNull()
  expect(await call('user-prompt', { prompt: 'Which port?' })).toBeNull()
})

test('the first prompt brings back what is about it, once in a session', async () => {
  const { call } = await withFact()
  const prompt = 'Which port does the staging database listen on?'
  const text = await call('user-prompt', { prompt })
  expect(text).toContain('6543')
  expect(text).not.toContain('date picker')
  expect(countTokens(text ?? '')).toBeLessThanOrEqual(600)
  expect(await call('user-prompt', { prompt })).toBeNull()
  expect(await call('user-prompt', { prompt, session_id: 'another' })).toContain('6543')
})

test.each(['resume', 'compact'])('after %s no prompt is the first', async (source) => {
  const { call } = await withFact()
  await call('session-start', { source })
  expect(await call('user-prompt', { prompt: 'Which port does the staging database listen on?' })).toBeNull()
})

test.each([
  'Write a haiku about autumn leaves.',
  'hello',
  'Please add a button that exports the invoices as a spreadsheet, and run the checks again afterwards.',
  'Fix the failing login test on Windows.',
])('a prompt about something else brings back nothing: %s', async (prompt) => {
  const { call } = await withFact()
  expect(await call('user-prompt', { prompt })).toBeNull()
})

test('the recall can be switched off', async () => {
  const { call } = await withFact(false)
  expect(await call('user-prompt', { prompt: 'Which port does the staging database listen on?' })).toBeNull()
})

test('every event names the transcript to read on in', async () => {
  const { call, named } = hooksOver()
  for (const event of ['stop', 'subagent-stop', 'pre-compact', 'session-end'] as const)
    expect(await call(event, { transcript_path: `/t/${event}.jsonl` })).toBeNull()
  expect(named).toHaveLength(4)
})

test('a part that fails is left out', async () => {
  const hooks = createHooks<'claude-code'>({
    dispatch: () => Promise.reject(new Error('broken')),
    transcripts: { grew: () => Promise.reject(new Error('broken')), catchUp() {} },
    recallsFirstPrompt: true,
    now: () => 0,
    requestIds: createRequestIds(),
    log: silentLog,
  })
  const call = {
    client: 'claude-code',
    event: 'session-start',
    session_id: 's',
    transcript_path: '/t',
  } as const
  expect(await hooks.answer(call)).toBeNull()
})

test('a context too long for a hook is asked for again, smaller', async () => {
  const budgets: (number | undefined)[] = []
  const text = await contextWithin(1_000, async (budget) => {
    budgets.push(budget)
    const tokens = Math.min(budget ?? 2_000, 2_000)
    return { l1: 'wordy '.repeat(tokens), total_cached_tokens: tokens, total_dynamic_tokens: 0 }
  })
  expect(budgets.length).toBeGreaterThan(1)
  expect(text.length).toBeGreaterThan(800)
  expect(text.length).toBeLessThanOrEqual(1_000)
})

test('hosts’ own limits are met by ours', () => {
  // Claude Code 2.1.330: characters; Codex 0.169.0: tokens, which it counts as four bytes each.
  expect(limits.hookTextBytesMax).toBeLessThan(10_000)
})
