// Erases what FTS5's own deletion leaves of removed terms. FTS5 keeps, per leaf page, a separator: the shortest beginning
// of the page's first term that tells it from the page before. Its secure-delete erases the term but leaves the
// separator, a piece of a forgotten word. Keeps: every separator stays above the last term of the page before and not
// above the first of its own, so that the index finds what it found.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import * as sql from './sql.ts'

export interface Separators {
  /** Replaces separators made of `terms` that no living term begins with. Call after the terms' counts are written. */
  eraseThoseOf(terms: Iterable<string>): void
  /** The same for every separator there is; looks at all terms. */
  eraseDead(): void
}

interface Separator {
  readonly segment: number
  /** '0' and the beginning of a term */
  readonly separator: Buffer
}

/** The nearest term, of those that are left, at or after some bytes, or before them. */
interface Living {
  next(beginning: Buffer): Buffer | null
  previous(beginning: Buffer): Buffer | null
}

export function createSeparators(db: Database): Separators {
  const flush = db.prepare(sql.flushIndex)
  const all = db.prepare<[], Separator>(sql.allSeparators)
  const ofProjects = createLiving(db, sql.livingTerms)

  /** SQLite guards the tables behind a virtual table; the guard is lifted for this alone. */
  function eraseWhere(isSuspect: (separator: Buffer) => boolean, living: Living): void {
    flush.run()
    db.unsafeMode(true)
    try {
      const replace = db.prepare<Separator & { replacement: Buffer }>(sql.replaceSeparator)
      let before: Separator | null = null
      for (const { segment, separator } of all.all()) {
        const previous: Buffer = before?.segment === segment ? before.separator : mainIndex
        const replacement: Buffer = isSuspect(separator)
          ? replacementFor(separator, previous, living)
          : separator
        if (replacement !== separator) replace.run({ segment, separator, replacement })
        before = { segment, separator: replacement }
      }
    } finally {
      db.unsafeMode(false)
    }
  }

  return {
    eraseThoseOf(terms) {
      const beginnings = beginningsOf(terms)
      if (beginnings.size === 0) return
      // A replacement is a term too, until it is forgotten in its turn.
      eraseWhere((separator) => beginnings.has(separator.toString('latin1').replace(/\0+$/, '')), ofProjects)
    },
    eraseDead() {
      db.exec(sql.createLivingList)
      eraseWhere(() => true, createLiving(db, sql.livingInList))
      db.exec(sql.dropLivingList)
    },
  }
}

function createLiving(
  db: Database,
  statements: { readonly next: string; readonly previous: string },
): Living {
  const next = db.prepare<{ beginning: Buffer }, { term: string | null }>(statements.next)
  const previous = db.prepare<{ beginning: Buffer }, { term: string | null }>(statements.previous)
  const bytesOf = (row: { term: string | null } | undefined) =>
    row?.term == null ? null : Buffer.from(row.term)
  return {
    next: (beginning) => bytesOf(next.get({ beginning })),
    previous: (beginning) => bytesOf(previous.get({ beginning })),
  }
}

/** Opens every term of the main index. */
const mainIndex = Buffer.from('0')
/** Below every byte of a term. */
const lowest = Buffer.of(0)

/**
 * `separator` itself when a living term begins with it. Else a value just above the living term and the separator
 * before it: between that and what the page begins with there is nothing.
 */
function replacementFor(separator: Buffer, before: Buffer, living: Living): Buffer {
  const beginning = separator.subarray(mainIndex.length)
  const next = living.next(beginning)
  if (next?.subarray(0, beginning.length).equals(beginning)) return separator
  const previous = living.previous(beginning)
  const term = previous === null ? mainIndex : Buffer.concat([mainIndex, previous])
  return Buffer.concat([Buffer.compare(term, before) > 0 ? term : before, lowest])
}

/** Every separator that could be made of `terms`, bytes as characters: one may end within a character. */
function beginningsOf(terms: Iterable<string>): Set<string> {
  const beginnings = new Set<string>()
  for (const term of terms) {
    const bytes = Buffer.concat([mainIndex, Buffer.from(term)])
    for (let end = mainIndex.length + 1; end <= bytes.length; end++) {
      beginnings.add(bytes.toString('latin1', 0, end))
    }
  }
  return beginnings
}
