// The only reader of the process environment. Everything else is handed what it needs.
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ConfigInput, Flags } from './config.ts'

/** The input of readConfig for this process. */
export function processInput(flags: Flags): ConfigInput {
  return { flags, env: process.env, home: homedir(), cwd: process.cwd() }
}

/** Where a shell looks for programs. */
export function searchPath(): string {
  return process.env.PATH ?? ''
}

/** This process's environment with some of it changed, or taken out (undefined), for a process that it starts. */
export function environmentWith(
  changes: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return { ...process.env, ...changes }
}

/** The user's home and the hosts' own variables, as far as they say where the hosts keep things. */
export function hostEnvironment() {
  const { XDG_DATA_HOME, XDG_CONFIG_HOME, CLAUDE_CONFIG_DIR, CODEX_HOME, OPENCODE_DB } = process.env
  return { HOME: homedir(), XDG_DATA_HOME, XDG_CONFIG_HOME, CLAUDE_CONFIG_DIR, CODEX_HOME, OPENCODE_DB }
}

/** What decides on a service manager and where its files go. */
export function servicePlaces() {
  const home = homedir()
  const configFolder = process.env.XDG_CONFIG_HOME || join(home, '.config')
  return { platform: process.platform, home, configFolder, uid: process.getuid?.() ?? 0 }
}

/** The folder in which OpenCode keeps its own configuration. */
export function openCodeConfigFolder(): string {
  return join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'opencode')
}

/** What systemd says about sockets it hands over; removed, so that child processes do not take them for theirs. */
export function takeActivationVariables(): {
  LISTEN_PID?: string | undefined
  LISTEN_FDS?: string | undefined
} {
  const { LISTEN_PID, LISTEN_FDS } = process.env
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete process.env[name]
  return { LISTEN_PID, LISTEN_FDS }
}
