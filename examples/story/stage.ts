// Where the story is played: a real daemon over a temporary data directory, and three projects in temporary folders, one
// of them cloned twice. Knows how to look at the daemon's files from outside; removes everything at the end.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import DatabaseConstructor from 'better-sqlite3-multiple-ciphers'
import { startBenchDaemon } from '../../bench/support/bench-daemon.ts'
import { connectDaemon } from '../../packages/client/src/socket-client.ts'
import { openKey } from '../../packages/daemon/src/lifecycle/key.ts'
import { storeFilePath } from '../../packages/daemon/src/lifecycle/store-file.ts'
import { readCipherNote } from '../../packages/daemon/src/store/sqlite/cipher-note.ts'
import type { Project } from './script.ts'

export interface Stage {
  readonly dataDir: string
  /** Calls an operation as a host would; resolves with its result. */
  call<Result>(method: string, params: object): Promise<Result>
  /** The working directory of a project, or of another clone of it. */
  folderOf(project: Project, clone?: string): string
  /** Stops the daemon; how often the store's pages hold `words` decrypted, and its files as they lie on the disk. */
  search(words: string): Promise<{ readonly decrypted: number; readonly onDisk: number }>
  remove(): Promise<void>
}

/** Of this one story: nothing is left in a keychain, and the pages can be looked at from here. */
const passphrase = 'a passphrase for a story that is deleted when it ends'

/** Nothing of the reader's own settings takes part. */
const settings = {
  IAI_MCP_CRYPTO_PASSPHRASE: passphrase,
  IAI_DAEMON_SOCKET_PATH: '',
  IAI_MCP_LOG_LEVEL: 'error',
}

export async function openStage(): Promise<Stage> {
  const daemon = await startBenchDaemon(settings)
  const folders = mkdtempSync(join(tmpdir(), 'iai-story-'))
  let client = await connectDaemon(daemon.socketPath)

  function folderOf(project: Project, clone: string = project): string {
    const folder = join(folders, clone)
    mkdirSync(folder, { recursive: true })
    if (!readdirSync(folder).includes('.git')) {
      git(folder, 'init', '--quiet')
      git(folder, 'remote', 'add', 'origin', `https://git.example.org/noor/${project}.git`)
    }
    return folder
  }

  return {
    dataDir: daemon.dataDir,
    folderOf,
    call: <Result>(method: string, params: object) => client.call(method, params) as Promise<Result>,
    async search(words) {
      client.close()
      await daemon.stop()
      const found = {
        decrypted: countIn(await decryptedPages(daemon.dataDir), words),
        onDisk: sum(filesIn(daemon.dataDir).map((file) => countIn(readFileSync(file), words))),
      }
      await daemon.start()
      client = await connectDaemon(daemon.socketPath)
      return found
    },
    async remove() {
      client.close()
      await daemon.remove()
      rmSync(folders, { recursive: true, force: true })
    },
  }
}

function git(folder: string, ...args: readonly string[]): void {
  execFileSync('git', ['-C', folder, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
}

/** Every page of the store as it is, free ones included. */
async function decryptedPages(dataDir: string): Promise<Buffer> {
  const file = storeFilePath(dataDir)
  const { key } = await openKey(dataDir, passphrase)
  const note = readCipherNote(file)
  if (note === null) throw new Error(`${file} has no note of its cipher`)
  const db = new DatabaseConstructor(file, { readonly: true })
  try {
    db.pragma(`cipher = '${note.cipher}'`)
    db.pragma(`key = 'raw:${key.toString('hex')}'`)
    return db.serialize()
  } finally {
    db.close()
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

function countIn(bytes: Buffer, words: string): number {
  return bytes.toString('latin1').split(words).length - 1
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
