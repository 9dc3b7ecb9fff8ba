// Puts one property or list item into JSON text, or a value in the place of another, and touches no other byte: the
// library's own edits lay out anew the lines that they come by. What is new follows the look of what stands around it.
import { createScanner, findNodeAtLocation, type Node, parseTree } from 'jsonc-parser'
import { assert } from '../../kit/assert.ts'

type Path = readonly (string | number)[]

export interface Layout {
  /** One step of indentation. */
  readonly indent: string
  readonly lineEnd: string
}

/**
 * `value` at `path`, in place of what is there; what is missing on the way is made. At the end of a list, `path` ends
 * with its length. Raises where something else than an object or a list is on the way.
 */
export function putAt(text: string, path: Path, value: unknown, layout: Layout): string {
  const root = parseTree(text, [], { allowTrailingComma: true })
  assert(root !== undefined, 'text to put something into holds a value')
  const standing = findNodeAtLocation(root, [...path])
  if (standing !== undefined) return replaced(text, standing, value, layout)
  const known = path.findIndex((_, at) => findNodeAtLocation(root, path.slice(0, at + 1)) === undefined)
  const parent = findNodeAtLocation(root, path.slice(0, known))
  const [key, ...rest] = path.slice(known)
  const fits = typeof key === 'number' ? parent?.type === 'array' : parent?.type === 'object'
  if (parent === undefined || key === undefined || !fits)
    throw new TypeError(`there is no place for ${path.join('.')}`)
  const nested = rest.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value)
  return inserted(text, parent, typeof key === 'number' ? null : key, nested, layout)
}

function replaced(text: string, node: Node, value: unknown, layout: Layout): string {
  const isFlat =
    !text.slice(node.offset, endOf(node)).includes('\n') && isOneLine(text, node.parent?.parent ?? node)
  const written = isFlat ? flat(value) : spread(value, indentAt(text, node.offset), layout)
  return text.slice(0, node.offset) + written + text.slice(endOf(node))
}

function inserted(text: string, parent: Node, key: string | null, value: unknown, layout: Layout): string {
  const name = key === null ? '' : `${JSON.stringify(key)}: `
  const last = parent.children?.at(-1)
  if (last === undefined) return intoEmpty(text, parent, name, value, layout)
  if (isOneLine(text, parent)) return behind(text, last, ` ${name}${flat(value)}`)
  const first = parent.children?.[0] ?? last
  const indent = ownIndent(text, first.offset) ?? `${indentAt(text, parent.offset)}${layout.indent}`
  return behind(text, last, `${layout.lineEnd}${indent}${name}${spread(value, indent, layout)}`)
}

/** With the comma that parts it from `last`; behind a comment that ends the line of `last`. */
function behind(text: string, last: Node, addition: string): string {
  const { comma, end } = whatFollows(text, endOf(last))
  const separator = comma ? '' : ','
  return `${text.slice(0, endOf(last))}${separator}${text.slice(endOf(last), end)}${addition}${text.slice(end)}`
}

/** Whether a comma follows, and where the comma and the comments of its line end. */
function whatFollows(text: string, from: number): { readonly comma: boolean; readonly end: number } {
  const scanner = createScanner(text, false)
  scanner.setPosition(from)
  const found = { comma: false, end: from }
  for (;;) {
    scanner.scan()
    const [at, length] = [scanner.getTokenOffset(), scanner.getTokenLength()]
    const token = text.slice(at, at + length)
    if (token === ',' && !found.comma) Object.assign(found, { comma: true, end: at + length })
    else if (token.startsWith('/')) {
      if (isOnLineOf(text, found.end, at)) found.end = at + length
    } else if (token.trim() !== '' || length === 0) return found
  }
}

function isOnLineOf(text: string, one: number, other: number): boolean {
  return !text.slice(one, other).includes('\n')
}

function intoEmpty(text: string, parent: Node, name: string, value: unknown, layout: Layout): string {
  const inside = text.slice(parent.offset + 1, endOf(parent) - 1)
  const isPart = parent.parent !== undefined && isOneLine(text, parent.parent.parent ?? parent.parent)
  const [start, end] = [parent.offset + 1, endOf(parent) - 1]
  if (inside.trim() === '' && isPart) return `${text.slice(0, start)}${name}${flat(value)}${text.slice(end)}`
  const outer = indentAt(text, parent.offset)
  const indent = `${outer}${layout.indent}`
  const written = `${layout.lineEnd}${indent}${name}${spread(value, indent, layout)}${layout.lineEnd}${outer}`
  // What stands inside can only be comments.
  return `${text.slice(0, start)}${inside.trimEnd()}${written}${text.slice(end)}`
}

/** Nothing in it begins a line; an object without a line break is one line by chance when it is empty. */
function isOneLine(text: string, { offset, length, children }: Node): boolean {
  return children !== undefined && children.length > 0 && !text.slice(offset, offset + length).includes('\n')
}

/** Of the line that holds `offset`. */
function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  return /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? ''
}

/** The indentation of what begins its line; null when something stands before it. */
function ownIndent(text: string, offset: number): string | null {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const before = text.slice(lineStart, offset)
  return lineStart > 0 && before.trim() === '' ? before : null
}

function spread(value: unknown, indent: string, layout: Layout): string {
  return JSON.stringify(value, null, layout.indent).replaceAll('\n', `${layout.lineEnd}${indent}`)
}

/** On one line, with a space after each comma and colon. */
function flat(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flat).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}: ${flat(inner)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

function endOf({ offset, length }: Node): number {
  return offset + length
}
