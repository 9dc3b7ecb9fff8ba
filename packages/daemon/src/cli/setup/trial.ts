// A memory of its own for the live checks: a daemon on a temporary directory that is gone afterwards, so that nothing of a
// check (no project, session, turn, word, and no mark that something was forgotten) gets into the user's memory. The
// hosts' commands are run as they stand, but for the directory that they name.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environmentWith, searchPath } from '../../config/environment.ts'
import { AppError } from '../../kit/errors.ts'
import { startDaemon } from '../bridge/daemon-start.ts'
import { type Daemon, daemonStatus, resolveDataDir, withDaemon } from '../client.ts'
import { ownCommand } from '../daemon-command.ts'
import { shellWord } from '../hosts/integration.ts'
import { lastingPath } from '../search-path.ts'
import { stopDaemon } from '../stop.ts'

export interface Trial {
  readonly dataDir: string
  readonly daemon: Daemon
  /** For a command that a host starts: on the trial's memory, and without what only this process finds on its PATH. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** A command as it stands in a file, on the trial's memory. Raises for one that names some other memory. */
  inTrial(words: readonly string[]): readonly string[]
  /** The same for a line that a shell reads. */
  inTrialShell(line: string): string
  /** The same for the directory that a plugin is told, or not. */
  inTrialDir(dataDir: unknown): string
}

/** Runs `work` on a trial of the memory in `dataDir`, and takes everything of it away, also when a signal ends us. */
export async function withTrial<T>(dataDir: string, work: (trial: Trial) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'iai-mcp-trial-'))
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  const stopListening = onSignal(removeFolder)
  try {
    return await inFolder(folder, dataDir, work)
  } finally {
    stopListening()
    removeFolder()
  }
}

async function inFolder<T>(folder: string, dataDir: string, work: (trial: Trial) => Promise<T>): Promise<T> {
  const socket = join(folder, '.daemon.sock')
  const look = async () => (await daemonStatus(socket)) !== null
  try {
    await startDaemon({ dataDir: folder, command: trialDaemon(folder, socket), look })
    return await withDaemon(socket, (daemon) => work(trialOf(folder, dataDir, daemon)))
  } finally {
    const status = await daemonStatus(socket)
    if (status !== null) await stopDaemon(status)
  }
}

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Runs `work` before a signal ends this process as it would have. Returns what undoes that. */
function onSignal(work: () => void): () => void {
  const end = (signal: NodeJS.Signals): void => {
    stop()
    work()
    process.kill(process.pid, signal)
  }
  const stop = (): void => {
    for (const signal of endingSignals) process.off(signal, end)
  }
  for (const signal of endingSignals) process.on(signal, end)
  return stop
}

/** Flags go before whatever the environment says. Should this process be ended, it leaves within a minute. */
function trialDaemon(folder: string, socket: string) {
  const place = ['--data-dir', folder, '--socket', socket, '--http-port', '0', '--http-auth', 'on']
  return ownCommand(
    'daemon',
    ...place,
    '--embedding',
    'off',
    '--idle-exit',
    '1',
    '--json',
    '--log-level',
    'warn',
  )
}

function trialOf(folder: string, dataDir: string, daemon: Daemon): Trial {
  const named = ['--data-dir', dataDir]
  const namedInShell = named.map(shellWord).join(' ')
  return {
    dataDir: folder,
    daemon,
    env: environmentWith({
      IAI_MCP_STORE: folder,
      IAI_DAEMON_SOCKET_PATH: undefined,
      PATH: lastingPath(searchPath()),
    }),
    inTrial(words) {
      const at = words.indexOf('--data-dir')
      if (at < 0) return words
      if (words[at + 1] !== dataDir) throw elsewhere(words[at + 1] ?? '')
      return words.with(at + 1, folder)
    },
    inTrialShell(line) {
      const inTrial = line.replace(namedInShell, () => `--data-dir ${shellWord(folder)}`)
      if (inTrial === line && line.includes('--data-dir')) throw elsewhere(line)
      return inTrial
    },
    inTrialDir(named) {
      if (typeof named === 'string' && resolveDataDir(named) !== dataDir) throw elsewhere(named)
      return folder
    },
  }
}

function elsewhere(where: string): AppError {
  return new AppError('config_invalid', `it names another data directory than this one: ${where}`)
}
