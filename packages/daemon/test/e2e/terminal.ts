// A command on a terminal of its own, by `script` of util-linux: what it prints arrives here, and keys are typed when it
// asks. Linux.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stripVTControlCharacters } from 'node:util'
import { shellWord } from '../../src/cli/hosts/integration.ts'
import type { Env } from './daemon-process.ts'

export interface Typing {
  /** Printed since the last typing. */
  readonly when: string
  readonly keys: string
}

export interface TerminalRun {
  readonly code: number | null
  /** Without colours and cursor movements. */
  readonly screen: string
  /** What was never asked. */
  readonly untyped: readonly Typing[]
}

export const keys = { yes: 'y', no: 'n', enter: '\r', interrupt: '\u0003', escape: '\u001b' } as const

const runMsMax = 150_000
/** A prompt is drawn a moment before it listens. */
const typeAfterMs = 300

export async function runOnTerminal(
  command: readonly string[],
  { cwd, env, typing }: { readonly cwd: string; readonly env: Env; readonly typing: readonly Typing[] },
): Promise<TerminalRun> {
  const line = `stty cols 100 rows 40; exec ${command.map(shellWord).join(' ')}`
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', line, '/dev/null'], {
    cwd,
    env: { ...env, TERM: 'xterm-256color', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: runMsMax,
  })
  const untyped = [...typing]
  let [screen, seen] = ['', 0]
  function type(): void {
    const [next] = untyped
    if (next === undefined || !screen.includes(next.when, seen)) return
    seen = screen.length
    untyped.shift()
    setTimeout(() => child.stdin.write(next.keys), typeAfterMs)
  }
  child.stdin.on('error', () => {}) // it ended without having asked: `untyped` says so
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      screen += stripVTControlCharacters(text)
      type()
    })
  }
  const [code] = await once(child, 'close')
  return { code, screen, untyped }
}
