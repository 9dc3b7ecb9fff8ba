// A live check of a host's hooks as they stand in its settings: the commands are run by a shell, as the host runs them,
// with what the host would hand them. A session opens, and its first prompt must bring back a statement that the daemon
// was told a moment before, and which is forgotten again.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { AppError, errnoOf } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import type { memoryCapture } from '../../operations/memory-capture.ts'
import { type Finding, finding } from '../doctor/check.ts'
import { findHooks } from '../doctor/find-hooks.ts'
import type { HookAddition } from '../hosts/integration.ts'
import type { ResultOf } from '../result-of.ts'
import { isObject } from './change.ts'
import type { CheckContext } from './host.ts'

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

async function openSession(
  { daemon, place }: CheckContext,
  commands: ReadonlyMap<string, string>,
): Promise<void> {
  const session_id = `setup-check-${randomBytes(4).toString('hex')}`
  const cwd = place.config.dataDir
  const run = (event: string, input: object) =>
    runHook(commands.get(event) ?? '', { session_id, cwd, hook_event_name: event, ...input })
  await run('SessionStart', { source: 'startup' })
  if (place.config.promptRecall === 'off') return
  const text = `A test statement of iai-mcp setup: ${randomBytes(9).toString('hex')}`
  const params = { text, role: 'note', project: 'global' }
  const { record_id: id } = await daemon.call<ResultOf<typeof memoryCapture>>('memory_capture', params)
  try {
    const answer = await run('UserPromptSubmit', { prompt: text })
    if (!answer.includes(text))
      throw new AppError('unavailable', `did not bring back what the memory had just been told: ${answer}`)
  } finally {
    await daemon.call('memory_forget', { ids: [id] })
  }
}

/** The text that the hook hands the model; '' for none. Raises unless it ends well and in time. */
async function runHook(command: string, input: object): Promise<string> {
  const { code, said, complaint } = await runInShell(command, JSON.stringify(input))
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

function runInShell(command: string, input: string): Promise<Ran> {
  const signal = AbortSignal.timeout(limits.setupCheckMsMax)
  const child = spawn('/bin/sh', ['-c', command], { stdio: 'pipe', signal, killSignal: 'SIGKILL' })
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
