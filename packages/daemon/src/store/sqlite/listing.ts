// Lists memories by time. Walks the narrowest index for the question, one project or session at a time, and merges,
// so that a page costs what it returns and not what the store holds.
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { AppError } from '../../kit/errors.ts'
import { cursorOf, type ListPosition, positionOf } from '../cursor.ts'
import type { MemoryFilter } from '../filter.ts'
import type { ListedMemory, ListPage, Store } from '../store.ts'
import { withinChars } from '../within-chars.ts'
import { type StringColumn, toIdColumn } from './columns.ts'
import { createFilterResolver, type FilterParams, type ResolvedFilter } from './memory-filter.ts'
import { type MemoryRow, memoryOf } from './memory-rows.ts'
import * as projectSql from './project-sql.ts'
import type { Sync } from './protocol.ts'
import * as sql from './sql.ts'

type ListParams = FilterParams & ListPosition & { readonly key: number | null; readonly limit: number }
type Way = keyof typeof sql.listMemories

export function createListing(
  db: Database,
): (filter: MemoryFilter, page: ListPage) => readonly ListedMemory[] {
  const resolve = createFilterResolver(db)
  const placeOfMemory = db.prepare<{ id: StringColumn }, { seq: number; said_at: number }>(
    sql.positionOfMemory,
  )
  const projectSeqs = db.prepare<[], { seq: number }>(projectSql.allProjectSeqs)
  const prepared = (way: Way) => ({
    newest: db.prepare<ListParams, MemoryRow>(sql.listMemories[way].newest),
    oldest: db.prepare<ListParams, MemoryRow>(sql.listMemories[way].oldest),
  })
  const statements = {
    ofSession: prepared('ofSession'),
    pinned: prepared('pinned'),
    pinnedAnywhere: prepared('pinnedAnywhere'),
    statements: prepared('statements'),
    ofProject: prepared('ofProject'),
    all: prepared('all'),
  }

  function startOf({ order, after }: ListPage): ListPosition {
    if (after === undefined) {
      return { saidAt: order === 'newest' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY, seq: 0 }
    }
    const position = positionOf(after)
    if (position !== null) return position
    const row = placeOfMemory.get({ id: toIdColumn(after) })
    if (row === undefined) {
      throw new AppError(
        'not_found',
        `there is no memory ${after} to continue after; begin with the first page`,
      )
    }
    return { saidAt: row.said_at, seq: row.seq }
  }

  function keysOf(way: Way, filter: ResolvedFilter): readonly (number | null)[] {
    if (way === 'all' || way === 'pinnedAnywhere') return [null]
    if (way === 'ofSession') return filter.sessionSeqs ?? []
    return filter.projectSeqs ?? projectSeqs.all().map((row) => row.seq)
  }

  return function list(filter, page) {
    const resolved = resolve(filter)
    const way = wayFor(filter)
    const statement = statements[way][page.order]
    const start = startOf(page)
    const rows = keysOf(way, resolved).flatMap((key) => {
      const asked = { ...resolved.params, ...start, key, limit: page.limit }
      const { charsMax } = page
      return charsMax === undefined ? statement.all(asked) : withinChars(statement.iterate(asked), charsMax)
    })
    const sign = page.order === 'newest' ? -1 : 1
    const listed = rows.sort((a, b) => sign * (a.said_at - b.said_at || a.seq - b.seq)).slice(0, page.limit)
    return withinChars(listed, page.charsMax).map((row) => ({
      ...memoryOf(row),
      cursor: cursorOf({ saidAt: row.said_at, seq: row.seq }),
    }))
  }
}

function wayFor(filter: MemoryFilter): Way {
  if (filter.session !== undefined) return 'ofSession'
  if (filter.pin !== undefined) return filter.projects === null ? 'pinnedAnywhere' : 'pinned'
  if (filter.kinds !== undefined && !filter.kinds.includes('turn')) return 'statements'
  return filter.projects === null ? 'all' : 'ofProject'
}

/** Store.reliedOn. */
export function createReliedOn(db: Database): Sync<Pick<Store, 'reliedOn'>>['reliedOn'] {
  const resolve = createFilterResolver(db)
  const ofProject = db.prepare<{ key: number; limit: number }, MemoryRow>(sql.reliedOn)
  return (projects, { limit, charsMax }) => {
    const rows = (resolve({ projects }).projectSeqs ?? [])
      .flatMap((key) => withinChars(ofProject.iterate({ key, limit }), charsMax))
      .sort((a, b) => b.reinforced - a.reinforced || b.said_at - a.said_at || b.seq - a.seq)
    return withinChars(rows.slice(0, limit), charsMax).map(memoryOf)
  }
}
