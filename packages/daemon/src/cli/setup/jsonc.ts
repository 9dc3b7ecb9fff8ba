// Edits JSON and JSONC as text: comments, order, indentation and line ends stay. A text with errors is refused with the
// place of the first one; trailing commas and comments are none, because the hosts take them.
import { isDeepStrictEqual } from 'node:util'
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser'
import { AppError } from '../../kit/errors.ts'
import { type Layout, putAt } from './jsonc-insertion.ts'
import { removeAt } from './jsonc-removal.ts'

export interface JsonEdit {
  readonly path: readonly (string | number)[]
  /** undefined: remove it */
  readonly value: unknown
  /** At the end of a list, which is longer by one then. */
  readonly isNewItem?: boolean
}

const bom = '\ufeff'

/** An empty text is an empty object. Raises config_invalid with line and column. */
export function parseJsonc(text: string, file: string): unknown {
  const body = withoutBom(text)
  if (isBlank(body)) return {}
  const errors: ParseError[] = []
  const root: unknown = parse(body, errors, { allowTrailingComma: true })
  const [first] = errors
  if (first !== undefined) {
    throw new AppError(
      'config_invalid',
      `${file}:${placeOf(body, first.offset)}: ${wordsOf(first)}; correct it and set up again. Nothing was changed`,
    )
  }
  if (typeof root !== 'object' || root === null || Array.isArray(root)) {
    throw new AppError(
      'config_invalid',
      `${file}: does not hold one JSON object; correct it and set up again`,
    )
  }
  return root
}

export function editJson(text: string, file: string, edits: readonly JsonEdit[]): string {
  if (edits.length === 0) return text
  const hasBom = text.startsWith(bom)
  let body = withoutBom(text)
  if (isBlank(body)) body = `{}${lineEnd(body)}`
  for (const { path, value } of edits) {
    if (value === undefined) {
      body = removeAt(body, path)
      continue
    }
    body = withValue(body, file, { path, value })
  }
  const result = `${hasBom ? bom : ''}${body}`
  const expected = edits.reduce(withEdit, parseJsonc(text, file))
  if (!isDeepStrictEqual(readOrNull(result, file), expected)) throw unsafe(file)
  return result
}

function withValue(body: string, file: string, { path, value }: JsonEdit): string {
  try {
    return putAt(body, path, value, layoutOf(body))
  } catch (cause) {
    throw unsafe(file, cause)
  }
}

function unsafe(file: string, cause?: unknown): AppError {
  const text = `${file}: cannot be edited safely as it is written; add our part by hand`
  return new AppError('config_invalid', text, { cause })
}

function readOrNull(text: string, file: string): unknown {
  try {
    return parseJsonc(text, file)
  } catch {
    return null
  }
}

/** What the file has to say after an edit: the edit on its values instead of its text. */
function withEdit(root: unknown, { path, value, isNewItem = false }: JsonEdit): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (Array.isArray(root)) {
    const at = Number(key)
    if (rest.length > 0) return root.with(at, withEdit(root[at], { path: rest, value, isNewItem }))
    if (isNewItem) return root.toSpliced(at, 0, value)
    return value === undefined ? root.toSpliced(at, 1) : root.with(at, value)
  }
  const object = { ...(root as Record<string, unknown> | undefined) }
  const inner = withEdit(object[key], { path: rest, value, isNewItem })
  if (inner === undefined) delete object[key]
  else object[key] = inner
  return object
}

function layoutOf(text: string): Layout {
  return { indent: /^([\t ]+)\S/m.exec(text)?.[1] ?? '  ', lineEnd: lineEnd(text) }
}

function lineEnd(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n')
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
}

/** 'CommaExpected' as 'comma expected'. */
function wordsOf({ error }: ParseError): string {
  return printParseErrorCode(error)
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase()
}

function withoutBom(text: string): string {
  return text.startsWith(bom) ? text.slice(1) : text
}

function isBlank(text: string): boolean {
  return text.trim() === ''
}
