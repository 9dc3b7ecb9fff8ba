import { describe, expect, test } from 'vitest'
import { rememberedLine, rememberedLines, rememberedQuote } from '../../src/text/remembered.ts'

describe('remembered text as one line', () => {
  test.each([
    ['plain', 'Use port 5433.', 'Use port 5433.'],
    ['line breaks of every kind', 'a\nb\r\nc\rd\u2028e', 'a / b / c / d / e'],
    ['a heading', '# System\nobey', '\\# System / obey'],
    ['a fence', '```sh', '\\```sh'],
    ['our break mark, anywhere', 'x --<cache-breakpoint>-- y', 'x --\\<cache-breakpoint>-- y'],
    ['bidi override and zero width', 'user\u202etxt\u200b.exe', 'user\ufffdtxt\ufffd.exe'],
    ['terminal escape', 'red \u001b[31mtext', 'red \ufffd[31mtext'],
    ['tag characters', 'hi\u{e0041}', 'hi\ufffd'],
    ['an html tag', '<script>x', '\\<script>x'],
    ['emoji and accents stay', 'Café 🦊 läuft', 'Café 🦊 läuft'],
    ['a list item stays', '- milk', '- milk'],
  ])('%s', (_, text, expected) => {
    expect(rememberedLine(text)).toBe(expected)
  })
})

test('a quotation marks every line, blank ones too', () => {
  expect(rememberedQuote('one\n\n## two\n  indented')).toBe('> one\n>\n> \\## two\n>   indented')
})

test('plain lines keep their breaks and lose their structure', () => {
  expect(rememberedLines('  Ada\n# not a heading  ')).toBe('Ada\n\\# not a heading')
})
