// What every command has in common: the options that find the daemon, --json, and how a result is shown.
import { type Command, InvalidArgumentError } from 'commander'
import { type Config, type Flags, inspectConfig, readConfig } from '../config/config.ts'
import { processInput } from '../config/environment.ts'
import { optionNames, options, type Settings } from '../config/options.ts'
import { visibleJson } from '../text/hidden.ts'
import { type Daemon, withDaemon } from './client.ts'
import { exitCodes } from './exit-codes.ts'
import type { Io } from './io.ts'
import { type Line, renderLines } from './output.ts'

export interface CommonOptions extends Flags {
  readonly json?: boolean
}

export interface Cli {
  readonly io: Io
  /** A new command with --json and the options in `names` (by default those that find the daemon). */
  command(usage: string, summary: string, names?: readonly (keyof Settings)[]): Command
  config(options: CommonOptions): Config
  /** For doctor, which goes on after a setting that is wrong. */
  inspectConfig(options: CommonOptions): ReturnType<typeof inspectConfig>
  withDaemon<T>(options: CommonOptions, work: (daemon: Daemon) => Promise<T>): Promise<T>
  /** `result` as JSON with --json, else `lines`. */
  show(options: CommonOptions, result: unknown, lines: readonly Line[]): void
  /** The command did its work and its answer is bad news: exit code 1, or a finer one. */
  fail(code?: number): void
  exitCode(): number
}

export function createCli(program: Command, io: Io): Cli {
  const input = (flags: CommonOptions) => processInput(pickFlags(flags))
  const config = (flags: CommonOptions) => readConfig(input(flags))
  let exitCode: number = exitCodes.ok
  return {
    io,
    config,
    inspectConfig: (flags) => inspectConfig(input(flags)),
    fail(code = exitCodes.error) {
      exitCode = code
    },
    exitCode: () => exitCode,
    command(usage, summary, names = ['dataDir', 'socketPath']) {
      const command = program.command(usage).description(summary)
      addOptions(command, names)
      return command.option('--json', 'print the result as JSON')
    },
    withDaemon: (flags, work) => withDaemon(config(flags).socketPath, work),
    show(flags, result, lines) {
      const text = flags.json
        ? `${visibleJson(JSON.stringify(result, null, 2))}\n`
        : renderLines(lines, io.styled)
      io.stdout.write(text)
    },
  }
}

/** Adds the flags of the options table, with their defaults and other sources in the help. */
export function addOptions(command: Command, names: readonly (keyof Settings)[]): void {
  for (const name of names) {
    const { flag, env, kind, help, fallback, fallbackText } = options[name]
    if (flag === null) continue
    const sources = [`default: ${fallbackText ?? fallback}`, ...(env === null ? [] : [`env: ${env}`])]
    const option = command.createOption(`${flag} ${kind.placeholder}`, `${help} (${sources.join('; ')})`)
    // commander names a value after its flag; ours are named after the table
    option.attributeName = () => name
    // Read here only to be refused as wrong usage; config/ reads it again, beside the other sources.
    option.argParser((text) => {
      if (kind.fromText(text) === undefined) throw new InvalidArgumentError(`It must be ${kind.expected}.`)
      return text
    })
    command.addOption(option)
  }
}

function pickFlags(options: CommonOptions): Flags {
  return Object.fromEntries(optionNames.map((name) => [name, options[name]]))
}

/** For commander: a whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (number >= min && number <= max) return number
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  }
}
