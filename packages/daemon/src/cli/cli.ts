// The command line: one program, one small file per command, and what happens to their errors.
import { Command, CommanderError } from 'commander'
import { isAppError } from '../kit/errors.ts'
import { readPackageInfo } from '../lifecycle/package-info.ts'
import { terminalText } from '../text/remembered.ts'
import { isClientError } from './client.ts'
import { type Cli, createCli } from './command.ts'
import { messageInCommands } from './error-words.ts'
import { exitCodeOf, exitCodes, NotFoundError, UsageError } from './exit-codes.ts'
import { type Io, processIo } from './io.ts'

/** The bin's entry. A command leaves its exit code behind and lets the process end by itself. */
export async function main(argv: readonly string[]): Promise<void> {
  process.stdout.on('error', ignoreNobodyReading)
  process.stderr.on('error', ignoreNobodyReading)
  process.exitCode = await runCli(argv.slice(2), processIo())
}

/** Runs one command line; resolves with its exit code. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  try {
    const { program, exitCode } = await createProgram(io, args[0])
    await program.parseAsync(args, { from: 'user' })
    return exitCode()
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    io.stderr.write(describeError(error, args.includes('--json')))
    return exitCodeOf(error)
  }
}

/** Each command's file, loaded for that command alone: a daemon would carry what all the others load for its whole life. */
const commands: Readonly<Record<string, () => Promise<(cli: Cli) => void>>> = {
  daemon: async () => (await import('./daemon.ts')).addDaemon,
  status: async () => (await import('./status.ts')).addStatus,
  stop: async () => (await import('./stop.ts')).addStop,
  capture: async () => (await import('./capture.ts')).addCapture,
  recall: async () => (await import('./recall.ts')).addRecall,
  context: async () => (await import('./context.ts')).addContext,
  list: async () => (await import('./list.ts')).addList,
  show: async () => (await import('./show.ts')).addShow,
  pin: async () => (await import('./pin.ts')).addPin,
  correct: async () => (await import('./correct.ts')).addCorrect,
  forget: async () => (await import('./forget.ts')).addForget,
  project: async () => (await import('./project.ts')).addProject,
  profile: async () => (await import('./profile.ts')).addProfile,
  token: async () => (await import('./token.ts')).addToken,
  key: async () => (await import('./keeping/key.ts')).addKey,
  backup: async () => (await import('./keeping/backup.ts')).addBackup,
  restore: async () => (await import('./keeping/restore.ts')).addRestore,
  export: async () => (await import('./keeping/export.ts')).addExport,
  doctor: async () => (await import('./doctor/doctor.ts')).addDoctor,
  setup: async () => (await import('./setup/setup.ts')).addSetup,
  service: async () => (await import('./service/service.ts')).addService,
  import: async () => (await import('./history/import.ts')).addImport,
  verify: async () => (await import('./history/verify.ts')).addVerify,
  mcp: async () => (await import('./mcp.ts')).addMcp,
  hook: async () => (await import('./hook.ts')).addHook,
}

/** The program, and the exit code of what ran in it. `name`: the command asked for; all of them where it is none. */
async function createProgram(
  io: Io,
  name: string | undefined,
): Promise<{ readonly program: Command; exitCode(): number }> {
  const program = new Command('iai-mcp')
    .description('Long-term memory for coding agents that stays on this machine.')
    .version(readPackageInfo().version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
    .addHelpText('after', exitCodeHelp)
  const cli = createCli(program, io)
  const asked = Object.entries(commands).find(([each]) => each === name)?.[1]
  const loads = asked === undefined ? Object.values(commands) : [asked]
  for (const add of await Promise.all(loads.map((load) => load()))) add(cli)
  return { program, exitCode: cli.exitCode }
}

const exitCodeHelp = `
Exit codes: ${exitCodes.ok} done · ${exitCodes.error} failed · ${exitCodes.usage} wrong usage · ${exitCodes.noDaemon} no daemon runs · ${exitCodes.notFound} not found`

function describeError(error: unknown, json: boolean): string {
  const message = messageOf(error)
  if (!json) return `iai-mcp: ${terminalText(message)}\n${isExpected(error) ? '' : `${stackOf(error)}\n`}`
  const code = isAppError(error) || isClientError(error) ? error.code : null
  return `${JSON.stringify({ error: message, code })}\n`
}

function messageOf(error: unknown): string {
  if (isClientError(error)) return messageInCommands(error)
  return error instanceof Error ? error.message : String(error)
}

/** What a user can bring about; everything else is a defect, and its stack helps to find it. */
function isExpected(error: unknown): boolean {
  return (
    isAppError(error) || isClientError(error) || error instanceof UsageError || error instanceof NotFoundError
  )
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? '') : ''
}

/** `iai-mcp list | head` closes the pipe early: that is no failure, and a daemon goes on without its banner. */
function ignoreNobodyReading(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}
