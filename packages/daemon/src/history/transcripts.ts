// A host's transcripts one at a time, for reading on while a session runs: where they are, and which files belong to
// one. The readers are the import's own, so a turn gets the same ids whichever way it comes.
import { basename, dirname, join } from 'node:path'
import { createClaudeCodeSource } from './claude-code.ts'
import { createCodexSource } from './codex.ts'
import { describe } from './files.ts'
import { claudeCodeProjects, codexHome, type HostEnvironment } from './locations.ts'
import type { HistorySource } from './source.ts'

export const transcriptClients = ['claude-code', 'codex'] as const
export type TranscriptClient = (typeof transcriptClients)[number]

export interface TranscriptHost {
  /** Every transcript of this host is below it. */
  readonly folder: string
  /** What the transcript at `path` and those of its sub-agents hold. */
  sources(path: string): readonly HistorySource[]
  /** Everything in the folder. */
  readonly all: HistorySource
}

export function transcriptHosts(env: HostEnvironment): Readonly<Record<TranscriptClient, TranscriptHost>> {
  const projectsFolder = claudeCodeProjects(env)
  const home = codexHome(env)
  return {
    'claude-code': {
      folder: projectsFolder,
      all: createClaudeCodeSource({ projectsFolder }),
      sources: (path) => [
        only(path, createClaudeCodeSource({ projectsFolder })),
        createClaudeCodeSource({
          projectsFolder: join(dirname(path), basename(path, '.jsonl'), 'subagents'),
        }),
      ],
    },
    // A sub-agent's thread is a session of its own here, with hooks of its own.
    codex: {
      folder: join(home, 'sessions'),
      all: createCodexSource({ home }),
      sources: (path) => [only(path, createCodexSource({ home }))],
    },
  }
}

function only(path: string, source: HistorySource): HistorySource {
  return {
    ...source,
    async *discover() {
      yield await describe(path, source.client, 'while-prefix-same')
    },
  }
}
