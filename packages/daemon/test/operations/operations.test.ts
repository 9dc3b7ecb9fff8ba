import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { operations } from '../../src/operations/operations.ts'
import { fixture } from './support.ts'

const named =
  'session_start_payload session_exit memory_recall memory_capture memory_contradict memory_reinforce memory_consolidate profile_get profile_set topology events_query memory_capture_batch memory_get memory_ids memory_list memory_pin memory_forget memory_export session_list session_get session_hashes texts_forgotten project_list project_get project_merge project_rename project_why status'

describe('the list of operations', () => {
  test('holds every method of the contract, each once', () => {
    const names = operations.map((operation) => operation.name)
    expect(new Set(names).size).toBe(names.length)
    for (const name of named.split(' ')) expect(names).toContain(name)
  })

  test.each(operations.map((operation) => [operation.name, operation] as const))(
    '%s: its example parses',
    (_, operation) => {
      expect(operation.params.safeParse(operation.example).error).toBeUndefined()
    },
  )
})

describe('dispatch', () => {
  test.each([
    ['memory_recall', {}, 'invalid_params', "missing required param: 'cue'"],
    ['memory_capture', { text: 5 }, 'invalid_params', /^param 'text': .*expected string.*; got a number$/],
    [
      'memory_capture_batch',
      { turns: [{ role: 'user' }] },
      'invalid_params',
      "missing required param: 'turns.0.text'",
    ],
    ['memory_get', { ids: ['a'], extra: 1 }, 'invalid_params', "unknown param: 'extra'"],
    ['memory_recall', { cue: 'x', budget_tokens: -1 }, 'invalid_params', /^param 'budget_tokens'/],
    ['memory_recall', { cue: 'x', limit: 1e9 }, 'invalid_params', /^param 'limit'/],
    ['memory_recall', { cue: 'x', cwd: 'shop' }, 'invalid_params', /^param 'cwd': expected an absolute path/],
    ['memory_capture', { text: 'x', cwd: '/a\0b' }, 'invalid_params', /^param 'cwd': .* without NUL/],
    ['session_list', { cwd: '.' }, 'invalid_params', /^param 'cwd'/],
    ['session_start_payload', { cwd: '~/shop' }, 'invalid_params', /^param 'cwd'/],
    ['hypervector_recall', {}, 'unknown_method', "unknown method 'hypervector_recall'"],
    ['constructor', {}, 'unknown_method', "unknown method 'constructor'"],
  ])('%s with %j is %s', async (method, params, code, message) => {
    const error = await fixture()
      .call(method, params)
      .catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code })
    expect((error as Error).message).toMatch(message)
  })

  test.each([
    ['memory_recall', { cue: 'x', roles: 'secret' }, /got a string of 6 characters$/],
    ['memory_recall', { cue: 'x', roles: ['secret'] }, /got a string of 6 characters$/],
    ['memory_recall', { cue: 'x', limit: 421_234 }, /^param 'limit': .*; got a number$/],
    ['memory_recall', { cue: 'x', all_projects: 'secret' }, /got a string of 6 characters$/],
    ['memory_recall', { cue: 'x', since: { secret: 1 } }, /got an object$/],
    ['profile_set', { knob: 'secret', value: 'x' }, /got a string of 6 characters$/],
    ['memory_capture_batch', { turns: ['secret'] }, /got a string of 6 characters$/],
  ])('an error about %s %j never repeats what was sent', async (method, params, ending) => {
    const error = await fixture()
      .call(method, params)
      .catch((caught: unknown) => caught)
    expect((error as Error).message).toMatch(ending)
    expect((error as Error).message).not.toMatch(/secret|421/)
  })

  const endless = `a\u001b[31mred\u202e\n${'é'.repeat(500)}`
  test.each([
    [endless, {}],
    ['memory_get', { ids: ['a'], [endless]: 1 }],
    ['memory_pin', { id: endless }],
    ['session_get', { session_id: endless }],
  ])('a name is repeated only so far, and without what steers a terminal (%#)', async (method, params) => {
    const error = await fixture()
      .call(method, params)
      .catch((caught: unknown) => caught)
    expect((error as Error).message).toMatch(/'a\[31mredé{91}…'/)
  })

  test.each([
    ['memory_recall', { cue: 'x', cue_embedding: [0.1], language: 'en' }],
    ['memory_capture', { text: 'x', cue: 'session_turn', tier: 'episodic' }],
    ['memory_consolidate', { session_id: '-' }],
    ['events_query', { kind: 'started', severity: 'info' }],
    ['session_start_payload', { budget_tokens: '400' }],
    ['session_start_payload', { budget_tokens: 400 }],
    ['session_start_payload', { budget_tokens: null }],
  ])('%s takes %j, as older clients and query strings send it', async (method, params) => {
    await expect(fixture().call(method, params)).resolves.toBeTruthy()
  })

  test.each(operations.map(({ name, example }) => [name, example] as const))(
    '%s refuses a name that it does not know',
    async (method, example) => {
      await expect(fixture().call(method, { ...(example as object), projct: 'x' })).rejects.toThrow(
        "unknown param: 'projct'",
      )
    },
  )

  test.each([true, '', [], '1e3', '-1', -1, 1.5, {}, ' 5'])(
    'budget_tokens is not %j',
    async (budget_tokens) => {
      await expect(fixture().call('session_start_payload', { budget_tokens })).rejects.toThrow(
        /^param 'budget_tokens': .*expected .*; got /,
      )
    },
  )

  test.each(operations.map((operation) => [operation.name, operation] as const))(
    '%s: null for every optional parameter is as good as absent',
    (_, { params, example }) => {
      const optionalNames = Object.keys((params as z.ZodObject).shape).filter(
        (name) => (params as z.ZodObject).shape[name]?.safeParse(undefined).success,
      )
      const nulls = Object.fromEntries(optionalNames.map((name) => [name, null]))
      const given = Object.entries(example as object).filter(([name]) => !optionalNames.includes(name))
      expect(params.safeParse({ ...nulls, ...Object.fromEntries(given) }).error).toBeUndefined()
    },
  )

  test('of many unknown names some are told', async () => {
    const params = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`p${n}`, n]))
    await expect(fixture().call('status', params)).rejects.toThrow(
      "unknown param: 'p0', 'p1', 'p2', 'p3', 'p4' and 35 more",
    )
  })

  test('null for an optional parameter is as good as absent', async () => {
    const answer = await fixture().call('memory_recall', {
      cue: 'x',
      session_id: null,
      cwd: null,
      budget_tokens: null,
    })
    expect(answer).toEqual({
      hits: [],
      anti_hits: [],
      left_out: { count: 0, floor: 0.33, best: 0 },
      activation_trace: expect.any(Array),
      budget_used: 0,
      cue_mode: 'concept',
      cue_words: { asked: expect.any(Number), known: expect.any(Number) },
      patterns_observed: [],
    })
  })
})
