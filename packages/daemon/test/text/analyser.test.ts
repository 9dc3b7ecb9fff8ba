import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { analyse, analyseText, isStopTerm } from '../../src/text/analyser.ts'

describe('words', () => {
  test.each([
    ['case and plural', 'The Servers were RESTARTED', ['the', 'server', 'be', 'restart']],
    ['irregular verbs', 'she bought what he sold', ['she', 'buy', 'what', 'he', 'sell']],
    ['irregular plurals', 'two children and their mice', ['two', 'child', 'and', 'their', 'mous']],
    ['short forms and their plurals', 'apps in the repos', ['applic', 'in', 'the', 'repositori']],
    ['apostrophes, straight and curled', "John's dog doesn’t bark", ['john', 'dog', 'doesnt', 'bark']],
    ['thousands', 'it cost $12,500 in 2024', ['it', 'cost', '12500', 'in', '2024']],
    ['numbers with letters stay whole', 'the 5th run took 100ms', ['the', '5th', 'run', 'take', '100ms']],
    ['signed names', 'C++, C# and F# code', ['cpp', 'csharp', 'and', 'fsharp', 'code']],
    ['plural acronyms', 'PDFs and APIs', ['pdf', 'and', 'api']],
    ['accents', 'naïve café in Łódź', ['naiv', 'cafe', 'in', 'lodz']],
    ['wide and ligature letters', 'ＡＢＣ ﬁle', ['abc', 'file']],
    ['Cyrillic, ё as е', 'Ёлка стоит', ['елка', 'стоит']],
    ['Arabic without vowel signs', 'الْكِتَاب', ['الكتاب']],
    ['nothing but punctuation', '-- *** … ??', []],
    ['emoji stand alone', '🚀 deploy 🚀', ['deploy']],
  ])('%s', (_, text, words) => {
    expect(analyseText(text).words).toEqual(words)
  })
})

describe('identifiers', () => {
  test.each([
    ['camelCase', 'getUserName', ['get', 'user', 'name'], ['getusernam']],
    ['an acronym inside', 'parseHTTPHeader', ['pars', 'http', 'header'], ['parsehttphead']],
    ['snake_case in capitals', 'MAX_RETRY_COUNT', ['max', 'retri', 'count'], ['maxretrycount']],
    ['kebab-case', 'dry-run', ['dri', 'run'], ['dryrun']],
    ['a flag', '--no-cache', ['no', 'cach'], ['nocach']],
    ['a path', 'src/recall/score.ts', ['src', 'recal', 'score', 'typescript'], ['scoret', 'srcrecallscoret']],
    [
      'a Windows path',
      'C:\\Users\\me\\notes.md',
      ['c', 'user', 'me', 'note', 'md'],
      ['notesmd', 'cusersmenotesmd'],
    ],
    ['a dotted name', 'app.config.loader', ['applic', 'configur', 'loader'], ['appconfigload']],
    ['a namespace', 'std::vec::Vec', ['std', 'vec', 'vec'], ['stdvecvec']],
    ['a version', 'v1.2.3', ['v1', '2', '3'], ['1·2·3']],
    ['the same version without v', '1.2.3', ['1', '2', '3'], ['1·2·3']],
    ['a date', '2024-03-15', ['2024', '03', '15'], ['2024·03·15']],
    ['error codes', 'E0277 TS2345 0x80070005', ['e0277', 'ts2345', '0x80070005'], []],
    ['an error name', 'ERR_MODULE_NOT_FOUND', ['err', 'modul', 'not', 'find'], ['errmodulenotfound']],
    ['a commit hash and its short form', '4e5c7cc1a9b2', ['4e5c7cc1a9b2'], ['4e5c7cc']],
    ['an address', 'me@example.org', ['me', 'exampl', 'org'], ['meexampleorg']],
  ])('%s', (_, text, words, extras) => {
    expect(analyseText(text)).toEqual({ words, extras })
  })

  const word = fc.stringMatching(/^[a-z]{2,6}$/)
  const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

  test('one identifier in any spelling gives one whole, which is also the word of its lower-case letters', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 2, maxLength: 4 }), (words) => {
        const spellings = [
          words.join('_'),
          words.join('-'),
          words.join('.'),
          words.join('_').toUpperCase(),
          words.map(capital).join('_'),
          words[0] + words.slice(1).map(capital).join(''),
        ]
        const whole = analyseText(words.join('')).words
        for (const spelling of spellings)
          expect(analyseText(spelling).extras).toEqual(expect.arrayContaining([...whole]))
      }),
    )
  })
})

describe('scripts without blanks', () => {
  test.each([
    ['Chinese', '我们使用数据库', '使用'],
    ['Chinese, a word inside a longer one', '数据库连接池', '数据'],
    ['Japanese', 'データベース接続を設定する', 'データベース'],
    ['Thai', 'ฉันต้องการข้อมูล', 'ข้อมูล'],
    ['Korean with a particle', '서버가 죽었다', '서버'],
    ['Latin inside Chinese', '使用SQLite数据库', 'sqlite'],
  ])('%s', (_, text, question) => {
    const held = new Set(analyse(text))
    for (const term of analyse(question)) expect(held).toContain(term)
  })
})

describe('any text', () => {
  const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.lorem())

  test('terms are never empty, never hold blanks or ASCII capitals', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const term of analyse(text)) expect(term).toMatch(/^[^\sA-Z]+$/u)
      }),
    )
  })

  test('the terms of two texts are the terms of both together', () => {
    fc.assert(
      fc.property(anyText, anyText, (first, second) => {
        const both = analyseText(`${first}\n${second}`)
        expect(both.words).toEqual([...analyseText(first).words, ...analyseText(second).words])
      }),
    )
  })

  test('a letter with both an accent and a stroke is one letter, however it is composed', () => {
    for (const form of ['NFC', 'NFD'] as const)
      expect(analyse('Ǽsir ǿre'.normalize(form))).toEqual(analyse('aesir ore'))
  })

  test('composed and decomposed spellings are one', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(analyse(text.normalize('NFD'))).toEqual(analyse(text.normalize('NFC')))
      }),
    )
  })

  test('what is remembered of earlier texts changes nothing', () => {
    const text = 'The migrations in src/store/sqlite ran twice'
    const before = analyse(text)
    for (let index = 0; index < 60_000; index++) analyse(`filler${index}`)
    expect(analyse(text)).toEqual(before)
  })

  test('a megabyte without a blank is one short word', () => {
    const terms = analyse('a'.repeat(1_000_000))
    expect(terms).toHaveLength(1)
    expect(terms[0]?.length).toBeLessThan(100)
  })
})

test('stop-words are known in the form the analyser gives them', () => {
  for (const word of ['the', 'having', 'were', 'does', 'very']) {
    for (const term of analyse(word)) expect(isStopTerm(term)).toBe(true)
  }
  for (const word of ['server', 'deploy', 'test']) expect(isStopTerm(word)).toBe(false)
})
