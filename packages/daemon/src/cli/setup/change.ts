// What set-up wants of a configuration file, said so that it can be done, done again without effect, and taken back.
// Pure: from the text of a file to its new text. Everything that stands in the file stays as it is, byte for byte,
// comments and order included; after an edit the file is read again and must say what it said before and our part.
import { isDeepStrictEqual } from 'node:util'
import { assert } from '../../kit/assert.ts'
import { AppError } from '../../kit/errors.ts'
import { editJson, type JsonEdit, parseJsonc } from './jsonc.ts'
import { appendToml, removeToml } from './toml.ts'

export interface JsonChange {
  readonly format: 'jsonc'
  readonly file: string
  /** In words, for the plan: 'the plugin'. */
  readonly what: string
  /** Edits that bring it about; none when it is there already. */
  wanted(root: unknown): readonly JsonEdit[]
  /** Edits that take it away. */
  unwanted(root: unknown): readonly JsonEdit[]
}

export interface TomlChange {
  readonly format: 'toml'
  readonly file: string
  readonly what: string
  /** Path of a table that is ours alone, and what is in it. */
  readonly table: readonly [string, ...string[]]
  readonly values: Readonly<Record<string, string | number | boolean | readonly string[]>>
}

export type Change = JsonChange | TomlChange

/** The text with the change in it; the same text when it was there. Raises config_invalid, saying where and what. */
export function applyChange(text: string, change: Change): string {
  if (change.format === 'toml') return appendToml(text, change)
  return editJson(text, change.file, change.wanted(parseJsonc(text, change.file)))
}

/** The text without the change, for a file that was edited by others after us. */
export function removeChange(text: string, change: Change): string {
  if (change.format === 'toml') return removeToml(text, change)
  return editJson(text, change.file, change.unwanted(parseJsonc(text, change.file)))
}

type Path = readonly [string, ...string[]]

/** A value as an item of the list at `path`; it takes the place of an item that `isOurs`. */
export function listItem(
  of: Pick<JsonChange, 'file' | 'what'> & {
    readonly path: Path
    /** From our item as it stands, to keep what the user added to it. */
    value(standing: unknown): unknown
    isOurs(item: unknown): boolean
    /** Ours and as it should be: left alone. */
    isGood(item: unknown): boolean
  },
): JsonChange {
  const { file, what, path, value, isOurs, isGood } = of
  return {
    format: 'jsonc',
    file,
    what,
    wanted(root) {
      const list = valueAt(root, path)
      if (list === undefined) return [{ path, value: [value(undefined)] }]
      if (!Array.isArray(list)) throw notA('list', file, path)
      const at = list.findIndex(isOurs)
      if (at < 0) return [{ path: [...path, list.length], value: value(undefined), isNewItem: true }]
      return isGood(list[at]) ? [] : [{ path: [...path, at], value: value(list[at]) }]
    },
    unwanted(root) {
      const list = valueAt(root, path)
      if (!Array.isArray(list)) return []
      const ours = list.flatMap((item, at) => (isOurs(item) ? [at] : []))
      if (ours.length > 0 && ours.length === list.length) return [{ path, value: undefined }]
      return ours.reverse().map((at) => ({ path: [...path, at], value: undefined }))
    },
  }
}

/** `value` under a key that is ours alone. */
export function ownKey(
  of: Pick<JsonChange, 'file' | 'what'> & { readonly path: Path; readonly value: unknown },
): JsonChange {
  const { file, what, path, value } = of
  return {
    format: 'jsonc',
    file,
    what,
    wanted: (root) => (isDeepStrictEqual(valueAt(root, path), value) ? [] : [{ path, value }]),
    unwanted(root) {
      if (valueAt(root, path) === undefined) return []
      // A parent that we alone gave a reason to be goes with its only key.
      const parent = path.slice(0, -1)
      const siblings = valueAt(root, parent)
      const isAlone = parent.length > 0 && isObject(siblings) && Object.keys(siblings).length === 1
      return [{ path: isAlone ? parent : path, value: undefined }]
    },
  }
}

/** `value` under a key of the program's own settings, unless the user has set it to anything. */
export function defaultKey(
  of: Pick<JsonChange, 'file' | 'what'> & { readonly path: Path; readonly value: unknown },
): JsonChange {
  const change = ownKey(of)
  return {
    ...change,
    wanted: (root) => (valueAt(root, of.path) === undefined ? change.wanted(root) : []),
    unwanted: (root) => (isDeepStrictEqual(valueAt(root, of.path), of.value) ? change.unwanted(root) : []),
  }
}

/** The same change the other way round: what it would add is not to be there. */
export function absent(change: Change): Change {
  assert(change.format === 'jsonc', 'only changes of JSON are turned round')
  return { ...change, wanted: (root) => change.unwanted(root) }
}

export function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  let value = root
  for (const key of path) {
    if (Array.isArray(value) && typeof key === 'number') value = value[key]
    else if (isObject(value) && typeof key === 'string' && Object.hasOwn(value, key)) value = value[key]
    else return undefined
  }
  return value
}

/** The command and arguments of the MCP server at `path`, as they stand. */
export function commandAt(root: unknown, path: readonly string[]): readonly unknown[] {
  const args = valueAt(root, [...path, 'args'])
  return [valueAt(root, [...path, 'command']), ...(Array.isArray(args) ? args : [])]
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function notA(kind: string, file: string, path: Path): AppError {
  return new AppError(
    'config_invalid',
    `${file}: "${path.join('.')}" is not a ${kind}; correct it and set up again`,
  )
}
