import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { visible, visibleJson } from '../../src/text/hidden.ts'
import { rememberedLine, rememberedLines, rememberedQuote, terminalText } from '../../src/text/remembered.ts'

const unseen =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
  /[\u034f\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/u
const liveTag = /(?<!\\)(?:\\\\)*<(?:[/!?|]|script|img|(?<=(?:^|[^\p{L}\p{N}_])\\*<)[a-z])/iu

const nasty = fc.constantFrom(
  ...[
    '\n',
    '\r',
    '\r\n',
    '\u2028',
    '\u0085',
    '\v',
    '\f',
    '\t',
    ' ',
    '\u00a0',
    '\\',
    '\\\\',
    '#',
    '## L0 Identity',
    '>',
    '```',
    '~~~',
    '---',
    '=',
    '-',
  ],
  ...[
    '<',
    '</',
    '<script>',
    '<img ',
    '<!--',
    '<|x|>',
    '--<cache-breakpoint>--',
    '![',
    '“',
    '”',
    '(2026-03-01, user)',
    '- ',
    'a',
    'Ω',
    '🦊',
  ],
  ...[
    '\u001b[31m',
    '\u009b31m',
    '\u0000',
    '\u007f',
    '\u202e',
    '\u2066',
    '\u200b',
    '\u200d',
    '\ufe0f',
    '\u{e0041}',
    '\ud800',
    '\udfff',
    '\u3164',
    '\u00ad',
  ],
)
const text = fc
  .array(fc.oneof({ weight: 6, arbitrary: nasty }, fc.string({ unit: 'binary', maxLength: 4 })), {
    maxLength: 30,
  })
  .map((parts) => parts.join(''))

describe('whatever is remembered', () => {
  test('is one line without structure, markup or anything unseen', () => {
    fc.assert(
      fc.property(text, (given) => {
        const line = rememberedLine(given)
        expect(line).not.toMatch(/[\n\r\v\f]/)
        expect(line).not.toMatch(unseen)
        expect(line).not.toMatch(/^\s*(?:[#>`~]|-{3,}|={3,})/)
        expect(line).not.toMatch(/^\s*(?:-+|=+)\s*$/)
        expect(line).not.toMatch(/[“”]|(?<!\\)\(\d{4}-\d\d-\d\d, user\)|(?<!\\)!\[/)
        expect(line).not.toMatch(liveTag)
        expect(line).not.toContain('--<cache-breakpoint>--')
      }),
      { numRuns: 2_000 },
    )
  })

  test('is a quotation of which every line is marked', () => {
    fc.assert(
      fc.property(text, (given) => {
        const quoted = rememberedQuote(given)
        expect(quoted.split('\n').filter((line) => !/^>(?: |$)/.test(line))).toEqual([])
        expect(quoted).not.toMatch(/[\r\v\f\u2028\u2029\u0085]/)
        expect(quoted).not.toMatch(unseen)
        expect(quoted).not.toMatch(/^> \s*(?:[#>`~]|-{3,}|={3,})/m)
        expect(quoted).not.toMatch(liveTag)
      }),
      { numRuns: 2_000 },
    )
  })

  test('opens no block where the user’s own words stand unquoted', () => {
    fc.assert(
      fc.property(text, (given) => {
        const lines = rememberedLines(given)
        expect(lines).not.toMatch(/^\s*(?:[#>`~]|-{3,}|={3,}|(?:-+|=+)\s*$)/m)
        expect(lines).not.toMatch(unseen)
        expect(lines).not.toMatch(liveTag)
      }),
    )
  })

  test('cannot steer a terminal', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(terminalText(given)).not.toMatch(unseen)
      }),
      { numRuns: 2_000 },
    )
  })

  test('is read whole where a program quotes it', () => {
    fc.assert(
      fc.property(text, (given) => {
        const shown = visible(given)
        expect(shown.replaceAll('\r\n', '\n')).not.toMatch(unseen)
        expect(visible(shown)).toBe(shown)
      }),
      { numRuns: 1_000 },
    )
  })

  test('is the same value in JSON, with nothing unseen in it', () => {
    fc.assert(
      fc.property(text, (given) => {
        const json = visibleJson(JSON.stringify({ text: given }))
        expect(json).not.toMatch(
          /[\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e0fff}]/u,
        )
        expect(JSON.parse(json)).toEqual({ text: given })
      }),
    )
  })
})

describe('what scripts and emoji need stays where it belongs', () => {
  test.each([
    ['a heart with its colour', '❤️'],
    ['a keycap', '1️⃣'],
    ['a family', '👨‍👩‍👧 and 👩🏽‍💻'],
    ['Persian', 'می‌خواهم'],
    ['Sinhala', 'ශ්‍රී'],
    ['accents', 'Café e\u0301té'],
    ['generics and comparisons', 'Map<string, Array<number>> and a < b && b > c'],
  ])('%s', (_, given) => {
    expect(visible(given)).toBe(given)
    expect(rememberedLine(given)).toBe(given)
  })

  test.each([
    ['a joiner between letters', 'ad\u200dmin', 'ad\ufffdmin'],
    ['a second selector', '❤\ufe0f\ufe0f', '❤\ufe0f\ufffd'],
    ['a selector on a letter', 'a\ufe0f', 'a\ufffd'],
    ['a joiner before nothing', '👨\u200d', '👨\ufffd'],
  ])('%s does not', (_, given, expected) => {
    expect(visible(given)).toBe(expected)
  })
})
