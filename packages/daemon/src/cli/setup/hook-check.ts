// A live check of a host's hooks as they stand in its settings: the commands are run by a shell, as the host runs them,
// with what the host would hand them, on a trial's memory. A session opens, and its first prompt must bring back a
// statement that the daemon was told a moment before.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { AppError, errnoOf } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { type Finding, finding } from '../doctor/check.ts'
import { findHooks } from '../doctor/find-hooks.ts'
import type { HookAddition } from '../hosts/integration.ts'
import type { CheckContext } from './host.ts'
import { isObject } from './json-value.ts'
import type { Trial } from './trial.ts'

/** `hooks`: what set-up puts there; their commands are read from the file. */
export async function checkHooks(
  context: CheckContext,
  check: string,
  hooks: readonly HookAddition[],
): Promise<Finding> {
  try {
    const found = await findHooks(hooks)
    if (found.problem !== null) return finding('fail', check, found.problem, 'iai-mcp setup')
    await openSession(context, found.commands)
    return finding('ok', check, `a test session opened and remembered through ${found.file}`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return finding('fail', check, reason, 'iai-mcp doctor')
  }
}

async function openSession({ trial }: CheckContext, commands: ReadonlyMap<string, string>): Promise<void> {
  const session_id = `setup-check-${randomBytes(4).toString('hex')}`
  const run = (event: string, input: object) =>
    runHook(trial, commands.get(event) ?? '', {
      session_id,
      cwd: trial.dataDir,
      hook_event_name: event,
      ...input,
    })
  await run('SessionStart', { source: 'startup' })
  const text = `A test statement of iai-mcp setup: ${randomBytes(9).toString('hex')}`
  await trial.daemon.call('memory_capture', { text, role: 'note', project: 'global' })
  const answer = await run('UserPromptSubmit', { prompt: text })
  if (!answer.includes(text))
    throw new AppError('unavailable', `did not bring back what the memory had just been told: ${answer}`)
}

/** The text that the hook hands the model; '' for none. Raises unless it ends well and in time. */
async function runHook(trial: Trial, command: string, input: object): Promise<string> {
  const { code, said, complaint } = await runInShell(trial, command, JSON.stringify(input))
  if (code !== 0 || complaint !== '')
    throw new AppError('unavailable', `${command}: ended with code ${code}. ${complaint.trim()}`)
  if (said.trim() === '') return ''
  const answer: unknown = JSON.parse(said)
  const output = isObject(answer) ? answer.hookSpecificOutput : undefined
  return isObject(output) && typeof output.additionalContext === 'string' ? output.additionalContext : ''
}

interface Ran {
  readonly code: number | null
  readonly said: string
  readonly complaint: string
}

function runInShell({ env, inTrialShell }: Trial, command: string, input: string): Promise<Ran> {
  const signal = AbortSignal.timeout(limits.setupCheckMsMax)
  const child = spawn('/bin/sh', ['-c', inTrialShell(command)], {
    env,
    stdio: 'pipe',
    signal,
    killSignal: 'SIGKILL',
  })
  let said = ''
  let complaint = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, limits.hookInputBytesMax)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(0, limits.hookNoticeBytesMax)
  })
  child.stdin.on('error', () => {}) // it ended before it had read its input: its code says so
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.on('close', (code) => resolve({ code, said, complaint }))
    child.on('error', (error) =>
      reject(
        new AppError(
          'unavailable',
          signal.aborted
            ? `${command}: no end within ${limits.setupCheckMsMax / 1_000} s`
            : `${command}: cannot be run (${errnoOf(error) ?? error.name})`,
        ),
      ),
    )
  })
}
