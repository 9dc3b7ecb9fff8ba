// `iai-mcp hook <event>`: what Claude Code and Codex run when a session opens, is told something, rests or ends. The host
// waits for it, so it loads little and has a deadline; whatever happens it ends with 0 and, unless there is memory to
// hand over, without a word. What became of a call stands in the daemon's log.
import { parseArgs } from 'node:util'
import { isClientError } from '../../../../client/src/client-error.ts'
import { connectDaemon, type SocketClient } from '../../../../client/src/socket-client.ts'
import type { Config } from '../../config/config.ts'
import { limits } from '../../kit/limits.ts'
import { configOf, placeOptions } from '../short-path.ts'

/** By event: the host's own name for it, which an answer repeats. */
const hostEvents = {
  'session-start': 'SessionStart',
  'user-prompt': 'UserPromptSubmit',
  stop: 'Stop',
  'subagent-stop': 'SubagentStop',
  'pre-compact': 'PreCompact',
  'session-end': 'SessionEnd',
} as const
type HookEvent = keyof typeof hostEvents

export interface HookRun {
  readonly event: string
  readonly client: string
  readonly config: Config
}

/** Ends the process, with 0 also when the arguments make no sense: hosts take other codes for a refusal of the turn. */
export async function runHookArguments(args: readonly string[]): Promise<boolean> {
  if (args.some((word) => word === '--help' || word === '-h')) return false
  try {
    return await runHook(understand(args))
  } catch (error) {
    process.stderr.write(`iai-mcp: ${error instanceof Error ? error.message : String(error)}\n`)
    return end()
  }
}

/** Raises for an event that is none. */
export async function runHook({ event, client, config }: HookRun): Promise<never> {
  if (!isHookEvent(event)) throw new Error(`no such hook; there are: ${Object.keys(hostEvents).join(', ')}`)
  const startsDaemon = event === 'session-start'
  setTimeout(end, config.hookWaitMs ?? (startsDaemon ? limits.hookColdMsMax : limits.hookMsMax))
  process.stdout.on('error', end) // nobody reads any more
  try {
    const input = await readInput(process.stdin)
    const daemon = await connected(config, startsDaemon)
    const line = { type: 'hook', client, event, ...passedOn(input) }
    const reply = await daemon.control(line)
    if (typeof reply.text === 'string') await print(answerOf(event, reply.text))
  } catch {
    // No daemon, no answer, or no input of a hook: the host goes on as if we were not there.
  }
  return end()
}

function end(): never {
  process.exit(0)
}

function understand(args: readonly string[]): HookRun {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { ...placeOptions, host: { type: 'string', default: 'claude-code' } },
  })
  return { event: positionals.join(' '), client: values.host, config: configOf(values) }
}

function isHookEvent(text: string): text is HookEvent {
  return Object.hasOwn(hostEvents, text)
}

async function readInput(stream: AsyncIterable<Buffer>): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes > limits.hookInputBytesMax) throw new Error('more than a host hands its hooks')
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

/** What the daemon needs of it; the rest (tool input, model, permissions) stays here. */
function passedOn(input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { session_id, cwd, source, transcript_path, prompt } = input
  return {
    session_id,
    cwd,
    source,
    transcript_path: transcript_path ?? undefined,
    prompt: typeof prompt === 'string' ? prompt.slice(0, limits.hookPromptCharsMax) : undefined,
  }
}

/** A session that opens finds a daemon even when none was running; at other times that is nobody's wish. */
async function connected(config: Config, startsDaemon: boolean): Promise<SocketClient> {
  const { dataDir, socketPath } = config
  try {
    return await connectDaemon(socketPath)
  } catch (error) {
    if (!startsDaemon || !isClientError(error) || error.kind !== 'not_running') throw error
  }
  const [{ startDaemon }, { onDemandDaemon }] = await Promise.all([
    import('../bridge/daemon-start.ts'),
    import('../daemon-command.ts'),
  ])
  let client: SocketClient | null = null
  const look = async () => {
    client = await connectDaemon(socketPath).catch(() => null)
    return client !== null
  }
  await startDaemon({ dataDir, command: onDemandDaemon(config), look })
  return client ?? connectDaemon(socketPath)
}

function answerOf(event: HookEvent, additionalContext: string): string {
  return `${JSON.stringify({ hookSpecificOutput: { hookEventName: hostEvents[event], additionalContext } })}\n`
}

function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()))
}
