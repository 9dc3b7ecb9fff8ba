// Exports as text, written and read a record at a time: JSON lines, and Markdown that people read and programs take back.
// In Markdown each record is a comment; a memory's text follows it in a fence, verbatim, unless it holds what an editor or
// a terminal might change (carriage returns, controls, halves of characters) or what no reader sees (directions, zero
// widths, tags): then it stays in the comment, where such characters are spelled as numbers.
import { AppError } from '../kit/errors.ts'
import { toldName } from '../kit/told-name.ts'
import { visible, visibleJson } from '../text/hidden.ts'
import { rememberedLine } from '../text/remembered.ts'
import {
  type ArchiveFormat,
  type ArchiveRecord,
  archiveRecord,
  archiveVersion,
  type MemoryRecord,
} from './archive-records.ts'

/** The text of one record, its line breaks included. Told in order, from the first to the last. */
export function createArchiveWriting(format: ArchiveFormat): (record: ArchiveRecord) => string {
  return format === 'jsonl' ? (record) => `${JSON.stringify(record)}\n` : createMarkdownWriting()
}

const opening = '<!-- iai-mcp '
const closing = ' -->'

function createMarkdownWriting(): (record: ArchiveRecord) => string {
  let section = ''
  return (record) => {
    if (record.type === 'archive') return `# iai-mcp export\n\n${comment(record)}`
    if (record.type !== 'memory') return comment(record)
    const name = `${record.project} · ${record.client} · ${record.session}`
    const heading = name === section ? '' : `\n## ${toldName(rememberedLine(name))}\n`
    section = name
    return `${heading}\n### ${record.said_at} ${record.role}\n\n${memoryText(record)}`
  }
}

function comment(record: object): string {
  // `-->` would end the comment; JSON may spell any character as a number.
  return `${opening}${visibleJson(JSON.stringify(record)).replaceAll('>', '\\u003e')}${closing}\n`
}

function memoryText(record: MemoryRecord): string {
  const { text, ...rest } = record
  if (!isPlain(text)) return comment(record)
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return `${comment({ ...rest, fence, chars: text.length })}\n${fence}\n${text}\n${fence}\n`
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const changeable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/

function isPlain(text: string): boolean {
  return text.isWellFormed() && !changeable.test(text) && visible(text) === text
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0)
}

/** Records of an export, from its lines. Raises invalid_params, naming the line, also when the end is missing. */
export function* readArchive(lines: Iterable<string>): Generator<ArchiveRecord> {
  let number = 0
  let records = 0
  let isMarkdown: boolean | null = null
  let ended = false
  const source = lines[Symbol.iterator]()
  const next = (): string | null => {
    const { value, done } = source.next()
    number += 1
    return done === true ? null : value
  }
  for (let line = next(); line !== null; line = next()) {
    isMarkdown ??= !line.startsWith('{')
    if (line.trim() === '' || (isMarkdown && !line.startsWith(opening))) continue
    if (ended) throw broken(number, 'there is something behind the end')
    const record = isMarkdown ? markdownRecord(line, next, number) : parseRecord(line, number)
    if (records === 0 && record.type !== 'archive')
      throw broken(number, 'it does not begin as an export does')
    ended = record.type === 'end'
    if (record.type === 'end' && record.records !== records)
      throw broken(number, `it has ${records} records, and ${record.records} were written`)
    records += 1
    yield record
  }
  if (records === 0) throw broken(1, 'it is no export of iai-mcp')
  if (!ended) throw broken(number, 'its end is missing')
}

function markdownRecord(line: string, next: () => string | null, number: number): ArchiveRecord {
  const json = line.trimEnd()
  if (!json.endsWith(closing)) throw broken(number, 'the comment does not end in its line')
  const value = parseJson(json.slice(opening.length, -closing.length), number)
  if (typeof value !== 'object' || value === null || !('fence' in value)) return checked(value, number)
  const { fence, chars, ...rest } = value as { fence: unknown; chars?: unknown }
  for (let before = next(); before !== fence; before = next())
    if (before !== '') throw broken(number, 'the text of this memory is not where it belongs')
  const text: string[] = []
  for (let each = next(); each !== fence; each = next()) {
    if (each === null) throw broken(number, 'the text of this memory does not end')
    text.push(each)
  }
  const whole = text.join('\n')
  if (whole.length !== chars)
    throw broken(
      number,
      'the text of this memory was changed after the export; import the JSONL export instead',
    )
  return checked({ ...rest, text: whole }, number)
}

function parseRecord(line: string, number: number): ArchiveRecord {
  return checked(parseJson(line, number), number)
}

function checked(value: unknown, number: number): ArchiveRecord {
  const parsed = archiveRecord.safeParse(value)
  if (parsed.success) return parsed.data
  if (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    Number(value.version) > archiveVersion
  )
    throw new AppError(
      'store_newer',
      'the export was written by a newer iai-mcp; import it with that version',
    )
  const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'unknown' }
  if (path.join('.') === 'type') throw broken(number, 'it is no record of an export of iai-mcp')
  throw broken(number, `"${path.join('.')}": ${message}`)
}

function parseJson(text: string, number: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw broken(number, 'it is not JSON')
  }
}

function broken(number: number, why: string): AppError {
  return new AppError('invalid_params', `line ${number} of the export cannot be taken in: ${why}`)
}
