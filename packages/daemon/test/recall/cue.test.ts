import { describe, expect, test } from 'vitest'
import { readCue } from '../../src/recall/cue.ts'

const now = Date.UTC(2026, 4, 20, 12)
const read = (text: string) => readCue(text, now)
const termsOf = (text: string) => read(text).terms.map(({ term }) => term)

test('drops stop-words, unless nothing else is left', () => {
  expect(termsOf('what is the port of the cache')).toEqual(['port', 'cach'])
  expect(termsOf('what was that about')).toEqual(['what', 'be', 'that', 'about'])
})

test('keeps identifiers as parts and whole', () => {
  expect(termsOf('where is maxRetryCount set')).toEqual(['max', 'retri', 'count', 'set', 'maxretrycount'])
})

test.each([
  ['"no route to host"', 'verbatim'],
  ['“no route to host”', 'verbatim'],
  ['«нет маршрута»', 'verbatim'],
  ['where did "no route" come from', 'concept'],
  ['no route to host', 'concept'],
])('%s is %s', (text, mode) => {
  expect(read(text).mode).toBe(mode)
})

test('quoted stretches keep their stop-words', () => {
  expect(read('who said "it works for me"?').phrases).toEqual([['it', 'work', 'for', 'me']])
  expect(read('an empty "" and a "!"').phrases).toEqual([])
})

describe('wording', () => {
  test.each([
    ['how many replicas do we run', 'number'],
    ['when did we switch to Vite', 'time'],
    ['who reviewed the parser', 'name'],
    ['can you suggest a name for it', 'advice'],
  ] as const)('%s wants a %s', (text, kind) => {
    expect(read(text).wants[kind]).toBe(true)
  })

  test('what happened is not a wish for advice', () => {
    expect(read('what did you suggest for the parser').wants.advice).toBe(false)
    expect(read('what did you suggest for the parser').asksAssistant).toBe(true)
    expect(read('could you suggest a parser').asksAssistant).toBe(false)
  })
})

test.each(['', '   ', '?!…', '🚀', '\0', '"', '""', 'NEAR("a*" -b:c)', '\ud800', 'مرحبا', '#'.repeat(5_000)])(
  'reads %j without complaint',
  (text) => {
    expect(read(text).terms.length).toBeLessThan(10)
  },
)

test('a very long cue is read within bounds', () => {
  const cue = read(Array.from({ length: 20_000 }, (_, index) => `word${index}`).join(' '))
  expect(cue.terms.length).toBeLessThanOrEqual(64)
})

test.each([
  ['how many bikes do I own now', false],
  ['what is left of the budget this month', false],
  ['how many bikes did I own last year', true],
  ['what did we do this month, and what in May', true],
  ['which port does staging use', false],
])('%j names a time that is past: %s', (text, expected) => {
  expect(readCue(text, now).namesPast).toBe(expected)
})
