// Looks into the file that a killed daemon left, from a copy: is it sound, does everything derived from the rows agree
// with them, and is what was forgotten gone from all of it. Returns what is wrong, in words; empty when all is well.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { chapterOf, projectOfChapter } from '../../packages/daemon/src/store/seats.ts'
import { readCipherNote } from '../../packages/daemon/src/store/sqlite/cipher-note.ts'
import { analyserVersion, analyseText } from '../../packages/daemon/src/text/analyser.ts'
import { wordCountOf } from '../../packages/daemon/src/text/passage-terms.ts'
import { openInProcess } from '../../packages/daemon/test/store/support/in-process-store.ts'
import { openRaw } from '../../packages/daemon/test/store/support/sqlite-fixture.ts'
import { markPattern } from './invented.ts'

export interface Inspection {
  /** Words of which none may be anywhere in the file. */
  readonly gone: ReadonlySet<string>
  /** What the store is under; default: the key in the file `.key`. */
  readonly key?: Buffer
  /** Also build the index anew from the rows, and compare. */
  readonly deep: boolean
}

/** Null when there is no store yet. */
export function inspectStore(dataDir: string, inspection: Inspection): readonly string[] {
  const file = join(dataDir, 'memory.db')
  if (!existsSync(file)) return existsSync(`${file}-wal`) ? ['a log without its store'] : []
  const folder = mkdtempSync(join(tmpdir(), 'iai-look-'))
  try {
    const copy = join(folder, 'memory.db')
    for (const suffix of ['', '-wal', '.cipher']) {
      if (existsSync(`${file}${suffix}`)) cpSync(`${file}${suffix}`, `${copy}${suffix}`)
    }
    const key = inspection.key ?? Buffer.from(readFileSync(join(dataDir, '.key'), 'utf8').trim(), 'hex')
    const wrong = inspectCopy(copy, key, inspection)
    return inspection.deep ? [...wrong, ...differencesWhenRebuilt(copy, key)] : wrong
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function inspectCopy(file: string, key: Buffer, { gone }: Inspection): string[] {
  const db = openRaw(file, readCipherNote(file)?.cipher, key)
  try {
    const wrong: string[] = []
    const integrity = db.pragma('integrity_check', { simple: true })
    if (integrity !== 'ok') wrong.push(`integrity_check: ${integrity}`)
    const broken = db.pragma('foreign_key_check') as unknown[]
    if (broken.length > 0) wrong.push(`foreign_key_check: ${broken.length} rows`)
    try {
      db.exec(`INSERT INTO passage_index (passage_index, rank) VALUES ('integrity-check', 1)`)
    } catch (error) {
      wrong.push(`text index: ${error instanceof Error ? error.message : error}`)
    }
    return [...wrong, ...wrongCounts(db), ...wrongDerived(db), ...traces(db, gone)]
  } finally {
    db.close()
  }
}

interface Tally {
  passages: number
  words: number
}

/** The totals that ranking uses are those of the passages. */
function wrongCounts(db: Database): string[] {
  const terms = new Map<string, number>()
  const projects = new Map<number, Tally>()
  const rows = db.prepare<[], { seat: number; terms: string; indexed: string | null }>(
    'SELECT g.seat, g.terms, i.terms AS indexed FROM passage g LEFT JOIN passage_index i ON i.rowid = g.seat',
  )
  const wrong: string[] = []
  for (const { seat, terms: evidence, indexed } of rows.all()) {
    if (indexed === null) {
      wrong.push(`passage ${seat} is not in the text index`)
      continue
    }
    const project = projectOfChapter(chapterOf(seat))
    const tally = projects.get(project) ?? { passages: 0, words: 0 }
    tally.passages += 1
    tally.words += wordCountOf(evidence)
    projects.set(project, tally)
    for (const term of new Set(indexed === '' ? [] : indexed.split(' '))) {
      const name = `${project} ${term}`
      terms.set(name, (terms.get(name) ?? 0) + 1)
    }
  }
  const indexedRows = count(db, 'SELECT count(*) AS n FROM passage_index')
  if (indexedRows !== count(db, 'SELECT count(*) AS n FROM passage'))
    wrong.push('the text index has other rows')
  const counted = db
    .prepare<[], { project: number; term: string; passages: number }>('SELECT * FROM term')
    .all()
  if (counted.length !== terms.size)
    wrong.push(`${counted.length} terms are counted, ${terms.size} are there`)
  const miscounted = counted.filter((row) => terms.get(`${row.project} ${row.term}`) !== row.passages)
  if (miscounted.length > 0) wrong.push(`${miscounted.length} terms are counted wrongly`)
  for (const row of db
    .prepare<[], { project: number; passages: number; words: number }>('SELECT * FROM project_words')
    .all()) {
    const tally = projects.get(row.project) ?? { passages: 0, words: 0 }
    if (tally.passages !== row.passages || tally.words !== row.words)
      wrong.push(`totals of project ${row.project}`)
  }
  const unindexed = count(
    db,
    'SELECT count(*) AS n FROM memory m WHERE NOT EXISTS (SELECT 1 FROM passage g WHERE g.memory = m.seq)',
  )
  if (unindexed > 0) wrong.push(`${unindexed} memories have no passage`)
  return wrong
}

/** What was derived quotes only what is there and holds. */
function wrongDerived(db: Database): string[] {
  const stale = count(
    db,
    `SELECT count(*) AS n FROM derived_source d LEFT JOIN memory m ON m.seq = d.memory
     WHERE m.seq IS NULL OR m.superseded_by IS NOT NULL`,
  )
  const orphaned = count(
    db,
    `SELECT count(*) AS n FROM memory m WHERE m.superseded_by IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM memory o WHERE o.id = m.superseded_by)`,
  )
  return [
    ...(stale > 0 ? [`${stale} derived rows quote what is gone or superseded`] : []),
    ...(orphaned > 0 ? [`${orphaned} memories are superseded by what is not there`] : []),
  ]
}

/** Every column that may hold words, of every table. */
const wordColumns = [
  ['memory', 'text'],
  ['passage', 'terms'],
  ['passage_index', 'terms'],
  ['term', 'term'],
  ['session', 'title'],
  ['derived', 'body'],
  ['event', 'data'],
  ['profile', 'value'],
] as const

function traces(db: Database, gone: ReadonlySet<string>): string[] {
  const seen = new Map<string, number>()
  let marksSeen = 0
  for (const [table, column] of wordColumns) {
    const values = db.prepare<[], { value: unknown }>(`SELECT ${column} AS value FROM ${table}`)
    for (const { value } of values.iterate()) {
      const text = Buffer.isBuffer(value)
        ? `${value.toString('latin1')} ${value.toString('utf16le')}`
        : String(value)
      for (const [mark] of text.matchAll(markPattern)) {
        marksSeen += 1
        if (gone.has(mark)) seen.set(`${table}.${column}`, (seen.get(`${table}.${column}`) ?? 0) + 1)
      }
    }
  }
  // Looking for what must not be there proves something only where what may be there is found.
  if (marksSeen === 0 && count(db, 'SELECT count(*) AS n FROM memory') > 0)
    return ['no mark was recognised at all']
  return [...seen].map(([place, times]) => `came back: forgotten words in ${place}, ${times} times`)
}

function count(db: Database, query: string): number {
  return db.prepare<[], { n: number }>(query).get()?.n ?? 0
}

const indexTables = ['passage', 'passage_index', 'term', 'project_words', 'chapter'] as const

/** An index built anew is the index that grew. */
function differencesWhenRebuilt(file: string, key: Buffer): string[] {
  const rebuiltBy = { version: analyserVersion + 1, analyse: analyseText }
  const { db, store, reindexing } = openInProcess({ file, key }, rebuiltBy)
  const dump = (): string[] =>
    indexTables.map((table) => {
      const key = table === 'passage_index' ? 'rowid, *' : '*'
      return JSON.stringify(db.prepare(`SELECT ${key} FROM ${table} ORDER BY 1, 2`).all())
    })
  const grown = dump()
  while (reindexing.pending()) db.transaction(() => reindexing.step(() => true)).immediate()
  const rebuilt = dump()
  void store.close()
  return indexTables
    .filter((_, index) => grown[index] !== rebuilt[index])
    .map((table) => `rebuilt differs: ${table}`)
}
