// Adds a table of ours to the end of a TOML file and takes it away again, as text: no editor of TOML that keeps comments
// is needed for that. The file is read before and after, so that nothing else can have changed its meaning.
import { isDeepStrictEqual } from 'node:util'
import { parse, stringify, TomlError } from 'smol-toml'
import { AppError } from '../../kit/errors.ts'

/** A table of ours in a file. */
export interface TomlTable {
  readonly file: string
  /** Path of a table that is ours alone, and what is in it. */
  readonly table: readonly [string, ...string[]]
  readonly values: Readonly<Record<string, string | number | boolean | readonly string[]>>
}

type Table = { [key: string]: unknown }

/** Raises config_invalid with line and column. */
export function parseToml(text: string, file: string): Table {
  try {
    return plain(parse(text)) as Table
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [reason = ''] = error.message.split('\n')
    throw new AppError(
      'config_invalid',
      `${file}:${error.line}:${error.column}: ${reason}; correct it and set up again. Nothing was changed`,
      { cause: error },
    )
  }
}

/** The parser's tables have no prototype, which would make them differ from ours. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}

export function appendToml(text: string, change: TomlTable): string {
  const { file, table, values } = change
  const before = parseToml(text, file)
  const there = tableAt(before, table)
  if (isDeepStrictEqual(there, values)) return text
  const rest = there === undefined ? text : withoutTable(text, change)
  const end = lineEnd(text)
  const gap = rest === '' ? '' : rest.endsWith('\n') ? end : `${end}${end}`
  const result = `${rest}${gap}${blockOf(change).replaceAll('\n', end)}`
  assertOnlyOurs(before, readOrNull(result, file), change, values)
  return result
}

export function removeToml(text: string, change: TomlTable): string {
  const before = parseToml(text, change.file)
  if (tableAt(before, change.table) === undefined) return text
  const result = withoutTable(text, change)
  assertOnlyOurs(before, readOrNull(result, change.file), change, undefined)
  return result
}

function blockOf({ table, values }: TomlTable): string {
  const nested = table.reduceRight<unknown>((inner, key) => ({ [key]: inner }), values)
  return stringify(nested as Table)
}

/** The text without our header and what follows it, up to the next header. A blank line before it goes, too. */
function withoutTable(text: string, change: TomlTable): string {
  const [header = ''] = blockOf(change).split('\n')
  const lines = text.split(/(?<=\n)/)
  const from = lines.findIndex((line) => line.trim() === header)
  if (from < 0) throw unsafe(change)
  const next = lines.slice(from + 1).findIndex((line) => line.trimStart().startsWith('['))
  let to = next < 0 ? lines.length : from + 1 + next
  // Comments after the last value belong to whoever wrote them.
  while (isCommentOrBlank(lines[to - 1])) to -= 1
  const blank = from > 0 && lines[from - 1]?.trim() === '' ? 1 : 0
  return [...lines.slice(0, from - blank), ...lines.slice(to)].join('')
}

function isCommentOrBlank(line = ''): boolean {
  return /^\s*(?:#.*)?$/.test(line.trimEnd())
}

function tableAt(root: Table, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Table | undefined)?.[key], root)
}

/** `after` must say what `before` said, with our table being `values`. */
function assertOnlyOurs(before: Table, after: Table | null, change: TomlTable, values: unknown): void {
  if (after === null || !isDeepStrictEqual(tableAt(after, change.table), values)) throw unsafe(change)
  if (!isDeepStrictEqual(withoutPath(before, change.table), withoutPath(after, change.table)))
    throw unsafe(change)
}

/** `root` without the table and without parents that hold nothing else. */
function withoutPath(root: Table, [key = '', ...rest]: readonly string[]): Table {
  const { [key]: inner, ...others } = root
  if (rest.length === 0 || typeof inner !== 'object' || inner === null) return others
  const kept = withoutPath(inner as Table, rest)
  return Object.keys(kept).length === 0 ? others : { ...others, [key]: kept }
}

function readOrNull(text: string, file: string): Table | null {
  try {
    return parseToml(text, file)
  } catch {
    return null
  }
}

function unsafe({ file, table }: TomlTable): AppError {
  return new AppError(
    'config_invalid',
    `${file}: [${table.join('.')}] cannot be edited safely as it is written; correct it by hand`,
  )
}

function lineEnd(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}
