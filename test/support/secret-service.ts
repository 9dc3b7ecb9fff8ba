// A real Secret Service (GNOME Keyring) on a session bus of its own, in a home of its own: nobody's keychain is touched.
// Both processes are ended by their ids.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export const secretServicePackages = ['gnome-keyring', 'dbus'] as const
const programs = ['gnome-keyring-daemon', 'dbus-daemon'] as const
const readyMsMax = 15_000

/** Null when it can be started here, else why not. */
export function whyNoSecretService(): string | null {
  if (process.platform !== 'linux') return 'the Secret Service is for Linux'
  const missing = programs.filter((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status !== 0)
  if (missing.length === 0) return null
  return `${missing.join(' and ')} missing; on Debian: apt-get install ${secretServicePackages.join(' ')}`
}

export interface SecretService {
  /** For the environment of whoever is to use it. */
  readonly env: Readonly<Record<string, string>>
  stop(): Promise<void>
  /** SIGKILL: whatever it has not written by then is gone. */
  kill(): Promise<void>
}

/** Unlocked with `password`, which also makes the keyring the first time. */
export async function startSecretService(home: string, password: string): Promise<SecretService> {
  const runtime = join(home, 'run')
  mkdirSync(runtime, { recursive: true, mode: 0o700 })
  const own = { HOME: home, PATH: process.env.PATH ?? '/usr/bin:/bin', XDG_RUNTIME_DIR: runtime }
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address=1'], {
    env: own,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const address = (await firstLine(bus)).trim()
  const env = { ...own, DBUS_SESSION_BUS_ADDRESS: address }
  const keyring = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  keyring.stdin.end(password)
  await untilNamed(env)
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    for (const child of [keyring, bus]) {
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    }
  }
  return { env, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}

async function firstLine(child: ChildProcess): Promise<string> {
  const { stdout } = child
  if (stdout === null) throw new Error('it was started with a pipe')
  const [line] = await once(stdout, 'data', { signal: AbortSignal.timeout(readyMsMax) })
  return String(line)
}

/** Until somebody on the bus has the name. */
async function untilNamed(env: Readonly<Record<string, string>>): Promise<void> {
  const question = 'org.freedesktop.DBus.NameHasOwner'
  const args = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/', question]
  for (const until = performance.now() + readyMsMax; performance.now() < until; ) {
    const { stdout } = spawnSync('dbus-send', [...args, 'string:org.freedesktop.secrets'], { env })
    if (stdout?.includes('true')) return
    await sleep(100)
  }
  throw new Error(`no Secret Service answered within ${readyMsMax / 1_000} s`)
}
