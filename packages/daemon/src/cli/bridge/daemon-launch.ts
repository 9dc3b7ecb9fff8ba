// Lets a daemon go: in a session of its own, and never as a child of ours. Hosts end what they started, and OpenCode
// goes about it thoroughly: it walks down from its MCP server by parent ids and ends whatever it finds. So a shell starts
// the daemon in the background and is gone a moment later, and nothing leads from a host to the daemon.
import { spawn } from 'node:child_process'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { assert } from '../../kit/assert.ts'
import { errnoOf } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'

export interface Failure {
  readonly code: string | null
  readonly message: string
}

export interface Launched {
  /** Why it ended; null while it runs. */
  failure(): Failure | null
  /** Looks after it no longer, whatever becomes of it. */
  letGo(): void
}

/**
 * The daemon's input is the far end of our pipe: nothing is ever sent through it, but it closes when the daemon ends, which
 * nobody else would tell us of a process that is no child of ours.
 */
const inBackground = '"$0" "$@" <&1 >/dev/null &'

/** Program and arguments that run a daemon in the foreground; its errors go to `daemon.log`. */
export function launchDaemon(dataDir: string, command: readonly [string, ...string[]]): Launched {
  const path = join(dataDir, 'daemon.log')
  const log = openLog(path)
  const from = fstatSync(log).size
  let failure: Failure | null = null
  let isOver = false
  const shell = spawn('/bin/sh', ['-c', inBackground, ...command], {
    cwd: dataDir,
    detached: true,
    stdio: ['ignore', 'pipe', log],
  })
  const pipe = shell.stdout
  assert(pipe !== null, 'the output of the shell is a pipe')

  function end(found: () => Failure): void {
    if (isOver) return
    isOver = true
    failure = found()
    closeSync(log)
  }

  shell.on('error', (error) =>
    end(() => ({ code: null, message: `cannot run /bin/sh (${errnoOf(error) ?? error.name})` })),
  )
  pipe.on('error', () => {}) // `close` follows
  pipe.on('close', () =>
    end(
      () => lastWords(log, from) ?? { code: null, message: `the iai-mcp daemon ended at once; see ${path}` },
    ),
  )
  pipe.resume()
  shell.unref()
  return {
    failure: () => failure,
    letGo() {
      if (isOver) return
      isOver = true
      closeSync(log)
      pipe.destroy()
    },
  }
}

/** Grows by warnings only, and starts anew when it has become long. */
function openLog(path: string): number {
  const log = openSync(path, 'a+', 0o600)
  if (fstatSync(log).size <= limits.onDemandLogBytesMax) return log
  closeSync(log)
  return openSync(path, 'w+', 0o600)
}

/** The error that `--json` made the daemon's last line. */
function lastWords(log: number, from: number): Failure | null {
  const bytes = Buffer.alloc(Math.min(fstatSync(log).size - from, limits.onDemandLogBytesMax))
  readSync(log, bytes, 0, bytes.length, from)
  const line = bytes.toString('utf8').trimEnd().split('\n').at(-1) ?? ''
  try {
    const { error, code } = JSON.parse(line)
    return typeof error === 'string' ? { code: typeof code === 'string' ? code : null, message: error } : null
  } catch {
    return null
  }
}
