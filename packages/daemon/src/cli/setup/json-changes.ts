// The kinds of change that set-up makes in JSON: an item of a list, a key of ours, a default for a key of the program's own.
import { isDeepStrictEqual } from 'node:util'
import { AppError } from '../../kit/errors.ts'
import type { JsonChange } from './change.ts'
import { isObject, valueAt } from './json-value.ts'
import type { JsonEdit } from './jsonc.ts'

export type KeyPath = readonly [string, ...string[]]

/** A value as an item of the list at `path`; it takes the place of an item that `isOurs`. */
export function listItem(
  of: Pick<JsonChange, 'file' | 'what'> & {
    readonly path: KeyPath
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
      const list = listAt(root, path, file)
      if (list === null) return [{ path, value: [value(undefined)] }]
      const at = list.findIndex(isOurs)
      if (at < 0) return [{ path: [...path, list.length], value: value(undefined), isNewItem: true }]
      return isGood(list[at]) ? [] : [{ path: [...path, at], value: value(list[at]) }]
    },
    unwanted(root) {
      const list = valueAt(root, path)
      if (!Array.isArray(list)) return []
      const ours = list.flatMap((item, at) => (isOurs(item) ? [at] : []))
      if (ours.length > 0 && ours.length === list.length) return [removalOf(root, path)]
      return ours.reverse().map((at) => ({ path: [...path, at], value: undefined }))
    },
  }
}

/** `value` under a key that is ours alone. */
export function ownKey(
  of: Pick<JsonChange, 'file' | 'what'> & { readonly path: KeyPath; readonly value: unknown },
): JsonChange {
  const { file, what, path, value } = of
  return {
    format: 'jsonc',
    file,
    what,
    wanted: (root) => (isDeepStrictEqual(valueAt(root, path), value) ? [] : [{ path, value }]),
    unwanted: (root) => (valueAt(root, path) === undefined ? [] : [removalOf(root, path)]),
  }
}

/** `value` under a key of the program's own settings, unless the user has set it to anything. */
export function defaultKey(
  of: Pick<JsonChange, 'file' | 'what'> & { readonly path: KeyPath; readonly value: unknown },
): JsonChange {
  const change = ownKey(of)
  return {
    ...change,
    wanted: (root) => (valueAt(root, of.path) === undefined ? change.wanted(root) : []),
    unwanted: (root) => (isDeepStrictEqual(valueAt(root, of.path), of.value) ? change.unwanted(root) : []),
  }
}

/** The list at `path`; null when there is none. Raises config_invalid when something else is there. */
export function listAt(root: unknown, path: KeyPath, file: string): readonly unknown[] | null {
  const list = valueAt(root, path)
  if (list === undefined) return null
  if (Array.isArray(list)) return list
  throw new AppError(
    'config_invalid',
    `${file}: "${path.join('.')}" is not a list; correct it and set up again`,
  )
}

/** A parent that we alone gave a reason to be goes with its only key. */
export function removalOf(root: unknown, path: KeyPath): JsonEdit {
  const parent = path.slice(0, -1)
  const siblings = valueAt(root, parent)
  const isAlone = parent.length > 0 && isObject(siblings) && Object.keys(siblings).length === 1
  return { path: isAlone ? parent : path, value: undefined }
}
