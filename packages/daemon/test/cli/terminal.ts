// A terminal for tests: what a command wrote, what stands on its standard input, and a daemon that answers as told.
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { runCli } from '../../src/cli/cli.ts'
import type { Io } from '../../src/cli/io.ts'
import { systemClock } from '../../src/kit/clock.ts'
import { AppError } from '../../src/kit/errors.ts'
import { silentLog } from '../../src/kit/log.ts'
import { createRequestIds } from '../../src/transport/request-ids.ts'
import { createSocketServer } from '../../src/transport/socket/socket-server.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Terminal {
  readonly stdin?: string
  /** What the user types when asked; asking without it fails the test. */
  readonly answer?: string
  readonly interactive?: boolean
  /** What the user types when asked for a passphrase. */
  readonly secret?: string
  /** What the user says to every yes-or-no question. */
  readonly confirms?: boolean
  readonly styled?: boolean
  readonly progressColumns?: number
  readonly cwd?: string
}

export async function run(args: readonly string[], terminal: Terminal = {}): Promise<Ran> {
  const written = { stdout: '', stderr: '' }
  const io: Io = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
    styled: terminal.styled ?? false,
    progressColumns: terminal.progressColumns ?? null,
    interactive: terminal.interactive ?? false,
    cwd: terminal.cwd ?? '/home/ada/shop',
    readStdin: async () => terminal.stdin ?? '',
    async confirm(question) {
      written.stdout += question
      if (terminal.confirms === undefined) throw new Error('nobody is there to be asked')
      return terminal.confirms
    },
    async ask(question) {
      written.stdout += question
      if (terminal.answer === undefined) throw new Error('nobody is there to be asked')
      return terminal.answer
    },
    async askSecret(question) {
      written.stdout += question
      if (terminal.secret === undefined) throw new Error('nobody is there to be asked')
      return terminal.secret
    },
  }
  return { code: await runCli(args, io), ...written }
}

export interface FakeDaemon {
  readonly dataDir: string
  /** Every operation that was called, in order. */
  readonly calls: readonly { readonly method: string; readonly params: Readonly<Record<string, unknown>> }[]
  /** Runs a command against this daemon. */
  run(args: readonly string[], terminal?: Terminal): Promise<Ran>
}

/** A result, an error to raise, or what makes a result of the params. */
type FakeAnswer = object | ((params: Readonly<Record<string, unknown>>) => object)

/** A real socket with made-up operations behind it. */
export async function startFakeDaemon(
  answers: Readonly<Record<string, FakeAnswer>>,
  status: object = { ok: true },
  /** Of each control line; it is answered afterwards. */
  heard: (type: string, dataDir: string) => void | Promise<void> = () => {},
): Promise<FakeDaemon> {
  const dataDir = tempDir()
  const calls: { method: string; params: Readonly<Record<string, unknown>> }[] = []
  const server = createSocketServer({
    async dispatch(method, params) {
      calls.push({ method, params })
      const answer = answers[method]
      if (answer === undefined) throw new AppError('unknown_method', `unknown method '${method}'`)
      if (answer instanceof Error) throw answer
      if (typeof answer === 'function') return answer(params)
      return answer
    },
    async control({ type }) {
      await heard(type, dataDir)
      return { data_dir: dataDir, ...status }
    },
    log: silentLog,
    now: systemClock,
    requestIds: createRequestIds(),
    address: { kind: 'path', path: join(dataDir, '.daemon.sock') },
  })
  await server.start()
  onTestFinished(() => server.stop())
  return { dataDir, calls, run: (args, terminal) => run([...args, '--data-dir', dataDir], terminal) }
}
