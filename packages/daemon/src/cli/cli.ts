// The command line: one program, one small file per command, and what happens to their errors.
import { Command, CommanderError } from 'commander'
import { isAppError } from '../kit/errors.ts'
import { readPackageInfo } from '../lifecycle/package-info.ts'
import { terminalText } from '../text/remembered.ts'
import { addCapture } from './capture.ts'
import { isClientError } from './client.ts'
import { createCli } from './command.ts'
import { addContext } from './context.ts'
import { addDaemon } from './daemon.ts'
import { addDoctor } from './doctor/doctor.ts'
import { messageInCommands } from './error-words.ts'
import { exitCodeOf, exitCodes, NotFoundError, UsageError } from './exit-codes.ts'
import { addForget } from './forget.ts'
import { addImport } from './history/import.ts'
import { addVerify } from './history/verify.ts'
import { addHook } from './hook.ts'
import { type Io, processIo } from './io.ts'
import { addBackup } from './keeping/backup.ts'
import { addExport } from './keeping/export.ts'
import { addKey } from './keeping/key.ts'
import { addRestore } from './keeping/restore.ts'
import { addList } from './list.ts'
import { addMcp } from './mcp.ts'

import { addPin } from './pin.ts'
import { addProfile } from './profile.ts'
import { addProject } from './project.ts'
import { addRecall } from './recall.ts'
import { addService } from './service/service.ts'
import { addSetup } from './setup/setup.ts'
import { addShow } from './show.ts'
import { addStatus } from './status.ts'
import { addStop } from './stop.ts'
import { addToken } from './token.ts'

/** The bin's entry. A command leaves its exit code behind and lets the process end by itself. */
export async function main(argv: readonly string[]): Promise<void> {
  process.stdout.on('error', ignoreNobodyReading)
  process.stderr.on('error', ignoreNobodyReading)
  process.exitCode = await runCli(argv.slice(2), processIo())
}

/** Runs one command line; resolves with its exit code. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  try {
    const { program, exitCode } = createProgram(io)
    await program.parseAsync(args, { from: 'user' })
    return exitCode()
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    io.stderr.write(describeError(error, args.includes('--json')))
    return exitCodeOf(error)
  }
}

/** The program, and the exit code of what ran in it. */
function createProgram(io: Io): { readonly program: Command; exitCode(): number } {
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
  for (const add of [
    addDaemon,
    addStatus,
    addStop,
    addCapture,
    addRecall,
    addContext,
    addList,
    addShow,
    addPin,
    addForget,
    addProject,
    addProfile,
    addToken,
    addKey,
    addBackup,
    addRestore,
    addExport,
    addDoctor,
    addSetup,
    addService,
    addImport,
    addVerify,
    addMcp,
    addHook,
  ])
    add(cli)
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
