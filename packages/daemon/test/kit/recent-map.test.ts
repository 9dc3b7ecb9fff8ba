import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { ownString, RecentMap } from '../../src/kit/recent-map.ts'
import { analyseText } from '../../src/text/analyser.ts'

test('it never holds more than it was made for, and keeps what is asked for again and again', () => {
  const map = new RecentMap<number>(10)
  map.set('often', -1)
  for (let index = 0; index < 1_000; index += 1) {
    map.set(`once ${index}`, index)
    expect(map.size).toBeLessThanOrEqual(10)
    expect(map.get('often')).toBe(-1)
  }
  expect(map.get('once 999')).toBe(999)
  expect(map.get('once 0')).toBeUndefined()
})

test('a string of its own is the same string, unit by unit', () => {
  for (const text of ['', 'plain', 'Grüße, 東京', '\ud800 half a pair', 'a\0b'])
    expect(ownString(`before ${text} after`.slice(7, 7 + text.length))).toBe(text)
})

test('what the analyser remembers of a word does not keep the text that it came from', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const before = process.memoryUsage().heapUsed
  // 30 MiB in all; each text brings one identifier that is long enough to be kept as a piece of it.
  for (let index = 0; index < 30; index += 1) {
    analyseText(`${'the same again '.repeat(70_000)}identifierOfText${index}`)
  }
  collect()
  expect((process.memoryUsage().heapUsed - before) / 1_048_576).toBeLessThan(10)
})
