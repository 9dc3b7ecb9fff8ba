// What set-up knows of a host. One definition per host, listed in hosts.ts; nothing else in set-up names one.
import type { Config } from '../../config/config.ts'
import type { Daemon } from '../client.ts'
import type { ProgramAndArguments } from '../daemon-command.ts'
import type { Finding } from '../doctor/check.ts'
import type { Integration } from '../hosts/integration.ts'
import type { Change } from './change.ts'

export interface SetupPlace {
  readonly config: Config
  /** Folders in which the hosts keep their configuration. */
  readonly openCodeFolder: string
  readonly openCodeDataFolder: string
  readonly claudeCodeFolder: string
  readonly codexFolder: string
  readonly claudeCode: Integration
  readonly codex: Integration
  /** What to name in OpenCode's plugin list. */
  readonly openCodePlugin: string
  /** Runs `iai-mcp mcp` on our data directory. */
  readonly mcpCommand: ProgramAndArguments
}

export interface CheckContext {
  readonly place: SetupPlace
  readonly daemon: Daemon
}

export interface HostIntegration {
  readonly name: string
  readonly title: string
  /** Whether the host is on this machine. */
  detect(place: SetupPlace): Promise<boolean>
  /** Everything that its configuration should say, whether it does already or not. Reads files, changes none. */
  changes(place: SetupPlace): Promise<readonly Change[]>
  /** A live round trip through the host's own configuration, as it stands on disk. */
  check(context: CheckContext): Promise<readonly Finding[]>
  /** What only the user can do, after a change; null when nothing. */
  afterwards?(place: SetupPlace): string | null
  /** What the user should know about the plan; null when nothing. */
  note?(place: SetupPlace): Promise<string | null>
}
