// What set-up knows of a host. One definition per host, listed in hosts.ts; nothing else in set-up names one.
import type { Config } from '../../config/config.ts'
import type { ProgramAndArguments } from '../daemon-command.ts'
import type { Finding } from '../doctor/check.ts'
import type { Integration } from '../hosts/integration.ts'
import type { Change } from './change.ts'
import type { Trial } from './trial.ts'

export interface SetupPlace {
  readonly config: Config
  /** Folders in which the hosts keep their configuration. */
  readonly openCodeFolder: string
  readonly openCodeDataFolder: string
  readonly claudeCodeFolder: string
  readonly codexFolder: string
  /** Where a shell looks for programs. */
  readonly searchPath: string
  readonly claudeCode: Integration
  readonly codex: Integration
  /** What to name in OpenCode's plugin list. */
  readonly openCodePlugin: string
  /** Runs `iai-mcp mcp` on our data directory. */
  readonly mcpCommand: ProgramAndArguments
}

export interface CheckContext {
  readonly place: SetupPlace
  /** The memory that the host's commands are run on for the check. */
  readonly trial: Trial
}

export interface HostIntegration {
  readonly name: string
  readonly title: string
  /** What it is started with; that it can be found is one sign that the host is on this machine. */
  readonly program: string
  /** Where it keeps things; that one of them is there is another, also of a program that no shell finds. */
  folders(place: SetupPlace): readonly string[]
  /** Everything that its configuration should say, whether it does already or not. Reads files, changes none. */
  changes(place: SetupPlace): Promise<readonly Change[]>
  /** A live round trip through the host's own configuration, as it stands on disk. */
  check(context: CheckContext): Promise<readonly Finding[]>
  /** What only the user can do, after a change; null when nothing. */
  afterwards?(place: SetupPlace): string | null
  /** What the user should know about the plan; null when nothing. */
  note?(place: SetupPlace): Promise<string | null>
}
