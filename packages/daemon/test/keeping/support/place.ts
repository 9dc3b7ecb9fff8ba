// A data directory with an invented store in it, opened the way the daemon does, and work that is killed on the way.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { tempDir } from '../../../../../test/support/temp-dir.ts'
import { type Config, readConfig } from '../../../src/config/config.ts'
import { openKey } from '../../../src/lifecycle/key.ts'
import { storeFilePath } from '../../../src/lifecycle/store-file.ts'
import type { Store } from '../../../src/store/store.ts'
import { openInProcess } from '../../store/support/in-process-store.ts'
import { fact, turn } from '../../store/support/invented.ts'

export interface KeptPlace {
  readonly dataDir: string
  config(passphrase?: string): Config
  /** Opens the store with the key that the data directory names, runs `work`, closes. */
  withStore<T>(work: (store: Store) => Promise<T>, passphrase?: string): Promise<T>
  /** Ids of everything held, which also reads every row. */
  ids(passphrase?: string): Promise<readonly string[]>
  /** The signal that ended the child; null when it reached its end. */
  runUntil(work: string, point: string, options?: RunOptions): Promise<NodeJS.Signals | null>
}

interface RunOptions {
  /** The one that the store is under. */
  readonly passphrase?: string | undefined
  /** The one that it is to be under. */
  readonly next?: string
}

const child = fileURLToPath(new URL('./until-point.ts', import.meta.url))

export function createPlace(dataDir = tempDir()): KeptPlace {
  chmodSync(dataDir, 0o700)

  async function withStore<T>(work: (store: Store) => Promise<T>, passphrase?: string): Promise<T> {
    const { key } = await openKey(dataDir, passphrase ?? null)
    const { store } = openInProcess({ file: storeFilePath(dataDir), key })
    try {
      return await work(store)
    } finally {
      await store.close()
    }
  }

  return {
    dataDir,
    config: (passphrase) =>
      readConfig({
        flags: { dataDir },
        env: passphrase === undefined ? {} : { IAI_MCP_CRYPTO_PASSPHRASE: passphrase },
        home: '/nonexistent',
        cwd: '/',
      }),
    withStore,
    ids: (passphrase) =>
      withStore(async (store) => {
        const filter = { projects: null, currentOnly: false }
        const listed = await store.list(filter, { limit: 1_000, order: 'oldest' })
        return listed.map(({ id }) => id)
      }, passphrase),
    async runUntil(work, point, { passphrase, next = '' } = {}) {
      const env = passphrase === undefined ? {} : { IAI_MCP_CRYPTO_PASSPHRASE: passphrase }
      const started = spawn(process.execPath, [child, dataDir, work, point, next], {
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let said = ''
      started.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
      const [code, signal] = await once(started, 'close')
      if (signal === null && code !== 0) throw new Error(`the child failed:\n${said}`)
      return signal
    },
  }
}

/** A store with turns, a pinned and a replaced fact, and something forgotten. */
export async function placeWithStore(passphrase?: string): Promise<KeptPlace> {
  const place = createPlace()
  await place.withStore(async (store) => {
    await store.capture([
      turn({ id: 'turn-1' }),
      turn({ id: 'turn-2' }),
      turn({ id: 'gone', text: secretText }),
    ])
    await store.capture([fact({ id: 'fact-1', text: 'the port is 8080', pin: 'project' })])
    await store.supersede('fact-1', fact({ id: 'fact-2', text: 'the port is 8081' }))
    await store.forget(['gone'], 5_000)
  }, passphrase)
  return place
}

export const secretText = 'an invented sentence that is to be forgotten'
export const keptIds = ['turn-1', 'turn-2', 'fact-1', 'fact-2']
