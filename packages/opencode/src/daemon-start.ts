// Starts the daemon when none runs, as soon as the plugin is loaded: the host has a good deal to do before it calls a
// model, and the daemon is up by then. It is started by the program that the host itself runs as our MCP server; without
// such an entry there is nobody to ask, and whoever runs OpenCode starts the daemon.
import { type ChildProcess, spawn } from 'node:child_process'
import { isClientError } from '@iai-mcp/client/client-error'
import { settlesWithin } from '@iai-mcp/client/deadline'
import type { HttpClient } from '@iai-mcp/client/http-client'
import type { HostConfig } from './host.ts'
import { pluginLimits } from './limits.ts'
import type { Options } from './options.ts'
import type { Reporter } from './reporter.ts'

export interface DaemonStart {
  /** Learns how to start a daemon, and starts one when none runs. Returns at once. */
  learn(config: HostConfig): void
  /**
   * Runs `work` when the start that is under way is over; where no daemon runs, once more when one has been started. It is
   * told how long that took.
   */
  withDaemon<T>(work: (waitedMs: number) => Promise<T>): Promise<T>
  /** How much longer than usual a hook may be held, in ms: until the daemon that was started has given an answer. */
  graceMs(): number
  /** It has given one. */
  worked(): void
}

export interface DaemonStartParts {
  readonly client: HttpClient
  readonly reporter: Reporter
  readonly options: Pick<Options, 'dataDir'>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: () => number
}

interface Program {
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

export function createDaemonStart({ client, reporter, options, env, now }: DaemonStartParts): DaemonStart {
  let program: Program | null = null
  let starting: Promise<boolean> | null = null
  let restsUntil = Number.NEGATIVE_INFINITY
  let graceUntil = Number.NEGATIVE_INFINITY

  /** Whether one was started; false as well when one ran all the time, or somebody has just tried. */
  function start(): Promise<boolean> {
    if (program === null || now() < restsUntil) return Promise.resolve(false)
    starting ??= startWith(program).finally(() => {
      starting = null
    })
    return starting
  }

  async function startWith({ command, env }: Program): Promise<boolean> {
    if (await runs()) return false
    graceUntil = now() + pluginLimits.startGraceMs
    const failure = await run(command, env)
    restsUntil = now() + pluginLimits.backOffMs
    if (failure === null) return true
    graceUntil = Number.NEGATIVE_INFINITY
    reporter.tell(`${failure}; sessions have no memory until it runs`)
    return false
  }

  async function runs(): Promise<boolean> {
    try {
      await client.call('status', {}, { timeoutMs: pluginLimits.lookMsMax })
      return true
    } catch (error) {
      return !isNotRunning(error)
    }
  }

  return {
    learn(config) {
      program = programFrom(config, options.dataDir, env)
      void start()
    },
    async withDaemon(work) {
      const since = now()
      const waited = starting === null ? 0 : await starting.then(() => now() - since)
      try {
        return await work(waited)
      } catch (error) {
        if (!isNotRunning(error) || !(await start())) throw error
        return await work(now() - since)
      }
    },
    graceMs: () => Math.max(0, graceUntil - now()),
    worked() {
      graceUntil = Number.NEGATIVE_INFINITY
    },
  }
}

function isNotRunning(error: unknown): boolean {
  return isClientError(error) && error.kind === 'not_running'
}

/** From the words that start our MCP server: those before `mcp` are the program, whoever runs it (Node, npx). */
function programFrom({ mcp }: HostConfig, dataDir: string, env: Program['env']): Program | null {
  for (const entry of Object.values(mcp ?? {})) {
    const words = entry?.command
    if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) continue
    const at = words.findIndex((word) => /(?:^|[/\\])iai-mcp(?:\.js)?$/.test(word))
    if (at < 0 || words[at + 1] !== 'mcp') continue
    const socket = words.indexOf('--socket')
    const place = socket < 0 ? [] : words.slice(socket, socket + 2)
    const command = [...words.slice(0, at + 1), 'start', '--http', '--json', '--data-dir', dataDir, ...place]
    return { command, env: { ...env, ...entry?.environment } }
  }
  return null
}

/** Null when it has done its work, else what it says went wrong. */
async function run([program = '', ...args]: readonly string[], env: Program['env']): Promise<string | null> {
  const child = spawn(program, args, { env: { ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = endOf(child)
  if (!(await settlesWithin(ended, pluginLimits.startMsMax))) {
    child.kill()
    return `the daemon did not start within ${pluginLimits.startMsMax / 1000} s; run: iai-mcp doctor`
  }
  return ended
}

function endOf(child: ChildProcess): Promise<string | null> {
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-pluginLimits.startWordsCharsMax)
  })
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(`the daemon could not be started: ${error.message}`))
    child.on('close', (code) =>
      resolve(code === 0 ? null : `the daemon could not be started: ${reasonIn(said)}`),
    )
  })
}

/** `--json` makes the error one line of JSON; a Node that cannot run the program at all says it otherwise. */
function reasonIn(said: string): string {
  const last = said.trimEnd().split('\n').at(-1) ?? ''
  try {
    const { error } = JSON.parse(last)
    return typeof error === 'string' ? error : last
  } catch {
    return last === '' ? 'run: iai-mcp doctor' : last
  }
}
