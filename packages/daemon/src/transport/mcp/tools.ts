// The tools that a model gets, as one table. Few, each a part of one operation (the timeline: of two), described in as
// few words as a model needs: the whole list is in the prompt of every session of every host.
import { z } from 'zod'
import { sessionText as contextText } from '../../context/session-text.ts'
import type { Params } from '../../dispatch/dispatch.ts'
import { AppError } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { wakeDepths } from '../../model/profile.ts'
import { memoryCapture } from '../../operations/memory-capture.ts'
import { memoryContradict } from '../../operations/memory-contradict.ts'
import { memoryForget } from '../../operations/memory-forget.ts'
import { memoryPin } from '../../operations/memory-pin.ts'
import { memoryRecall } from '../../operations/memory-recall.ts'
import { sessionGet } from '../../operations/session-get.ts'
import { sessionList } from '../../operations/session-list.ts'
import { sessionStartPayload } from '../../operations/session-start-payload.ts'
import { status } from '../../operations/status.ts'
import { rememberedNotice } from '../../text/remembered.ts'
import { countTokens } from '../../text/tokens.ts'
import { inputSchema, outputSchema } from './json-schema.ts'
import { adds, erases, reads, type Tool, type ToolAnswer, type ToolContext } from './tool.ts'
import { clientOf, cwdOf, withoutCwd } from './tool-arguments.ts'
import {
  hitsText,
  saidOfHit,
  saidOfTurns,
  saidView,
  sessionsText,
  sessionText,
  sessionTitle,
  titleOfSession,
} from './tool-views.ts'

/** First in every answer that carries remembered text: some hosts show a model the structured form only. */
const notice = z.string()

