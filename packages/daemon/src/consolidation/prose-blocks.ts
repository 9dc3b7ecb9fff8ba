// Finds the prose of a message: paragraphs, list items and single lines that a person would read aloud. Fenced and
// indented code, tables, block quotations, tagged insertions, logs and stack traces are passed over. Pure, one pass.
import { limits } from '../kit/limits.ts'

export interface ProseBlock {
  /** UTF-16 offsets; list marks and check boxes are outside. */
  readonly start: number
  readonly end: number
  /** The state of the check box before it, if it is a list item with one. */
  readonly box: 'open' | 'done' | null
  /** The heading or lead-in ("Left to do:") it stands under, lower case, without marks; '' when there is none. */
  readonly under: string
}

interface Line {
  readonly start: number
  readonly text: string
}

const heading = /^\s{0,3}#{1,6}\s+(.{1,120})$/u
const boldHeading = /^\s*(?:\d{1,2}[.)]\s+)?(\*\*[^*]{2,60}\*\*:?|__[^_]{2,60}__:?)\s*$/u
const listMark = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+(?:\[([ xX])\]\s+)?/u
const leadIn = /^.{1,80}:\s*$/u

/** The prose blocks of `text`, in order. */
export function proseBlocks(text: string): ProseBlock[] {
  const lines = linesOf(text)
  const blocks: ProseBlock[] = []
  const unclosedTags = new Set<string>()
  let section = ''
  let lead = ''
  /** the last block may go on in the next line */
  let open = false
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as Line
    const insertionEnd = endOfInsertion(lines, index, unclosedTags)
    if (insertionEnd >= index) {
      index = insertionEnd
      open = false
      continue
    }
    const title = (heading.exec(line.text) ?? boldHeading.exec(line.text))?.[1]
    if (title !== undefined) {
      section = titleOf(title)
      lead = ''
      open = false
      continue
    }
    const item = listMark.exec(line.text)
    if (!isProseLine(line.text, { isItem: item !== null, followsProse: open })) {
      open = false
      continue
    }
    const end = line.start + line.text.trimEnd().length
    const last = blocks.at(-1)
    if (
      open &&
      item === null &&
      last !== undefined &&
      isWrapped(text.slice(last.start, last.end), line.text)
    ) {
      blocks[blocks.length - 1] = { ...last, end }
      continue
    }
    if (item === null) lead = leadIn.test(line.text) ? titleOf(line.text) : ''
    blocks.push({
      start: line.start + (item?.[0].length ?? line.text.length - line.text.trimStart().length),
      end,
      box: boxOf(item?.[1]),
      under: item === null ? section : lead || section,
    })
    open = true
  }
  return blocks
}

function boxOf(mark: string | undefined): ProseBlock['box'] {
  if (mark === undefined) return null
  return mark === ' ' ? 'open' : 'done'
}

function linesOf(text: string): Line[] {
  const lines: Line[] = []
  let start = 0
  for (const lineBreak of text.matchAll(/\r\n|[\n\r\u2028\u2029]/gu)) {
    lines.push({ start, text: text.slice(start, lineBreak.index) })
    start = lineBreak.index + lineBreak[0].length
  }
  lines.push({ start, text: text.slice(start) })
  return lines
}

function titleOf(line: string): string {
  return line
    .replace(/[#*_:\s]+$/u, '')
    .replace(/^[#*_\s]+/u, '')
    .toLowerCase()
}

const fence = /^\s*(`{3,}|~{3,})/u
const tagAlone = /^\s*<([A-Za-z][\w-]*)(?:\s[^<>]*)?>/u

/** Index of the last line of the fenced or tagged insertion that opens at `index`; -1 when none does. */
function endOfInsertion(lines: readonly Line[], index: number, unclosedTags: Set<string>): number {
  const text = lines[index]?.text ?? ''
  const mark = fence.exec(text)?.[1]
  if (mark !== undefined) {
    const close = firstLineFrom(lines, index + 1, (line) => line.trimStart().startsWith(mark))
    return close === -1 ? lines.length - 1 : close
  }
  const tag = tagAlone.exec(text)?.[1]
  if (tag === undefined) return -1
  if (unclosedTags.has(tag)) return index
  const close = firstLineFrom(lines, index, (line) => line.includes(`</${tag}>`))
  if (close === -1) unclosedTags.add(tag)
  return close === -1 ? index : close
}

function firstLineFrom(lines: readonly Line[], from: number, matches: (line: string) => boolean): number {
  for (let index = from; index < lines.length; index += 1) {
    if (matches(lines[index]?.text ?? '')) return index
  }
  return -1
}

const quotation = /^\s{0,3}>/u
const tableRow = /^\s*\|.*\||^[^|]*\s\|\s[^|]*\s\|\s/u
const indented = /^(?: {4}|\t)/u
const rule = /^\s*[-=*_~#]{3,}\s*$/u
const logLine =
  /^\s*(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\[?\d\d:\d\d:\d\d|at \S+.*:\d+|File ".*", line \d+|(?:npm|yarn|pnpm) (?:err|warn)|\[?(?:INFO|WARN|WARNING|ERROR|DEBUG|TRACE|FATAL)\b|(?:[\w.]*(?:Error|Exception|Warning)|error|warning)(?:\[\w+\])?(?: [A-Z]+\d+)?:|[$%] \S|@@ |diff --git |[\w./-]+:\d+:\d+)/u
const codeLine =
  /[{;]\s*$|^\s*[)}\]]+[;,]?\s*$|=>|\w\(\)[.;]|^\s*(?:import|export|const|let|var|def|class|function|return|from|public|private|package|#include|SELECT|INSERT|UPDATE|CREATE)\s[\w{*"'(.@]+\s*(?:[=({:.]|from\b|import\b)|^\s*[\w.]+\s*=\s*\S|^\s*<\/?\w+[^>]*>/u

function isProseLine(
  line: string,
  { isItem, followsProse }: { isItem: boolean; followsProse: boolean },
): boolean {
  if (line.length > limits.consolidationLineCharsMax) return false
  if (line.trim() === '' || rule.test(line) || quotation.test(line) || tableRow.test(line)) return false
  if (indented.test(line) && !isItem && !followsProse) return false
  return !logLine.test(line) && !codeLine.test(line)
}

/** Whether `line` carries on a sentence that `before` left unfinished because the writer's editor wraps lines. */
function isWrapped(before: string, line: string): boolean {
  const lastLine = before.slice(before.lastIndexOf('\n') + 1)
  return lastLine.length >= 50 && !/[.!?:;…]\s*$/u.test(before) && /^\s*[\p{Ll}(`"“]/u.test(line)
}
