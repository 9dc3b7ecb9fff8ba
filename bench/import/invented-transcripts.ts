// Writes an invented Claude Code history of a given size, the same for the same seed: sessions of invented turns with
// the lines that stand between them in real transcripts (attachments, tool calls and their output, thinking), which
// make up most of the bytes. Streams to disk; holds one session at a time.
import { createHash } from 'node:crypto'
import { createWriteStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type InventedSession, inventedHistory, seededRandom } from '../load/invented-history.ts'

export interface InventedTranscripts {
  readonly bytes: number
  readonly turns: number
  readonly files: number
}

const meanToolBytes = 9_000
const attachmentBytes = 24_000
/** Enough turns for every size; writing stops at the size. */
const bytesPerTurnMin = 2_000
const endMs = Date.UTC(2026, 0, 1)

export async function writeInventedTranscripts(
  projectsFolder: string,
  { bytes: bytesWanted, seed }: { readonly bytes: number; readonly seed: number },
): Promise<InventedTranscripts> {
  const random = seededRandom(seed)
  const filler = fillerText(random)
  let [bytes, turns, files] = [0, 0, 0]
  for (const session of inventedHistory({
    turns: Math.ceil(bytesWanted / bytesPerTurnMin),
    projects: 40,
    seed,
    endMs,
  })) {
    if (bytes >= bytesWanted) break
    const folder = join(projectsFolder, session.project.replaceAll(/[^\w]/gu, '-'))
    mkdirSync(folder, { recursive: true })
    const lines = transcript(session, random, filler)
    await pipeline(Readable.from(lines), createWriteStream(join(folder, `${session.session_id}.jsonl`)))
    bytes += lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0)
    turns += session.turns.length
    files += 1
  }
  return { bytes, turns, files }
}

function transcript(session: InventedSession, random: () => number, filler: string): string[] {
  const lines: string[] = []
  const write = (id: string, saidAt: number, entry: object): void => {
    const common = {
      uuid: uuidFrom(`${session.session_id}/${id}`),
      parentUuid: null,
      isSidechain: false,
      sessionId: session.session_id,
      cwd: `/home/ada/${session.project.split('/').at(-1)}`,
      timestamp: new Date(saidAt).toISOString(),
      version: '2.1.330',
      gitBranch: 'main',
      userType: 'external',
    }
    lines.push(`${JSON.stringify({ ...common, ...entry })}\n`)
  }
  write('attachment', endMs, {
    type: 'attachment',
    attachment: { content: slice(filler, random, attachmentBytes) },
  })
  for (const { role, text, message_id, said_at } of session.turns) {
    if (role === 'user') {
      write(message_id, said_at, { type: 'user', message: { role, content: text } })
      continue
    }
    const blocks = (...content: object[]): object => ({ type: 'assistant', message: { role, content } })
    write(`${message_id}-call`, said_at, blocks({ type: 'tool_use', name: 'Read', input: { path: 'src' } }))
    const output = slice(filler, random, Math.floor(meanToolBytes * 2 * random()))
    const result = { type: 'tool_result', tool_use_id: message_id, content: output }
    write(`${message_id}-result`, said_at, { type: 'user', message: { role: 'user', content: [result] } })
    write(message_id, said_at, blocks({ type: 'text', text }))
  }
  return lines
}

/** Ids as long as the real ones. */
function uuidFrom(text: string): string {
  const hex = createHash('md5').update(text).digest('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5')
}

function fillerText(random: () => number): string {
  const words = [
    'const',
    'return',
    'await',
    'import',
    '{',
    '}',
    '=>',
    '\n',
    '"name"',
    'value',
    '// note',
    'é',
    '\t',
  ]
  return Array.from({ length: 40_000 }, () => words[Math.floor(random() * words.length)]).join(' ')
}

function slice(text: string, random: () => number, length: number): string {
  const start = Math.floor(random() * Math.max(1, text.length - length))
  return text.slice(start, start + length)
}
