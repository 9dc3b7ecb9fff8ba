import { describe, expect, test } from 'vitest'
import { meaningfulTerms } from '../../src/embedding/builtin/meaningful-terms.ts'
import { WordVectors } from '../../src/embedding/builtin/word-vectors.ts'
import { tinyModel } from './tiny-model.ts'
import { cosine, lengthOf } from './vectors.ts'

const vectors = new WordVectors(tinyModel)

describe('words to vectors', () => {
  test('a text points where its words point', () => {
    expect(vectors.embed('servers')).toEqual(Float32Array.from([1, 0, 0, 0]))
    expect(cosine(vectors.embed('a server'), vectors.embed('the machines'))).toBeGreaterThan(0.95)
    expect(cosine(vectors.embed('a server'), vectors.embed('the cake'))).toBe(0)
  })

  test('every text has length 1 or 0', () => {
    expect(lengthOf(vectors.embed('sugar cake on a server'))).toBeCloseTo(1, 6)
    for (const empty of ['', 'the and of', '?!', '🚀']) expect(lengthOf(vectors.embed(empty))).toBe(0)
  })

  test('frequent words count less', () => {
    const [computing = 0, , common = 0] = vectors.embed('server common')
    expect(computing).toBeGreaterThan(20 * common)
  })

  test('a word said twice counts more, but not twice as much', () => {
    const [server = 0, cake = 0] = vectors.embed('server server cake')
    expect(server / cake).toBeGreaterThan(1.5)
    expect(server / cake).toBeLessThan(2)
  })

  test('an unknown word points where its pieces point, and counts less than a known one', () => {
    expect(cosine(vectors.embed('servrverx'), vectors.embed('server'))).toBeGreaterThan(0.9)
    const [computing = 0, baking = 0] = vectors.embed('servery sugar')
    expect(computing).toBeGreaterThan(0)
    expect(computing).toBeLessThan(baking)
  })

  test('identifiers count by their parts', () => {
    expect(meaningfulTerms('getServerCake')).toEqual(['get', 'server', 'cake'])
    expect(cosine(vectors.embed('ServerCake'), vectors.embed('server cake'))).toBeCloseTo(1, 6)
  })

  test.each([
    ['How do we log people in?', ['log', 'person', 'login']],
    ['We logged in and rolled it back', ['log', 'login', 'roll', 'back', 'rollback']],
    ['put the log file down', ['put', 'log', 'file']],
    ['backup', ['backup']],
  ])('verbs that computing writes as one word: %s', (text, terms) => {
    expect(meaningfulTerms(text)).toEqual(terms)
  })

  test('emphasis moves a text towards the words it names', () => {
    const plain = vectors.embed('server cake')
    const stressed = vectors.embed('server cake', new Map([['cake', 3]]))
    expect(stressed[1]).toBeGreaterThan(plain[1] as number)
    expect(lengthOf(stressed)).toBeCloseTo(1, 6)
  })
})
