// Claude Code's transcripts: <config folder>/projects/<folder name of the cwd>/<session>.jsonl, sub-agents in
// <session>/subagents/agent-<id>.jsonl (older: agent-<id>.jsonl beside the session). A turn's id is the line's `uuid`.
// Only what was typed and what the assistant said counts; checked against versions 2.1.197 and 2.1.330.
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { limits } from '../kit/limits.ts'
import { isBlank } from '../text/blank.ts'
import { createBranches, parentOf } from './claude-code-branches.ts'
import { attributeCopies } from './claude-code-forks.ts'
import { chunksOf, discoverBelow } from './files.ts'
import { isObject, type JsonObject, listIn, objectIn, stringIn, textBlocks, timeIn } from './json-value.ts'
import { type Judge, nameOf, readJsonl, type Verdict } from './jsonl.ts'
import { saidBy } from './said-by.ts'
import type { Discovered, HistorySource, HistoryTakeBack, HistoryTurn } from './source.ts'

const claudeCodeClient = 'claude-code'

export interface ClaudeCodeOptions {
  /** `<config folder>/projects` */
  readonly projectsFolder: string
}

export function createClaudeCodeSource({ projectsFolder }: ClaudeCodeOptions): HistorySource {
  return {
    client: claudeCodeClient,
    async *discover(signal) {
      const isTranscript = (name: string): boolean => name.endsWith('.jsonl')
      for await (const found of discoverBelow(projectsFolder, claudeCodeClient, isTranscript, signal)) {
        yield housekeepingSkipped(found)
      }
    },
    read(file, fromOffset, signal) {
      const judge = judgeFor(agentOf(file.path))
      const chunks = chunksOf(file.path, fromOffset, signal)
      return attributeCopies(readJsonl(file.path, chunks, fromOffset, judge), fromOffset)
    },
    async *takenBack(file, fromOffset, signal) {
      if (agentOf(file.path) === null && (await mayBranch(file.path, fromOffset, signal))) {
        yield* takenBackIn(file.path, signal)
      }
    },
  }
}

/** Whether a branch may begin behind `from`, not at the line before: only then the whole file is looked through. */
async function mayBranch(path: string, from: number, signal: AbortSignal): Promise<boolean> {
  let before: string | null = from === 0 ? null : await lastIdBefore(path, from)
  let branches = from > 0 && before === null
  const judge: Judge = (line) => {
    const id = stringIn(line.uuid)
    if (id !== undefined && line.isSidechain !== true) {
      if (mayBeginBranch(line) && parentOf(line) !== before) branches = true
      before = id
    }
    return { reason: 'bookkeeping' }
  }
  for await (const _ of readJsonl(path, chunksOf(path, from, signal), from, judge)) if (branches) return true
  return branches
}

/** A prompt, or what the host puts in front of one; tools that run side by side leave the order of the lines as well. */
function mayBeginBranch(line: JsonObject): boolean {
  if (line.type === 'assistant' || line.parentUuid === undefined) return false
  return !isToolResult(objectIn(line.message)?.content)
}

/** The id of the last line before offset `end`; null when none is near. */
async function lastIdBefore(path: string, end: number): Promise<string | null> {
  const start = Math.max(0, end - limits.historyTailBytes)
  const handle = await open(path, 'r')
  try {
    const bytes = Buffer.alloc(end - start)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, start)
    const lines = bytes.toString('utf8', 0, bytesRead).split('\n')
    return lines.reduce<string | null>((id, line) => /"uuid":"([\w-]+)"/u.exec(line)?.[1] ?? id, null)
  } finally {
    await handle.close()
  }
}

async function* takenBackIn(path: string, signal: AbortSignal): AsyncGenerator<HistoryTakeBack> {
  const branches = createBranches()
  const judge = judgeFor(null)
  const noting: Judge = (line) => {
    branches.line(line)
    return judge(line)
  }
  for await (const item of attributeCopies(readJsonl(path, chunksOf(path, 0, signal), 0, noting), 0)) {
    if (item.kind === 'turn') branches.turn(item.turn)
  }
  const { left, resumed } = branches.left()
  for (const [session_id, message_ids] of idsBySession(left))
    yield { client: claudeCodeClient, session_id, message_ids }
  for (const [session_id, restored_ids] of idsBySession(resumed))
    yield { client: claudeCodeClient, session_id, restored_ids }
}

/** In portions that fit a call. */
function* idsBySession(turns: readonly HistoryTurn[]): Generator<[session: string, ids: readonly string[]]> {
  for (const [session, own] of Map.groupBy(turns, (turn) => turn.session_id)) {
    for (let at = 0; at < own.length; at += limits.idsPerCallMax) {
      yield [session, own.slice(at, at + limits.idsPerCallMax).map(({ message_id }) => message_id)]
    }
  }
}

