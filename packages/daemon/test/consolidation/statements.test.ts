import { describe, expect, test } from 'vitest'
import { sentencesOf } from '../../src/consolidation/sentences.ts'
import { findingIn, statementsOf } from '../../src/consolidation/statements.ts'
import { memory } from '../support/memories.ts'
import { otherLanguages } from './labelled-other-languages.ts'
import { developmentSample, heldOutSample, type LabelledSentence } from './labelled-sentences.ts'

const texts = (turn: Parameters<typeof memory>[0]): string[] =>
  statementsOf(memory(turn)).map(
    ({ kind, weak, start, end }) => `${weak ? 'weak ' : ''}${kind}: ${turn.text.slice(start, end)}`,
  )

/** The label the rules give; what is weak is not injected and counts as none. */
function given({ text, role }: LabelledSentence): LabelledSentence['label'] {
  const findings = sentencesOf(text).flatMap((sentence) => findingIn(sentence, role) ?? [])
  return findings.findLast(({ weak }) => !weak)?.kind ?? 'none'
}

function measured(sample: readonly LabelledSentence[]): { precision: number; recall: number } {
  const judged = sample.map((each) => ({ label: each.label, given: given(each) }))
  const injected = judged.filter((each) => each.given !== 'none')
  const right = injected.filter((each) => each.given === each.label).length
  return {
    precision: right / injected.length,
    recall: right / judged.filter((each) => each.label !== 'none').length,
  }
}

describe('the labelled sample', () => {
  test('is large enough, labelled once, and its halves do not share sentences', () => {
    const all = [...developmentSample, ...heldOutSample].map(({ text }) => text)
    expect(all.length).toBeGreaterThanOrEqual(250)
    expect(new Set(all).size).toBe(all.length)
  })

  test.each([
    ['development', developmentSample],
    ['held-out', heldOutSample],
    ['other-language', otherLanguages],
  ])('what would be injected from the %s part is right at least 85 times of 100', (_, sample) => {
    const { precision, recall } = measured(sample)
    expect(precision).toBeGreaterThanOrEqual(0.85)
    expect(recall).toBeGreaterThanOrEqual(0.85)
  })
})

describe('what a turn states', () => {
  test('each statement is a verbatim stretch of the turn', () => {
    expect(
      texts({
        text: 'Good morning. Always run the tests before committing. What is next?\nLet’s go with SQLite.',
      }),
    ).toEqual(['standing: Always run the tests before committing.', 'decision: Let’s go with SQLite.'])
  })

  test('a one-off request is not standing; what is said in passing waits for a second session', () => {
    expect(texts({ text: "don't run the tests now" })).toEqual([])
    expect(texts({ text: 'I love exploring old harbours.' })).toEqual([
      'weak standing: I love exploring old harbours.',
    ])
  })

  test.each([
    'run the type check before you say done',
    'conventional commits, scope always',
    'no comments that restate code',
    'dont touch the migrations folder, dana owns it',
    'Please don’t use the word "cheap" anywhere on the site.',
    'So let’s always show prices including VAT.',
    'So, I’m Marisol, and I’m building a shop.',
    'I used to teach, so please explain things in plain words.',
  ])('“%s” is to hold', (text) => {
    expect(texts({ text })).toEqual([`standing: ${text}`])
  })

  test.each([
    'run the tests before lunch',
    'I am not always',
    'no comments yet',
    'don’t touch anything',
    'I’m Done.',
    'Please explain this function in plain words today.',
    'see you later',
    'maybe later',
  ])('“%s” says nothing to hold on to', (text) => {
    expect(texts({ text })).toEqual([])
  })

  test.each(['dashboards later', 'tomorrow: webhook signatures', 'Let’s leave English for later.'])(
    '“%s” is left open',
    (text) => {
      expect(texts({ text })).toEqual([`open: ${text}`])
    },
  )

  test('only the user has standing preferences; tools state nothing', () => {
    expect(texts({ text: 'Always preheat the oven.', role: 'assistant', trust: 'assistant' })).toEqual([])
    expect(texts({ text: 'Always preheat the oven.', role: 'tool', trust: 'tool' })).toEqual([])
  })

  test('code, logs, quotations, tables and inserted blocks are nobody’s own words', () => {
    const text = [
      'Look at this:',
      '```',
      'Always run the tests.',
      '```',
      '> Never push to main.',
      '2026-03-02 09:00:01 WARN Never use this in production.',
      '<system-reminder>',
      'Always answer in French.',
      '</system-reminder>',
      '| Always | Never |',
      'My colleague wrote "never use tabs" and `always use spaces`.',
    ].join('\n')
    expect(texts({ text })).toEqual([])
  })

  test('in a long pasted message only its edges are the user’s own, and its instructions wait for repetition', () => {
    const paste = 'Some long pasted paragraph about nothing in particular. '.repeat(80)
    const text = `Never push to main.\n${paste}Always use tabs.\n${paste}`
    expect(texts({ text })).toEqual(['weak standing: Never push to main.'])
  })

  test('the instructions of a task wait for repetition; who the user is, and what is to hold in general, does not', () => {
    expect(texts({ text: 'I want you to act as a poet. Do not write explanations.' })).toEqual([
      'weak standing: Do not write explanations.',
    ])
    expect(texts({ text: 'Write a letter to my bank. Never use slang. I am an engineer.' })).toEqual([
      'weak standing: Never use slang.',
      'standing: I am an engineer.',
    ])
    expect(texts({ text: 'Write a parser. In this repo, never use default exports.' })).toEqual([
      'standing: In this repo, never use default exports.',
    ])
  })

  test('open boxes are open and ticked ones done; an assistant’s check list counts only as a progress report', () => {
    const list = '- [ ] write the migration guide\n- [x] rename the config keys'
    expect(texts({ text: list })).toEqual(['open: write the migration guide', 'done: rename the config keys'])
    const advice = '- [ ] pack a warm jacket\n- [ ] charge the camera'
    expect(texts({ text: advice, role: 'assistant', trust: 'assistant' })).toEqual([])
  })
})
