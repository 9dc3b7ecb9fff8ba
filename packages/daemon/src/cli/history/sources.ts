// Which histories a command is about: the words of the command line, or every host that is on the machine.
import { statSync } from 'node:fs'
import { createChatGptSource } from '../../history/chatgpt-export.ts'
import { createClaudeAiSource } from '../../history/claude-ai-export.ts'
import { createGenericSource } from '../../history/generic-jsonl.ts'
import type { HostEnvironment } from '../../history/locations.ts'
import { hostSources } from '../../history/locations.ts'
import { recognise } from '../../history/recognition.ts'
import type { HistorySource, Skipped } from '../../history/source.ts'
import { UsageError } from '../exit-codes.ts'
import { givenFile } from '../given-file.ts'

interface FileKind {
  readonly title: string
  /** What such a file is. */
  readonly what: string
  readonly takesFolder: boolean
  create(path: string): HistorySource
}

const chatExport = (service: string, create: FileKind['create']): FileKind => ({
  title: `${service} export`,
  what: 'the zip, the conversations.json in it, or the unpacked folder',
  takesFolder: true,
  create,
})

const fileKinds: Readonly<Record<string, FileKind>> = {
  chatgpt: chatExport('ChatGPT', createChatGptSource),
  'claude-ai': chatExport('Claude.ai', createClaudeAiSource),
  jsonl: {
    title: 'JSONL history',
    what: 'one JSON object per line, each with text, role, said_at and session',
    takesFolder: false,
    create: createGenericSource,
  },
}

const hostNames = ['claude-code', 'codex', 'opencode'] as const

export const sourceHelp =
  `${hostNames.join(', ')}, or ${Object.keys(fileKinds).join(' FILE, ')} FILE ` +
  '(default: every host found on this machine)'

export interface SourceWords {
  readonly words: readonly string[]
  /** The command they stand behind, for what to type instead. */
  readonly command: 'import' | 'verify'
  readonly cwd: string
}

/**
 * Raises UsageError for a word that names no source, and where one needs a file and the one that is named is none, cannot
 * be read, or is of another kind.
 */
export async function sourcesFrom(
  { words, command, cwd }: SourceWords,
  environment: HostEnvironment,
): Promise<readonly HistorySource[]> {
  const hosts = hostSources(environment)
  if (words.length === 0) return hosts
  const sources: HistorySource[] = []
  const rest = [...words]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const host = hosts.find(({ client }) => client === word)
    sources.push(host ?? (await fileSource({ word, given: rest.shift(), command, cwd })))
  }
  return sources
}

interface GivenFile {
  readonly word: string
  readonly given: string | undefined
  readonly command: string
  readonly cwd: string
}

async function fileSource({ word, given, command, cwd }: GivenFile): Promise<HistorySource> {
  const kind = Object.hasOwn(fileKinds, word) ? fileKinds[word] : undefined
  if (kind === undefined) throw new UsageError(`there is no source "${word}"; there are: ${sourceHelp}`)
  if (given === undefined) throw new UsageError(`${word} needs a file: iai-mcp ${command} ${word} FILE`)
  const path = givenFile(given, cwd)
  if (!kind.takesFolder && !statSync(path).isFile())
    throw new UsageError(`${path} is no file; ${kind.title}: ${kind.what}`)
  const source = kind.create(path)
  const { signal } = new AbortController()
  const { isKnown, files, reasons } = await recognise(source, signal)
  if (isKnown) return source
  const why = files === 0 ? 'no such file is in it' : reasonsText(reasons)
  const other = await otherKind(word, path, signal)
  const advice = other === null ? '' : `; did you mean: iai-mcp ${command} ${other} ${given}`
  throw new UsageError(`${path} is no ${kind.title} (${kind.what}): ${why}${advice}`)
}

function reasonsText(reasons: readonly Skipped[]): string {
  const named = new Set(
    reasons.map(({ reason, detail }) => (detail === undefined ? reason : `${reason} ${detail}`)),
  )
  return named.size === 0 ? 'nothing is said in it' : `nothing in it is understood (${[...named].join(', ')})`
}

/** The word before FILE that was left out, for a file that is no export of iai-mcp; null when no kind knows the file. */
export function kindOf(path: string): Promise<string | null> {
  return otherKind('', path, new AbortController().signal)
}

/** The kind that knows the file; null when none does. */
async function otherKind(word: string, path: string, signal: AbortSignal): Promise<string | null> {
  const isFolder = statSync(path).isDirectory()
  for (const [name, { create, takesFolder }] of Object.entries(fileKinds)) {
    if (name === word || (isFolder && !takesFolder)) continue
    if ((await recognise(create(path), signal)).isKnown) return name
  }
  return null
}