/** The session id of a sub-agent; the hooks know both parts as `session_id` and `agent_id`. */
function subAgentSession(sessionId: string, agentId: string): string {
  return `${sessionId}.agent-${agentId}`
}

/** `a1b2` for agent-a1b2.jsonl; null for a session's own transcript. */
function agentOf(path: string): string | null {
  return /^agent-(.+)\.jsonl$/u.exec(basename(path))?.[1] ?? null
}

/** Helpers that Claude Code runs for itself repeat their session's lines under an agent of their own. */
function housekeepingSkipped(found: Discovered): Discovered {
  if (found.kind === 'skipped') return found
  const isHelper = /^agent-a?(compact|prompt_suggestion|side_question)\b/u.test(basename(found.file.path))
  if (!isHelper) return found
  return { kind: 'skipped', skipped: { file: found.file.path, at: null, reason: 'bookkeeping' } }
}

const bookkeepingTypes: ReadonlySet<unknown> = new Set([
  'agent-name',
  'agent-setting',
  'ai-title',
  'api-request',
  'api-request-blob',
  'api-request-shape',
  'atis-latch',
  'attachment',
  'cost-state',
  'custom-title',
  'file-history-snapshot',
  'last-prompt',
  'mode',
  'permission-mode',
  'pr-link',
  'progress',
  'queue-operation',
  'system',
  'tag',
  'tools-used',
  'worktree-state',
])

function judgeFor(agentId: string | null): Judge {
  return (line) => {
    if (bookkeepingTypes.has(line.type)) return { reason: 'bookkeeping' }
    if (line.type === 'summary') return { reason: 'summary' }
    if (line.type !== 'user' && line.type !== 'assistant') {
      return { reason: 'unknown-type', detail: nameOf(line.type) }
    }
    if (line.isMeta === true) return { reason: 'bookkeeping' }
    if (line.isCompactSummary === true) return { reason: 'summary' }
    if (agentId === null && line.isSidechain === true) return { reason: 'sidechain' }
    const said = line.type === 'user' ? typed(line) : answered(line)
    return typeof said === 'string' ? turnOf(line, said, agentId) : said
  }
}

/** What Claude Code writes in the user's place. */
const commandMarks = ['<command-name>', '<command-message>', '<local-command-', '<bash-']
const harnessMarks = ['<system-reminder>', '<task-notification>', '<ide_', '[Request interrupted by user']

function typed(line: JsonObject): string | Exclude<Verdict, { text: string }> {
  const content = objectIn(line.message)?.content
  if (isToolResult(content)) return { reason: 'tool' }
  const texts = typeof content === 'string' ? [content] : textBlocks(content, 'text')
  if (texts.some((text) => startsWithAny(text, commandMarks))) return { reason: 'command' }
  // Beside a pasted image the prompt stands in a block of its own, and the editor's remarks in others.
  const own = texts.filter((text) => !startsWithAny(text, harnessMarks))
  if (own.length === 0) return { reason: texts.length > 0 ? 'bookkeeping' : 'no-text' }
  return spoken(own)
}

function answered(line: JsonObject): string | Exclude<Verdict, { text: string }> {
  const message = objectIn(line.message)
  // Errors of the connection, written as if the assistant had said them.
  if (message?.model === '<synthetic>' || line.isApiErrorMessage === true) return { reason: 'bookkeeping' }
  return spoken(textBlocks(message?.content, 'text'))
}

function spoken(texts: readonly string[]): string | { readonly reason: 'no-text' } {
  const text = texts.join('\n\n')
  return isBlank(text) ? { reason: 'no-text' } : text
}

function startsWithAny(text: string, marks: readonly string[]): boolean {
  const start = text.trimStart()
  return marks.some((mark) => start.startsWith(mark))
}

function isToolResult(content: unknown): boolean {
  return listIn(content).some((block) => isObject(block) && block.type === 'tool_result')
}

function turnOf(line: JsonObject, text: string, agentId: string | null): Verdict {
  const messageId = stringIn(line.uuid)
  const session = stringIn(line.sessionId)
  const saidAt = timeIn(line.timestamp)
  if (messageId === undefined || session === undefined || saidAt === undefined)
    return { reason: 'incomplete' }
  const isSubAgent = agentId !== null
  return {
    client: claudeCodeClient,
    session_id: isSubAgent ? subAgentSession(session, agentId) : (originOf(line) ?? session),
    cwd: stringIn(line.cwd) ?? null,
    parent_session_id: isSubAgent ? session : null,
    message_id: messageId,
    text,
    said_at: saidAt,
    ...saidBy(line.type === 'user', isSubAgent),
  }
}

/** The session an answer was first given in, when this line is a fork's copy of it. */
function originOf(line: JsonObject): string | undefined {
  return stringIn(line.requestSessionId)
}
