// Human output: lines made of plain and styled pieces. Every piece goes through terminalText here, because most of them
// quote what somebody once said; styles are added afterwards, and only on a terminal.
import { styleText } from 'node:util'
import { terminalText } from '../text/remembered.ts'

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red'
export type Piece = string | { readonly text: string; readonly style: Style }
/** One line of output; text in it may hold line breaks of its own. */
export type Line = readonly Piece[]

export function bold(text: string): Piece {
  return { text, style: 'bold' }
}

export function dim(text: string): Piece {
  return { text, style: 'dim' }
}

export function renderLines(lines: readonly Line[], styled: boolean): string {
  return lines.map((line) => `${line.map((piece) => renderPiece(piece, styled)).join('')}\n`).join('')
}

function renderPiece(piece: Piece, styled: boolean): string {
  if (typeof piece === 'string') return terminalText(piece)
  const text = terminalText(piece.text)
  return styled ? styleText(piece.style, text, { validateStream: false }) : text
}

/** The first `charsMax` characters on one line, with … when there was more. */
export function oneLine(text: string, charsMax: number): string {
  const line = terminalText(text).replace(/\s+/g, ' ').trim()
  const chars = [...line]
  return chars.length <= charsMax ? line : `${chars.slice(0, charsMax - 1).join('')}…`
}

/** A name that somebody gave, whole and on one line, so that it cannot begin a line of ours. */
export function nameText(name: string): string {
  return oneLine(name, Number.POSITIVE_INFINITY)
}

/** Every line of `text` two spaces in. */
export function indented(text: string): string {
  return terminalText(text)
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n')
}
