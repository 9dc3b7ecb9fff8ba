// Codex's rollouts: $CODEX_HOME/sessions/YYYY/MM/DD/rollout-<time>-<thread>.jsonl and archived_sessions/, older ones
// packed as .jsonl.zst. The first line (`session_meta`) says whose the file is; turns are the user's and the agent's
// messages among the events. Checked against version 0.169.0; rollouts from before `item_completed` are read too.
import { pipeline, Readable } from 'node:stream'
import * as zlib from 'node:zlib'
import { isBlank } from '../text/blank.ts'
import { chunksOf, discoverBelow, skippedFile, withoutFirst } from './files.ts'
import { type JsonObject, objectIn, stringIn, textBlocks, timeIn } from './json-value.ts'
import { type Judge, nameOf, readJsonl, skippedItem, type Verdict } from './jsonl.ts'
import { saidBy } from './said-by.ts'
import type { Discovered, HistoryFile, HistorySource } from './source.ts'

const codexClient = 'codex'

export interface CodexOptions {
  /** `$CODEX_HOME` */
  readonly home: string
}

export function createCodexSource({ home }: CodexOptions): HistorySource {
  return {
    client: codexClient,
    async *discover(signal) {
      for (const folder of [`${home}/sessions`, `${home}/archived_sessions`]) {
        const seen = new Set<string>()
        for await (const found of discoverBelow(folder, codexClient, isRollout, signal)) {
          // While Codex packs a rollout both forms are there; the plain one sorts first and is the one in use.
          if (found.kind === 'file' && isPacked(found.file.path)) {
            if (seen.has(found.file.path.slice(0, -packedEnding.length))) continue
            yield packed(found.file)
            continue
          }
          if (found.kind === 'file') seen.add(found.file.path)
          yield found
        }
      }
    },
    async *read(file, fromOffset, signal) {
      const session = await sessionOf(file, signal)
      if (session === null) {
        yield skippedItem(file.path, 0, { reason: 'unsupported', detail: 'no session_meta line' }, 0)
        return
      }
      const chunks = bytesFrom(file, fromOffset, signal)
      yield* readJsonl(file.path, chunks, fromOffset, judgeFor(session))
    },
  }
}

const packedEnding = '.zst'
const isPacked = (path: string): boolean => path.endsWith(packedEnding)
const isRollout = (name: string): boolean => /^rollout-.*\.jsonl(?:\.zst)?$/u.test(name)

function packed(file: HistoryFile): Discovered {
  if (!('createZstdDecompress' in zlib)) {
    return skippedFile(file.path, 'unsupported', 'zstd needs Node.js 22.15 or later')
  }
  return { kind: 'file', file: { ...file, offsetsHold: 'while-unchanged' } }
}

/** The rollout's bytes from `from`, counted in the unpacked text. */
function bytesFrom(file: HistoryFile, from: number, signal: AbortSignal): AsyncIterable<Buffer> {
  if (!isPacked(file.path)) return chunksOf(file.path, from, signal)
  const unpacked = zlib.createZstdDecompress()
  // Its errors destroy `unpacked`, so whoever reads that meets them.
  pipeline(Readable.from(chunksOf(file.path, 0, signal)), unpacked, () => {})
  return withoutFirst(from, unpacked)
}

interface Rollout {
  readonly thread: string
  readonly cwd: string | null
  readonly parent: string | null
  /** Paginated rollouts hold messages as completed items only; the older events would be the same turns again. */
  readonly isPaginated: boolean
}

/** What the first line says; null when it is not a `session_meta`. */
async function sessionOf(file: HistoryFile, signal: AbortSignal): Promise<Rollout | null> {
  let rollout: Rollout | null = null
  const judge: Judge = (line) => {
    if (line.type === 'session_meta') rollout = rolloutOf(objectIn(line.payload) ?? {})
    return { reason: 'bookkeeping' }
  }
  for await (const _ of readJsonl(file.path, bytesFrom(file, 0, signal), 0, judge)) break
  return rollout
}

function rolloutOf(meta: JsonObject): Rollout | null {
  const thread = stringIn(meta.id) ?? stringIn(meta.session_id)
  if (thread === undefined) return null
  const spawned = objectIn(objectIn(objectIn(meta.source)?.subagent)?.thread_spawn)
  const root = stringIn(meta.session_id)
  const parent = stringIn(meta.parent_thread_id) ?? stringIn(spawned?.parent_thread_id)
  return {
    thread,
    cwd: stringIn(meta.cwd) ?? null,
    parent: parent ?? (root === thread ? null : (root ?? null)),
    isPaginated: meta.history_mode === 'paginated',
  }
}

