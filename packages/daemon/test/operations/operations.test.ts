import { describe, expect, test } from 'vitest'
import { operations } from '../../src/operations/operations.ts'
import { fixture } from './support.ts'

const named =
  'session_start_payload session_exit memory_recall memory_capture memory_contradict memory_reinforce memory_consolidate profile_get profile_set topology events_query memory_capture_batch memory_get memory_list memory_pin memory_forget memory_export session_list session_get session_hashes status'

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
    ['memory_capture', { text: 5 }, 'invalid_params', /^param 'text': .*expected string.*; got 5$/],
    [
      'memory_capture_batch',
      { turns: [{ role: 'user' }] },
      'invalid_params',
      "missing required param: 'turns.0.text'",
    ],
    ['memory_get', { ids: ['a'], extra: 1 }, 'invalid_params', "unknown param: 'extra'"],
    ['memory_recall', { cue: 'x', budget_tokens: -1 }, 'invalid_params', /^param 'budget_tokens'/],
    ['memory_recall', { cue: 'x', limit: 1e9 }, 'invalid_params', /^param 'limit'/],
    ['hypervector_recall', {}, 'unknown_method', "unknown method 'hypervector_recall'"],
    ['constructor', {}, 'unknown_method', "unknown method 'constructor'"],
  ])('%s with %j is %s', async (method, params, code, message) => {
    const error = await fixture()
      .call(method, params)
      .catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code })
    expect((error as Error).message).toMatch(message)
  })

  test('an error never repeats a long text back', async () => {
    const error = await fixture()
      .call('memory_recall', { cue: 'x', roles: 'a secret sentence that is longer than forty characters' })
      .catch((caught: unknown) => caught)
    expect((error as Error).message).not.toContain('secret')
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
      activation_trace: expect.any(Array),
      budget_used: 0,
      cue_mode: 'concept',
      patterns_observed: [],
    })
  })
})
