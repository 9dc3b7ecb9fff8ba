// Which histories a command is about: the words of the command line, or every host that is on the machine.
import { createChatGptSource } from '../../history/chatgpt-export.ts'
import { createClaudeAiSource } from '../../history/claude-ai-export.ts'
import { createGenericSource } from '../../history/generic-jsonl.ts'
import type { HostEnvironment } from '../../history/locations.ts'
import { hostSources } from '../../history/locations.ts'
import type { HistorySource } from '../../history/source.ts'
import { UsageError } from '../exit-codes.ts'
import { givenFile } from '../given-file.ts'

const fileSources: Readonly<Record<string, (path: string) => HistorySource>> = {
  chatgpt: createChatGptSource,
  'claude-ai': createClaudeAiSource,
  jsonl: createGenericSource,
}

export const hostNames = ['claude-code', 'codex', 'opencode'] as const

export const sourceHelp =
  `${hostNames.join(', ')}, or ${Object.keys(fileSources).join(' FILE, ')} FILE ` +
  '(default: every host found on this machine)'

/** Raises UsageError for a word that names no source, and where one needs a file and none that can be read is named. */
export function sourcesFrom(
  words: readonly string[],
  environment: HostEnvironment,
  cwd: string,
): readonly HistorySource[] {
  const hosts = hostSources(environment)
  if (words.length === 0) return hosts
  const sources: HistorySource[] = []
  const rest = [...words]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    sources.push(sourceFrom(word, hosts, () => fileAfter(String(word), rest, cwd)))
  }
  return sources
}

function sourceFrom(word: string, hosts: readonly HistorySource[], file: () => string): HistorySource {
  const host = hosts.find(({ client }) => client === word)
  if (host !== undefined) return host
  const create = Object.hasOwn(fileSources, word) ? fileSources[word] : undefined
  if (create === undefined) throw new UsageError(`there is no source "${word}"; there are: ${sourceHelp}`)
  return create(file())
}

function fileAfter(word: string, rest: string[], cwd: string): string {
  const path = rest.shift()
  if (path === undefined) throw new UsageError(`${word} needs a file: iai-mcp import ${word} FILE`)
  return givenFile(path, cwd)
}
