// A live check of an MCP server as a host's configuration names it: the command is run as the host would, on a trial's
// memory, and a statement is remembered through it, recalled, and forgotten.
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { Readable, Writable } from 'node:stream'
import { AppError, errnoOf } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { readLines } from '../../transport/socket/lines.ts'
import { type Finding, finding } from '../doctor/check.ts'
import type { CheckContext } from './host.ts'
import { isObject } from './json-value.ts'
import type { Trial } from './trial.ts'

/** `command` as it stands in the file; anything but a list of texts is a failure. */
export async function checkMcpServer(
  { trial }: CheckContext,
  check: string,
  file: string,
  command: readonly unknown[] | null,
): Promise<Finding> {
  const words = command?.filter((word) => typeof word === 'string') ?? []
  if (words.length === 0 || words.length !== command?.length)
    return finding('fail', check, `no command of ours in ${file}`, 'iai-mcp setup')
  try {
    await roundTrip(trial, trial.inTrial(words))
    return finding('ok', check, `remembered, recalled and forgot a test statement through ${file}`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return finding('fail', check, `${words.join(' ')}: ${reason}`, 'iai-mcp doctor')
  }
}

async function roundTrip(
  { dataDir: cwd, env }: Trial,
  [program = '', ...args]: readonly string[],
): Promise<void> {
  const signal = AbortSignal.timeout(limits.setupCheckMsMax)
  const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'ignore'], signal })
  const ended = new Promise<never>((_, reject) => {
    child.on('error', (error) => reject(new AppError('unavailable', whyNot(error, signal))))
    child.on('exit', (code) => reject(new AppError('unavailable', `ended with code ${code} in the middle`)))
  })
  // Nobody may be waiting for it any more when it ends.
  ended.catch(() => {})
  child.stdin.on('error', () => {}) // it ended: `ended` says so
  try {
    await Promise.race([converse(child), ended])
  } finally {
    child.kill()
  }
}

function whyNot(error: Error, signal: AbortSignal): string {
  if (signal.aborted) return `no answer within ${limits.setupCheckMsMax / 1_000} s`
  return `cannot be run (${errnoOf(error) ?? error.name})`
}

async function converse(child: ChildProcessByStdio<Writable, Readable, null>): Promise<void> {
  const answers = readLines(child.stdout, limits.socketLineBytesMax)
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  let lastId = 0

  async function ask(method: string, params: object): Promise<Readonly<Record<string, unknown>>> {
    lastId += 1
    send({ id: lastId, method, params })
    for (;;) {
      const { value: line, done } = await answers.next()
      if (done || line.kind !== 'line')
        throw new AppError('unavailable', 'said nothing that could be understood')
      const answer: unknown = JSON.parse(line.bytes.toString('utf8'))
      if (!isObject(answer) || answer.id !== lastId) continue
      if (isObject(answer.result)) return answer.result
      throw new AppError('unavailable', `refused ${method}`)
    }
  }
  async function tool(name: string, args: object): Promise<Readonly<Record<string, unknown>>> {
    const { structuredContent, isError } = await ask('tools/call', { name, arguments: args })
    if (isError === true || !isObject(structuredContent))
      throw new AppError('unavailable', `its tool ${name} failed`)
    return structuredContent
  }

  const clientInfo = { name: 'iai-mcp-setup', version: '1' }
  await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo })
  send({ method: 'notifications/initialized' })
  const text = `A test statement of iai-mcp setup: ${randomBytes(9).toString('hex')}`
  const { id } = await tool('remember', { text })
  const { hits } = await tool('recall', { cue: text })
  if (!Array.isArray(hits) || !hits.some((hit) => isObject(hit) && hit.id === id))
    throw new AppError('unavailable', 'did not recall what it had just remembered')
  await tool('forget', { ids: [id] })
}
