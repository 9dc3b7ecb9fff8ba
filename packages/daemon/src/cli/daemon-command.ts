// How other parts of the command line run themselves: the program and arguments of a daemon that a host starts.
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { readPackageInfo } from '../lifecycle/package-info.ts'

export type ProgramAndArguments = [string, ...string[]]

/** This very program, on the Node that runs it. */
export function ownCommand(...args: string[]): ProgramAndArguments {
  return [process.execPath, join(readPackageInfo().folder, 'bin', 'iai-mcp.js'), ...args]
}

/** A daemon on the same data directory and socket as ours; everything else as its own configuration has it. */
export function onDemandDaemon(
  { dataDir, socketPath }: Pick<Config, 'dataDir' | 'socketPath'>,
  further: readonly string[] = [],
): ProgramAndArguments {
  const place = ['--data-dir', dataDir, '--socket', socketPath]
  return ownCommand('daemon', '--on-demand', '--json', '--log-level', 'warn', ...place, ...further)
}

/** Whether this runs from the cache of npx, which may be emptied at any time. */
export function runsFromNpxCache(): boolean {
  return readPackageInfo().folder.includes('/_npx/')
}
