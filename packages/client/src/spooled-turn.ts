// The format of one spool line: one turn of `memory_capture_batch` together with what its batch said, or what the host did
// with a session's words; and what such a line is known by later. Pure.
import { createHash } from 'node:crypto'
import type { CaptureBatch, CaptureTurn, SessionForget, SessionTakeBack } from './wire.ts'

export type SpooledTurn = CaptureTurn & Omit<CaptureBatch, 'turns'>

/** What a host did with a session's words, told in its place among the turns. */
export type SessionNotice =
  | ({ readonly notice: 'session_take_back' } & SessionTakeBack)
  | ({ readonly notice: 'session_forget' } & SessionForget)

export type SpooledLine = SpooledTurn | SessionNotice

export function isNotice(line: SpooledLine): line is SessionNotice {
  return 'notice' in line
}

/** One line as it was written. */
export interface SpoolLine {
  readonly bytes: number
  /** SHA-256, hex */
  readonly digest: string
}

/** What was handed in: the file it was appended to, and its lines. */
export interface SpoolReceipt {
  readonly file: string
  readonly lines: readonly SpoolLine[]
}

export function spoolLine(bytes: Uint8Array): SpoolLine {
  return { bytes: bytes.length, digest: createHash('sha256').update(bytes).digest('hex') }
}

/** One line for each turn, without its line break. */
export function encodeLines({ turns, ...batch }: CaptureBatch): Buffer[] {
  return turns.map((turn) => Buffer.from(JSON.stringify({ ...batch, ...turn } satisfies SpooledTurn), 'utf8'))
}

export function encodeNotice(notice: SessionNotice): Buffer {
  return Buffer.from(JSON.stringify(notice), 'utf8')
}

/** The batch of lines that share what a batch says (`sameBatch`). */
export function decodeBatch(lines: readonly [SpooledTurn, ...SpooledTurn[]]): CaptureBatch {
  const turns = lines.map(
    ({ client: _client, session_id: _session, cwd: _cwd, project: _project, ...turn }) => turn,
  )
  const [{ client, session_id, cwd, project }] = lines
  return {
    client,
    session_id,
    ...(cwd === undefined ? {} : { cwd }),
    ...(project === undefined ? {} : { project }),
    turns,
  }
}

export function sameBatch(one: SpooledTurn, other: SpooledTurn): boolean {
  return batchTexts.every((name) => one[name] === other[name])
}

const batchTexts = ['client', 'session_id', 'cwd', 'project'] as const
const turnRoles: readonly unknown[] = ['user', 'assistant', 'tool', 'note']
const optionalTexts = ['cwd', 'project', 'message_id', 'speaker', 'parent_session_id'] as const

const notices: readonly unknown[] = [
  'session_take_back',
  'session_forget',
] satisfies SessionNotice['notice'][]

/** What the line says, or the reason why it says nothing. The operation that takes it in checks the rest. */
export function parseLine(bytes: Buffer): SpooledLine | string {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return 'not JSON in UTF-8'
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not an object'
  const turn = value as Readonly<Record<string, unknown>>
  const isNoticed = turn.notice !== undefined
  if (isNoticed && !notices.includes(turn.notice)) return "'notice' is none that is known"
  for (const name of isNoticed ? ['client', 'session_id'] : ['client', 'session_id', 'text']) {
    if (typeof turn[name] !== 'string' || turn[name] === '') return `'${name}' is missing or not a string`
  }
  if (isNoticed) return turn as unknown as SessionNotice
  if (!turnRoles.includes(turn.role)) return "'role' is none of user, assistant, tool, note"
  for (const name of optionalTexts) {
    if (turn[name] !== undefined && typeof turn[name] !== 'string') return `'${name}' is not a string`
  }
  if (turn.said_at !== undefined && typeof turn.said_at !== 'number') return "'said_at' is not a number"
  return turn as unknown as SpooledTurn
}
