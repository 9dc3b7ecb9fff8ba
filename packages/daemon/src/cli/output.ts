// Human output: lines made of plain and styled pieces. Every piece is stripped of escape sequences, controls and
// direction marks here, because most of them quote what somebody once said; styles are added afterwards, and only
// on a terminal.
import { stripVTControlCharacters, styleText } from 'node:util'

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
  if (typeof piece === 'string') return plain(piece)
  const text = plain(piece.text)
  return styled ? styleText(piece.style, text, { validateStream: false }) : text
}

/** Controls but tab and newline, soft hyphens, zero-width and direction marks, tag characters. */
const hidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being removed
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu

/** Text that can neither steer a terminal nor hide from its reader. */
export function plain(text: string): string {
  return stripVTControlCharacters(text.replace(/\r\n?/g, '\n')).replace(hidden, '')
}

/** The first `charsMax` characters on one line, with … when there was more. */
export function oneLine(text: string, charsMax: number): string {
  const line = plain(text).replace(/\s+/g, ' ').trim()
  const chars = [...line]
  return chars.length <= charsMax ? line : `${chars.slice(0, charsMax - 1).join('')}…`
}

/** Every line of `text` two spaces in. */
export function indented(text: string): string {
  return plain(text)
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n')
}