export const tools: readonly Tool[] = [
  {
    name: 'recall',
    title: 'Recall',
    description:
      'Search earlier sessions: what was said, decided and noted. Use it before asking the user what they may have told you already.',
    hints: reads,
    scoped: true,
    input: inputSchema(memoryRecall.params, {
      cue: 'A question or keywords; words in quotes match exactly.',
      since: 'Said since: a date or words ("last month").',
      until: 'Said before.',
      limit: `Default ${limits.mcpRecallHitsDefault}.`,
      all_projects: 'Look beyond this project.',
    }),
    output: outputSchema(z.object({ notice, hits: z.array(saidView), superseded: z.array(saidView) })),
    async run(args, context) {
      const result = await context.call(memoryRecall, {
        limit: limits.mcpRecallHitsDefault,
        ...args,
        cwd: cwdOf(args, context),
      })
      const isCrossing = args.all_projects === true
      const structured = {
        notice: rememberedNotice,
        hits: result.hits.map((hit) => saidOfHit(hit, isCrossing)),
        superseded: result.anti_hits.map((hit) => saidOfHit(hit, isCrossing)),
      }
      return { structured, text: hitsText(structured) }
    },
  },
  {
    name: 'remember',
    title: 'Remember',
    description:
      'Keep a fact, decision or preference for later sessions of this project: one self-contained statement a call. Conversations are kept already.',
    hints: adds,
    scoped: true,
    input: inputSchema(memoryCapture.params, {
      text: 'The statement, complete in itself.',
    }),
    output: outputSchema(z.object({ id: z.string(), status: z.string(), reason: z.string() })),
    async run(args, context) {
      const result = await context.call(memoryCapture, {
        ...args,
        role: 'note',
        kind: 'fact',
        cwd: cwdOf(args, context),
        client: clientOf(context),
      })
      const { record_id: id, ...kept } = result
      return { structured: { id, ...kept }, text: `${keptWords[kept.status]} (${kept.reason}). id ${id}` }
    },
  },
  {
    name: 'correct',
    title: 'Correct',
    description:
      'Replace a memory that no longer holds; the old text stays on record. In place of what is the user’s, yours is kept beside it as a proposal.',
    hints: adds,
    scoped: true,
    input: inputSchema(memoryContradict.params, {
      id: 'As recall shows it.',
      new_fact: 'What holds now, complete in itself.',
    }),
    output: outputSchema(
      z.object({
        id: z.string(),
        supersedes: z.string().optional(),
        proposed_for: z.string().optional().describe('What holds until the user decides.'),
      }),
    ),
    async run(args, context) {
      const asked = { ...withoutCwd(args), client: clientOf(context) }
      const { new_record_id: id, original_id: old, proposed } = await context.call(memoryContradict, asked)
      return proposed
        ? { structured: { id, proposed_for: old }, text: proposedText(id, old) }
        : { structured: { id, supersedes: old }, text: `Corrected. ${old} is superseded by ${id}.` }
    },
  },
  {
    name: 'forget',
    title: 'Forget',
    description:
      'Erase notes of yours in this project for good. What is the user’s only the user erases. To update, use correct.',
    hints: erases,
    scoped: true,
    input: inputSchema(memoryForget.params, { ids: 'As recall shows them.' }, ['ids']),
    output: outputSchema(z.object({ forgotten: z.array(z.string()), unknown: z.array(z.string()) })),
    async run(args, { call }) {
      const { forgotten, unknown } = await call(memoryForget, withoutCwd(args))
      const missed = unknown.length === 0 ? '' : ` Unknown: ${unknown.join(', ')}; recall shows ids.`
      return { structured: { forgotten, unknown }, text: `Forgotten: ${forgotten.length}.${missed}` }
    },
  },
  {
    name: 'pin',
    title: 'Pin',
    description: 'Show a note of yours at the start of every session of this project, or stop showing it.',
    hints: adds,
    scoped: true,
    input: inputSchema(memoryPin.params, {
      id: 'As recall shows it.',
      pin: { enum: ['project', 'none'] },
    }),
    output: outputSchema(z.object({ id: z.string(), pin: z.string() })),
    async run(args, { call }) {
      const structured = await call(memoryPin, withoutCwd(args))
      return { structured, text: structured.pin === 'none' ? 'No longer pinned.' : 'Pinned to its project.' }
    },
  },
  {
    name: 'timeline',
    title: 'Timeline',
    description: "This project's sessions, newest first; or with session_id what was said in one, in order.",
    hints: reads,
    scoped: true,
    input: inputSchema(
      sessionGet.params,
      {
        session_id: 'Read this session.',
        client: 'Host of that session.',
        limit: `Default ${limits.mcpTimelineTurnsDefault}.`,
        after: 'Continue: `next` of the last answer.',
        all_projects: 'Look beyond this project.',
      },
      [],
    ),
    output: outputSchema(
      z.object({
        notice,
        sessions: z.array(sessionTitle),
        turns: z.array(saidView).optional(),
        next: z.string().optional(),
      }),
    ),
    run: (args, context) =>
      args.session_id !== undefined ? oneSession(args, context) : latestSessions(args, context),
  },
  {
    name: 'context',
    title: 'Context',
    description:
      'What is known about the user and this project: the overview that a new session starts with.',
    hints: reads,
    scoped: true,
    input: inputSchema(sessionStartPayload.params, {
      wake_depth: { type: 'string', enum: [...wakeDepths], default: 'standard' },
    }),
    output: outputSchema(z.object({ context: z.string(), tokens: z.int() })),
    async run(args, context) {
      const payload = await context.call(sessionStartPayload, {
        wake_depth: 'standard',
        ...args,
        cwd: cwdOf(args, context),
      })
      const text = contextText(payload)
      return {
        structured: { context: text, tokens: countTokens(text) },
        text: text || 'Nothing is known yet.',
      }
    },
  },
  {
    name: 'status',
    title: 'Status',
    description: 'How much is remembered, and whether the memory works.',
    hints: reads,
    scoped: false,
    input: { type: 'object', properties: {} },
    output: outputSchema(
      status.result.pick({
        version: true,
        memories: true,
        facts: true,
        sessions: true,
        projects: true,
        bytes: true,
      }),
    ),
    async run(_args, { call }) {
      const { version, memories, facts, sessions, projects, bytes } = await call(status, {})
      return {
        structured: { version, memories, facts, sessions, projects, bytes },
        text: `iai-mcp ${version}: ${memories} memories (${facts} facts) of ${sessions} sessions in ${projects} projects, ${bytes} bytes on disk.`,
      }
    },
  },
]

const keptWords = { inserted: 'Kept', reinforced: 'Known already', skipped: 'Not kept' } as const

function proposedText(id: string, old: string): string {
  return `${old} is not yours to replace: it holds. What you say is kept beside it, as yours. id ${id}. If the user agrees: iai-mcp correct ${old} --with ${id}`
}

async function latestSessions(args: Params, context: ToolContext): Promise<ToolAnswer> {
  if (args.after !== undefined) {
    throw new AppError('invalid_params', "param 'after' continues one session: give its session_id too")
  }
  const { sessions } = await context.call(sessionList, {
    limit: args.limit ?? limits.mcpTimelineTurnsDefault,
    client: args.client,
    all_projects: args.all_projects,
    cwd: cwdOf(args, context),
  })
  const titles = sessions.map(titleOfSession)
  return { structured: { notice: rememberedNotice, sessions: titles }, text: sessionsText(titles) }
}

async function oneSession(args: Params, context: ToolContext): Promise<ToolAnswer> {
  const asked = { limit: limits.mcpTimelineTurnsDefault, ...args, cwd: cwdOf(args, context) }
  const page = await context.call(sessionGet, asked)
  const title = titleOfSession(page.session)
  const turns = saidOfTurns(page.memories, limits.mcpTimelineTokensMax)
  return {
    structured: {
      notice: rememberedNotice,
      sessions: [title],
      turns,
      ...(page.next !== null && { next: page.next }),
    },
    text: sessionText(title, turns, page.next),
  }
}
