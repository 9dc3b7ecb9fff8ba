// The service managers that are known: where their files go, and how they are told. Each command is bounded, and what it
// says when it fails is passed on.
import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { AppError, errnoOf } from '../../kit/errors.ts'
import { limits } from '../../kit/limits.ts'
import { launchdLabel, launchdPlist, type ServiceFacts, serviceLabel, systemdUnit } from './unit.ts'

export interface ServiceManager {
  readonly name: string
  /** Where the unit of this user belongs. */
  readonly file: string
  /** What enabling puts beside it; normally disabling takes it away. */
  readonly links: readonly string[]
  text(facts: ServiceFacts): string
  /** Why the manager of this user cannot be asked, and what to do; null when it can. */
  problem(): Promise<string | null>
  /** Starts it now and with every session of the user. Rejects with AppError. */
  enable(): Promise<void>
  disable(): Promise<void>
  /** In one word, as the manager says it. Rejects with AppError when it cannot be asked. */
  state(): Promise<string>
}

export interface ServicePlaces {
  readonly platform: string
  readonly home: string
  /** ~/.config */
  readonly configFolder: string
  readonly uid: number
}

/** Raises unavailable on a system without one of them. */
export function serviceManager({ platform, home, configFolder, uid }: ServicePlaces): ServiceManager {
  if (platform === 'linux') return systemd(join(configFolder, 'systemd', 'user', `${serviceLabel}.service`))
  if (platform === 'darwin')
    return launchd(join(home, 'Library', 'LaunchAgents', `${launchdLabel}.plist`), `gui/${uid}`)
  throw new AppError(
    'unavailable',
    `there is no service for ${platform} yet; the hosts start the daemon when they need it, or run: iai-mcp daemon`,
  )
}

function systemd(file: string): ServiceManager {
  const unit = `${serviceLabel}.service`
  const user = (...args: string[]) => run('systemctl', ['--user', ...args])
  return {
    name: 'systemd',
    file,
    links: [join(dirname(file), 'default.target.wants', unit)],
    text: systemdUnit,
    async problem() {
      try {
        await user('show-environment')
        return null
      } catch (error) {
        if (!(error instanceof CommandFailed)) return messageOf(error)
        return (
          `${error.message}. It runs for users with a session of their own: log in (not by su or sudo), or have it ` +
          'always run for you with: sudo loginctl enable-linger "$USER"'
        )
      }
    },
    async enable() {
      await user('daemon-reload')
      await user('enable', '--now', unit)
    },
    async disable() {
      await user('disable', '--now', unit)
      await user('daemon-reload')
    },
    // Its answers other than "active" come with a code of failure; who cannot be asked answers nothing.
    state: () => user('is-active', unit).catch(saidInFailing),
  }
}

function launchd(file: string, domain: string): ServiceManager {
  const target = `${domain}/${launchdLabel}`
  return {
    name: 'launchd',
    file,
    links: [],
    text: launchdPlist,
    // It runs for everyone; only a session without a screen has no domain to load it into, which loading says.
    problem: async () => null,
    async enable() {
      // It refuses what is loaded already, also when the file says something else now.
      await run('launchctl', ['bootout', target]).catch(unlessFailed)
      await run('launchctl', ['enable', target])
      await run('launchctl', ['bootstrap', domain, file])
    },
    // Not loaded is what is wanted.
    disable: async () => void (await run('launchctl', ['bootout', target]).catch(unlessFailed)),
    state: () =>
      run('launchctl', ['print', target]).then(
        () => 'active',
        (error) => {
          unlessFailed(error)
          return 'inactive'
        },
      ),
  }
}

function saidInFailing(error: unknown): string {
  if (error instanceof CommandFailed && error.said !== '') return error.said
  throw error
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** A command that cannot be run at all is still an error. */
function unlessFailed(error: unknown): void {
  if (!(error instanceof CommandFailed)) throw error
}

class CommandFailed extends AppError {
  readonly said: string

  constructor(message: string, said: string) {
    super('unavailable', message)
    this.said = said
  }
}

/** What the command wrote, trimmed. */
function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: limits.serviceCommandMsMax }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout.trim())
      if (errnoOf(error) === 'ENOENT')
        return reject(
          new AppError(
            'unavailable',
            `${program} is not on this machine; run the daemon by hand: iai-mcp daemon`,
          ),
        )
      const reason = stderr.trim() || stdout.trim() || error.message
      reject(new CommandFailed(`${program} ${args.join(' ')}: ${reason}`, stdout.trim()))
    })
  })
}
