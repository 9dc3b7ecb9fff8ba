import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sentencesOf } from '../../src/consolidation/sentences.ts'

const texts = (text: string): string[] => sentencesOf(text).map((sentence) => sentence.text)

describe('sentences of a turn', () => {
  test('end where people end them, not at abbreviations, versions or file names', () => {
    expect(
      texts(
        'I use node v22.14, e.g. for the daemon. See config.json for Dr. Lind. Is that fine? it does. then go on.',
      ),
    ).toEqual([
      'I use node v22.14, e.g. for the daemon.',
      'See config.json for Dr. Lind.',
      'Is that fine?',
      'it does.',
      'then go on.',
    ])
  })

  test('full stops inside inline code end nothing', () => {
    expect(texts('Run `a. B. c` first. Then stop it.')).toEqual(['Run `a. B. c` first.', 'Then stop it.'])
  })

  test('a sentence wrapped by an editor is one; two short lines are two', () => {
    const wrapped = 'This sentence was wrapped at a column that some editor likes,\nand it ends here.'
    expect(texts(wrapped)).toEqual([wrapped])
    expect(texts('run the tests\nthen commit it')).toEqual(['run the tests', 'then commit it'])
  })

  test('text without spaces between words has sentences too', () => {
    expect(texts('今日は良い天気です。明日も晴れます。')).toEqual([
      '今日は良い天気です。',
      '明日も晴れます。',
    ])
  })

  test('list items know the heading or lead-in above them and their check box', () => {
    const text =
      '## Left to do\n- [ ] write the docs\n\nStill open:\n\n1. the old bug\nA paragraph of its own.'
    expect(sentencesOf(text).map(({ text: each, under, box }) => [each, under, box])).toEqual([
      ['write the docs', 'left to do', 'open'],
      ['Still open:', 'left to do', null],
      ['the old bug', 'still open', null],
      ['A paragraph of its own.', 'left to do', null],
    ])
  })

  test('any text gives ordered, disjoint, verbatim stretches whose plain form has the same length', () => {
    const fragment = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(
        '```\n',
        '> ',
        '\n',
        '\r\n',
        '. ',
        '"',
        '“',
        '”',
        '`',
        '- [ ] ',
        '# ',
        '<a>',
        '</a>',
        '。',
        '’',
      ),
    )
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 30 }), (fragments) => {
        const text = fragments.join('')
        let from = 0
        for (const sentence of sentencesOf(text)) {
          expect(sentence.start).toBeGreaterThanOrEqual(from)
          expect(sentence.end).toBeGreaterThan(sentence.start)
          expect(text.slice(sentence.start, sentence.end)).toBe(sentence.text)
          expect(sentence.plain).toHaveLength(sentence.text.length)
          from = sentence.end
        }
      }),
    )
  })
})
