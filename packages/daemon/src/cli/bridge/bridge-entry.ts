// `iai-mcp mcp` as the bin runs it: every session of every host starts one, so nothing is loaded here that a pipe does
// not need, the command line's own parser included. What this parser does not take is left to that one, which explains.
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Config } from '../../config/config.ts'
import { onDemandDaemon } from '../daemon-command.ts'
import { configOf, placeOptions } from '../short-path.ts'
import { createDaemonLink } from './daemon-link.ts'
import { watchHost } from './host-watch.ts'
import { runBridge } from './stdio-bridge.ts'

export interface BridgeFlags {
  readonly cwd?: string | undefined
  readonly legacyTools?: boolean | undefined
}

/** Resolves when the bridge is done; false when the arguments are not plain enough to be understood here. */
export async function runBridgeArguments(args: readonly string[]): Promise<boolean> {
  const given = understand(args)
  if (given === null) return false
  await bridgeStdio(given.config, given.flags)
  return true
}

/** Serves this process's standard input and output until the host is gone, then ends the process. */
export async function bridgeStdio(config: Config, flags: BridgeFlags): Promise<void> {
  const { stdin, stdout } = process
  const link = createDaemonLink({
    dataDir: config.dataDir,
    socketPath: config.socketPath,
    command: onDemandDaemon(config),
  })
  const end = () => process.exit(0)
  stdout.on('error', end) // nobody reads any more
  const host = watchHost({ parent: () => process.ppid, gone: end })
  await runBridge({
    link,
    cwd: flags.cwd === undefined ? projectDirectory(process.cwd()) : resolve(flags.cwd),
    legacyTools: flags.legacyTools === true,
    input: stdin,
    heard: host.heard,
    write: (line) => stdout.write(line),
  })
  link.close()
  end()
}

/** Null for arguments or settings that somebody has to be told about. */
function understand(args: readonly string[]): { config: Config; flags: BridgeFlags } | null {
  const text = { type: 'string' } as const
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { ...placeOptions, cwd: text, 'legacy-tools': { type: 'boolean' } },
    })
    return {
      config: configOf(values),
      flags: { cwd: values.cwd, legacyTools: values['legacy-tools'] },
    }
  } catch {
    return null // the command line proper runs into the same error, and tells it
  }
}

/** Desktop programs start their servers in / or in the home directory, which says nothing about a project. */
function projectDirectory(cwd: string): string | undefined {
  return cwd === '/' || cwd === homedir() ? undefined : cwd
}