const bookkeepingTypes: ReadonlySet<unknown> = new Set([
  'session_meta',
  'token_usage_record',
  'turn_context',
  'world_state',
])

/** Items that are neither words of the user nor of the agent. */
const toolItems: ReadonlySet<unknown> = new Set([
  'CollabAgentToolCall',
  'CommandExecution',
  'DynamicToolCall',
  'FileChange',
  'ImageGeneration',
  'ImageView',
  'McpToolCall',
  'WebSearch',
])
const bookkeepingItems: ReadonlySet<unknown> = new Set([
  'ContextCompaction',
  'HookPrompt',
  'Plan',
  'Reasoning',
])

/** Events that repeat or frame what the items say. */
const bookkeepingEvents: ReadonlySet<unknown> = new Set([
  'agent_reasoning',
  'agent_reasoning_raw_content',
  'context_compacted',
  'entered_review_mode',
  'error',
  'exited_review_mode',
  'task_complete',
  'task_started',
  'thread_name_updated',
  'thread_rolled_back',
  'thread_settings_applied',
  'token_count',
  'turn_aborted',
  'undo_completed',
])

function judgeFor(rollout: Rollout): Judge {
  return (line) => {
    if (bookkeepingTypes.has(line.type)) return { reason: 'bookkeeping' }
    if (line.type === 'compacted') return { reason: 'summary' }
    const payload = objectIn(line.payload) ?? {}
    // The request to the model: tool calls, what Codex itself put in, and the messages that also stand among the events.
    if (line.type === 'response_item') return { reason: payload.type === 'message' ? 'bookkeeping' : 'tool' }
    if (line.type !== 'event_msg') return { reason: 'unknown-type', detail: nameOf(line.type) }
    if (payload.type === 'item_completed') return completedItem(rollout, line, payload)
    if (payload.type === 'user_message' || payload.type === 'agent_message')
      return event(rollout, line, payload)
    if (bookkeepingEvents.has(payload.type)) return { reason: 'bookkeeping' }
    if (typeof payload.type === 'string' && /_(?:end|call|output)$/u.test(payload.type))
      return { reason: 'tool' }
    return { reason: 'unknown-type', detail: `event_msg/${nameOf(payload.type)}` }
  }
}

function completedItem(rollout: Rollout, line: JsonObject, payload: JsonObject): Verdict {
  const item = objectIn(payload.item) ?? {}
  if (toolItems.has(item.type)) return { reason: 'tool' }
  if (bookkeepingItems.has(item.type)) return { reason: 'bookkeeping' }
  if (item.type !== 'UserMessage' && item.type !== 'AgentMessage') {
    return { reason: 'unknown-type', detail: `item/${nameOf(item.type)}` }
  }
  const said = {
    isUser: item.type === 'UserMessage',
    id: stringIn(item.id),
    saidAt: timeIn(payload.completed_at_ms) ?? timeIn(line.timestamp),
    // The agent's message arrives in pieces of one text; the user's are separate inputs.
    text: textBlocks(item.content, 'text').join(item.type === 'UserMessage' ? '\n' : ''),
  }
  return turnOf(rollout, said)
}

/** Rollouts from before `item_completed`: messages without an id of their own. */
function event(rollout: Rollout, line: JsonObject, payload: JsonObject): Verdict {
  if (rollout.isPaginated) return { reason: 'bookkeeping' }
  const isUser = payload.type === 'user_message'
  const isTyped = payload.kind === undefined || payload.kind === 'plain'
  if (isUser && !isTyped) return { reason: 'bookkeeping' }
  const id = isUser ? 'user' : 'agent'
  return turnOf(rollout, {
    isUser,
    id,
    saidAt: timeIn(line.timestamp),
    text: stringIn(payload.message) ?? '',
  })
}

interface Said {
  readonly isUser: boolean
  readonly id: string | undefined
  readonly saidAt: number | undefined
  readonly text: string
}

function turnOf(rollout: Rollout, { isUser, id, saidAt, text }: Said): Verdict {
  if (id === undefined || saidAt === undefined) return { reason: 'incomplete' }
  if (isBlank(text)) return { reason: 'no-text' }
  return {
    client: codexClient,
    session_id: rollout.thread,
    cwd: rollout.cwd,
    parent_session_id: rollout.parent,
    // Some model servers give every message the same id; the time tells them apart.
    message_id: `${id}@${saidAt}`,
    text,
    said_at: saidAt,
    ...saidBy(isUser, rollout.parent !== null),
  }
}
