// Takes one property or list item out of JSON text, with its comma and the lines that become empty, and nothing else:
// the library's own removal takes neighbouring comments with it and lays out anew what stands around.
import { createScanner, findNodeAtLocation, type Node, parseTree } from 'jsonc-parser'

/** The text unchanged when there is nothing at `path`. */
export function removeAt(text: string, path: readonly (string | number)[]): string {
  const root = parseTree(text, [], { allowTrailingComma: true })
  const value = root === undefined ? undefined : findNodeAtLocation(root, [...path])
  const node = value?.parent?.type === 'property' ? value.parent : value
  if (node?.parent?.children === undefined) return text
  const siblings = node.parent.children
  const before = siblings[siblings.indexOf(node) - 1]
  const comma =
    commaBetween(text, endOf(node), node.parent) ?? (before && commaBetween(text, endOf(before), node.parent))
  // Back to front, so that what is cut does not move what is still to be cut.
  const cuts: [number, number][] = [wholeLines(text, node.offset, endOf(node), comma)]
  if (comma !== undefined && !(comma >= (cuts[0]?.[0] ?? 0) && comma < (cuts[0]?.[1] ?? 0)))
    cuts.push([comma, comma + 1])
  return cuts
    .sort(([a], [b]) => b - a)
    .reduce((rest, [from, to]) => rest.slice(0, from) + rest.slice(to), text)
}

function endOf({ offset, length }: Node): number {
  return offset + length
}

/** Offset of the comma that is the next thing after `from`, comments aside. */
function commaBetween(text: string, from: number, parent: Node): number | undefined {
  const scanner = createScanner(text, true)
  scanner.setPosition(from)
  scanner.scan()
  const at = scanner.getTokenOffset()
  return text[at] === ',' && at < endOf(parent) ? at : undefined
}

/** From the first to the last character of the lines between when nothing else stands on them; else the node alone. */
function wholeLines(text: string, start: number, end: number, comma: number | undefined): [number, number] {
  const isNext = comma !== undefined && comma >= end && text.slice(end, comma).trim() === ''
  const last = isNext ? comma + 1 : end
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const lineEnd = text.indexOf('\n', last)
  const isAlone =
    text.slice(lineStart, start).trim() === '' && lineEnd >= 0 && text.slice(last, lineEnd).trim() === ''
  if (isAlone && lineStart > 0) return [lineStart, lineEnd + 1]
  const blanks = /^[ \t]*/.exec(text.slice(last))?.[0].length ?? 0
  return [start, isNext ? last + blanks : last]
}
