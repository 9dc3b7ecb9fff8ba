// How a finding reads.
import type { Line, Piece, Style } from '../output.ts'
import type { Finding } from './check.ts'

const marks: Readonly<Record<Finding['state'], readonly [string, Style]>> = {
  ok: ['ok  ', 'green'],
  note: ['note', 'dim'],
  fixed: ['done', 'green'],
  warn: ['warn', 'yellow'],
  fail: ['FAIL', 'red'],
}

/** Wide enough for the longest name of a check. */
const checkChars = 19

export function findingLines({ state, check, found, remedy, fix }: Finding): Line[] {
  const [text, style] = marks[state]
  const mark: Piece = { text, style }
  const line: Line = [mark, `  ${check.padEnd(checkChars)}${state === 'fixed' ? 'mended: ' : ''}${found}`]
  const byItself = fix === undefined ? '' : ' (--fix does it)'
  return remedy === undefined ? [line] : [line, [`      ${' '.repeat(checkChars)}→ ${remedy}${byItself}`]]
}
