// The yardstick: SQLite's own full-text search and nothing else. Porter stemming, stop-words left out of the question,
// OR of the other words, ranked by bm25(). It shares no code with the product's ranking.
import Database from 'better-sqlite3-multiple-ciphers'
import type { BenchQuery, BenchStore } from './dataset.ts'

const stopWords = new Set(
  'a an the and or but if of to in on at for from by with about as is are was were be been being am do does did doing have has had having i me my mine myself we our ours us you your yours yourself he him his she her hers it its they them their theirs this that these those what which who whom whose when where why how can could would should will shall may might must not no nor so than too very just im ive id ill youre youve youd dont didnt doesnt isnt wasnt arent werent cant couldnt wouldnt thats whats theres there here then also any some all each both more most other such only own same into over again further once out up down off'.split(
    ' ',
  ),
)

/** "don't" is one word to the stop list, and "Ada's" is Ada. */
function foldApostrophes(text: string): string {
  return text
    .replaceAll('\u2019', "'")
    .replace(/'s(?![\p{L}\p{N}])/gu, '')
    .replace(/(?<=\p{L})'(?=\p{L})/gu, '')
}

/** Returns a function from question to turn ids, best first. */
export function openFts5Baseline(store: BenchStore) {
  const db = new Database(':memory:')
  db.exec(`create virtual table turn using fts5(text, tokenize = 'porter unicode61')`)
  const insert = db.prepare<{ row: number; text: string }>(
    'insert into turn(rowid, text) values ($row, $text)',
  )
  db.transaction(() => {
    store.turns.forEach((turn, index) => {
      const text = turn.speaker === null ? turn.text : `${turn.speaker}: ${turn.text}`
      insert.run({ row: index + 1, text: foldApostrophes(text) })
    })
  })()
  const select = db.prepare<{ match: string }, { rowid: number }>(
    'select rowid from turn where turn match $match order by bm25(turn), rowid limit 200',
  )
  return {
    ask(query: BenchQuery): string[] {
      const all =
        foldApostrophes(query.text)
          .toLowerCase()
          .match(/[\p{L}\p{N}]+/gu) ?? []
      const content = all.filter((word) => !stopWords.has(word))
      const words = [...new Set(content.length > 0 ? content : all)]
      if (words.length === 0) return []
      const match = words.map((word) => `"${word}"`).join(' OR ')
      return select.all({ match }).map(({ rowid }) => store.turns[rowid - 1]?.id ?? '')
    },
    close(): void {
      db.close()
    },
  }
}
