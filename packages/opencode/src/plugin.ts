// The OpenCode plugin: puts the session context into the system prompt, what a first prompt brings back behind it, and
// takes every turn to the memory, verbatim, and what the host takes back of them.
// This file only connects the host's hooks to the parts; `guard` keeps every one of them from breaking or delaying a
// user's turn. One default export with `id` and `server`, as the host requires.
import { createHttpClient } from '@iai-mcp/client/http-client'
import { createSpool } from '@iai-mcp/client/spool'
import { createBackOff } from './back-off.ts'
import { BoundedMap } from './bounded-map.ts'
import { createCaptureQueue } from './capture-queue.ts'
import { clientName } from './client-name.ts'
import { createDaemonStart } from './daemon-start.ts'
import { createFirstPrompt } from './first-prompt.ts'
import { createGuard } from './guard.ts'
import type { Hooks, HostEvent, HostInput } from './host.ts'
import { pluginLimits } from './limits.ts'
import { createModelCalls } from './model-calls.ts'
import { hostEnvironment, parseOptions } from './options.ts'
import { createReporter } from './reporter.ts'
import { createSessionContext } from './session-context.ts'
import { createSessionTree } from './session-tree.ts'
import { createTakenBack } from './taken-back.ts'
import { createTurns, isTyped } from './turns.ts'

const followed = new Set([
  'session.created',
  'session.updated',
  'session.deleted',
  'message.updated',
  'message.removed',
  'message.part.updated',
  'message.part.removed',
])

const compactionNote = [
  'This conversation is kept verbatim in a long-term memory outside of it, and a slice of that memory stands in the',
  'system prompt, also after this summary. So the summary need not repeat remembered background. It must keep exactly:',
  'names, numbers, paths, decisions with their reasons, and what is still open.',
].join('\n')

const missed = 'the memory was not there in time for this answer; the session has it from the next one on'

async function server(input: HostInput, rawOptions?: unknown): Promise<Hooks> {
  const now = () => Date.now()
  const reporter = createReporter(input.client)
  const env = hostEnvironment()
  const { options, complaints } = parseOptions(rawOptions, env)
  for (const complaint of complaints) reporter.warn(complaint)

  const client = createHttpClient({ dataDir: options.dataDir })
  const spool = createSpool({ dataDir: options.dataDir })
  const backOff = createBackOff(pluginLimits.backOffMs, now)
  const tree = createSessionTree(input.client)
  const calls = createModelCalls()
  const turns = createTurns(now)
  const takenBack = createTakenBack(options)
  const cwd = input.directory
  const daemon = createDaemonStart({ client, reporter, options, env, now })
  const holdMs = () => options.waitMs + daemon.graceMs()
  const context = createSessionContext({ client, daemon, tree, backOff, reporter, options, cwd, now })
  const queue = createCaptureQueue({ client, spool, tree, backOff, reporter, options, cwd })
  const firstPrompt = createFirstPrompt({
    client,
    daemon,
    backOff,
    reporter,
    holdMs,
    cwd,
    onLate: context.held,
  })
  const active = new BoundedMap<string, true>(pluginLimits.goodbyesMax)
  const guard = createGuard(holdMs, reporter)

  function remember(said: ReturnType<typeof turns.observe>): void {
    for (const { sessionId } of said) active.set(sessionId, true)
    queue.add(said)
  }

  async function sayGoodbye(): Promise<void> {
    if (backOff.resting) return
    const goodbyes = [...active.keys()].map((sessionId) =>
      client.call(
        'session_exit',
        { session_id: sessionId, client: clientName },
        { timeoutMs: options.waitMs },
      ),
    )
    for (const outcome of await Promise.allSettled(goodbyes)) {
      if (outcome.status === 'rejected') reporter.failed('session exit', outcome.reason)
    }
  }

  const follow = guard('event', (_expired, event: HostEvent) => {
    // Also where nothing is captured now: what was captured once may be taken back.
    queue.add(takenBack.observe(event))
    if (event.type.startsWith('session.')) {
      tree.learn(event)
      firstPrompt.learn(event)
    } else if (options.capture) remember(turns.observe(event))
  })

  return {
    config: guard('config', (_expired, config) => {
      calls.learn(config)
      daemon.learn(config)
    }),

    // Hundreds of deltas a second pass here; only what is followed costs more than a look at its type.
    event: async (input) => (followed.has(input?.event?.type) ? follow(input.event) : undefined),

    'chat.message': guard('chat.message', async (expired, { sessionID }, { message, parts }) => {
      // The host has a good deal to do before it calls the model; the answer comes meanwhile.
      if (options.inject && sessionID !== undefined) context.prepare(sessionID)
      if (options.capture) remember(turns.typed(message, parts))
      const recalled = options.recall ? await firstPrompt.partFor(message, parts.filter(isTyped)) : null
      if (recalled !== null && !expired.aborted) parts.push(recalled)
    }),

    'experimental.text.complete': guard(
      'text.complete',
      (_expired, { sessionID, messageID, partID }, { text }) => {
        if (options.capture) remember(turns.completed(sessionID, messageID, partID, text))
      },
    ),

    'experimental.chat.system.transform': guard(
      'system.transform',
      async (expired, { sessionID }, { system }) => {
        if (!options.inject || sessionID === undefined || calls.isHousekeeping(system)) return
        expired.addEventListener('abort', () => reporter.tell(missed), { once: true })
        const text = await context.textFor(sessionID)
        // Pushed, never assigned: the host reads the array it handed out, and its first entry is its own.
        if (text !== '' && !expired.aborted) system.push(text)
      },
    ),

    'experimental.session.compacting': guard('session.compacting', (_expired, { sessionID }, output) => {
      // Said only where it holds: turns are kept and this session's prompt carries a slice.
      const isTrue = options.capture && context.has(sessionID)
      if (options.compaction && isTrue) output.context.push(compactionNote)
    }),

    async dispose() {
      await queue.drain()
      await sayGoodbye()
    },
  }
}

export default { id: 'iai-mcp', server }
