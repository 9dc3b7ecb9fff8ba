// The key goes into a real keychain, is changed there and comes out of it again; the commands that do it are killed at
// named places, the two of the keychain's own calls among them. Whatever the moment: of all keys that there ever were, in
// the keychain or out of it, exactly one opens the store, and it is the one that the next start finds by itself.
import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '../../../bench/load/invented-history.ts'
import { AppError, isAppError } from '../../../packages/daemon/src/kit/errors.ts'
import { readKey } from '../../../packages/daemon/src/lifecycle/key.ts'
import type { Keychain } from '../../../packages/daemon/src/lifecycle/keychain.ts'
import { cipherOf } from '../../../packages/daemon/src/store/sqlite/connection.ts'
import { installDebianPackages, mayInstall } from '../../support/debian-packages.ts'
import {
  type SecretService,
  secretServicePackages,
  startSecretService,
  whyNoSecretService,
} from '../../support/secret-service.ts'
import { type CommandKill, placeOf, runCommand } from '../command.ts'
import { inspectStore } from '../inspect-store.ts'
import { between, pick, type Random } from '../invented.ts'
import { ofKeys, type Places } from '../keeping.ts'
import { captureOne, missing, type Place, type Scenario, talkTo } from './scenario.ts'

/** Each begins where the one before ended, or, cut short, began. */
const works = [
  'to keychain',
  'rotate',
  'to file',
  'to keychain',
  'to passphrase',
  'to keychain',
  'rotate',
] as const
type Work = (typeof works)[number]

/** `read-secret` is passed once for each time the keychain is asked, whether it can be, for a key, or back. */
const ofKeychain: Places = [
  ['keep-secret', 1],
  ['read-secret', 4],
  ['rename-parameters', 1],
]
const placesOf: Readonly<Record<Work, Places>> = {
  'to keychain': [...ofKeys, ...ofKeychain, ['rm-key', 1]],
  rotate: [...ofKeys, ...ofKeychain],
  'to file': [...ofKeys, ['read-secret', 2], ['rename-key', 1], ['rm-parameters', 1]],
  'to passphrase': [...ofKeys, ['read-secret', 2], ['rename-parameters', 1]],
}

const memories = 12
const atPlaceShare = 0.8
const killAfterMsMin = 150
const killAfterMsMax = 1_600
/** A real daemon is started after every so many kills; the other times the next command finds what is there. */
const killsPerStart = 3
/** Of plans that came to their end before their place, for each that did not. */
const plansPerKillMax = 3
const password = 'an invented login password'

/** `kills` of such commands. */
export function keychainKills(kills: number): Scenario {
  return {
    name: 'key in a keychain',
    cannot() {
      if (whyNoSecretService() !== null && mayInstall()) installDebianPackages(...secretServicePackages)
      return whyNoSecretService()
    },
    async run(place) {
      const session = await openSession(place)
      try {
        return await killChanges(session, kills)
      } finally {
        await session.end()
      }
    },
  }
}

/** A user's session with its keychain, and the store that is worked on in it. */
interface Session {
  readonly place: Place
  readonly ids: readonly string[]
  env(): Readonly<Record<string, string>>
  /** Every key in the keychain, by its name. */
  secrets(): ReadonlyMap<string, Buffer>
  /** The keychain's process is killed, and the user logs in again. */
  keyringKilled(): Promise<void>
  end(): Promise<void>
}

async function openSession(place: Place): Promise<Session> {
  let service: SecretService = await startSecretService(place.home, password)
  const daemon = await place.start({ env: service.env })
  const talk = await talkTo(daemon)
  const ids: string[] = []
  for (let number = 0; number < memories; number += 1) ids.push(await captureOne(talk, `key${number}`))
  talk.client.close()
  await daemon.stop()
  return {
    place,
    ids,
    env: () => service.env,
    secrets: () => secretsIn(service.env),
    async keyringKilled() {
      await service.kill()
      service = await startSecretService(place.home, password)
    },
    end: () => service.stop(),
  }
}

/** Asked by a process of its own: which keychain a process has is settled when it first asks. */
function secretsIn(env: Readonly<Record<string, string>>): ReadonlyMap<string, Buffer> {
  const asking = `
    import { AsyncEntry, findCredentialsAsync } from '@napi-rs/keyring'
    const found = {}
    for (const { account } of await findCredentialsAsync('iai-mcp')) {
      const entry = new AsyncEntry('iai-mcp', account, { linux: { store: 'secret-service' } })
      found[account] = Buffer.from(await entry.getSecret()).toString('hex')
    }
    process.stdout.write(JSON.stringify(found))`
  const cwd = fileURLToPath(new URL('../../../packages/daemon', import.meta.url))
  const asked = spawnSync(process.execPath, ['--input-type=module', '-e', asking], { env, cwd })
  equal(asked.status, 0, asked.stderr.toString())
  const found = JSON.parse(asked.stdout.toString()) as Record<string, string>
  return new Map(Object.entries(found).map(([account, key]) => [account, Buffer.from(key, 'hex')]))
}

async function killChanges(session: Session, kills: number): Promise<string> {
  const random = seededRandom(kills)
  const known = new Map<string, Buffer>()
  const places = new Map<string, number>()
  let killed = 0
  let passphrase = await settled(session, known, [null], 'at the beginning')
  for (let turn = 0; killed < kills && turn < kills * plansPerKillMax; turn += 1) {
    const work = works[turn % works.length] ?? 'rotate'
    const next = work === 'to passphrase' ? `invented words number ${turn}` : null
    const isKept = work === 'rotate' ? passphrase : next
    const ended = await runCommand(argumentsOf(work), {
      dataDir: session.place.dataDir,
      env: environment(session, passphrase),
      kill: planKill(random, work),
      input: next ?? isKept ?? '',
    })
    const place = placeOf(ended)
    if (place === null) equal(ended.code, 0, `${work}: ${ended.errors || ended.output}`)
    const told = `${work}, ${place ?? 'not killed'}`
    // Whoever changed the passphrase tries both; after a change that was acknowledged only the new one is theirs.
    const words = place === null ? [isKept] : [passphrase, isKept]
    passphrase = await settled(session, known, words, told)
    if (place === null) continue
    killed += 1
    places.set(told, (places.get(told) ?? 0) + 1)
    if (killed % killsPerStart === 0) await startsWithAll(session, passphrase)
  }
  await change(session, 'keychain', passphrase)
  await session.keyringKilled()
  passphrase = await settled(session, known, [null], 'after the keychain was killed')
  await startsWithAll(session, passphrase)
  await change(session, 'file', passphrase)
  await startsWithAll(session, null)
  await settled(session, known, [null], 'at the end')
  return (
    `${killed} kills of commands that change a key to, in and from a keychain, at ${places.size} different places, ` +
    `and the keychain itself after one: of ${known.size} keys one opened the store each time, the one that was found`
  )
}

function argumentsOf(work: Work): readonly string[] {
  return work === 'rotate' ? ['key', 'rotate'] : ['key', 'change', '--to', work.slice('to '.length)]
}

function planKill(random: Random, work: Work): CommandKill {
  const [what, nthMax] = pick(random, placesOf[work])
  const at = `${what}:${pick(random, ['before', 'after'] as const)}`
  const nth = between(random, 1, nthMax)
  const ms = between(random, killAfterMsMin, killAfterMsMax)
  return random() < atPlaceShare ? { at, nth } : { ms }
}

function environment(session: Session, passphrase: string | null): Readonly<Record<string, string>> {
  return {
    ...session.env(),
    ...(passphrase === null ? {} : { IAI_MCP_CRYPTO_PASSPHRASE: passphrase }),
  }
}

/** Which of `words` lets the machine find the key; checks that it finds one, that it opens the store, and no other does. */
async function settled(
  session: Session,
  known: Map<string, Buffer>,
  words: readonly (string | null)[],
  told: string,
): Promise<string | null> {
  const { dataDir } = session.place
  for (const key of session.secrets().values()) known.set(key.toString('hex'), key)
  const keychain = readOnly(session.secrets())
  const found: { readonly words: string | null; readonly key: Buffer }[] = []
  for (const each of new Set(words)) {
    const key = await readKey(dataDir, each, keychain).then(
      ({ key }) => key,
      (error: unknown) => {
        if (isAppError(error)) return null
        throw error
      },
    )
    if (key === null) continue
    known.set(key.toString('hex'), key)
    if (opens(dataDir, key)) found.push({ words: each, key })
  }
  equal(found.length, 1, `${told}: the machine finds ${found.length} keys that open the store`)
  const [{ words: right, key } = { words: null, key: Buffer.alloc(0) }] = found
  const opening = [...known.values()].filter((each) => opens(dataDir, each))
  deepEqual(opening, [key], `${told}: ${opening.length} of ${known.size} keys open the store`)
  const wrong = inspectStore(dataDir, { gone: new Set(), deep: false, key })
  equal(wrong.join('; '), '', told)
  return right
}

function opens(dataDir: string, key: Buffer): boolean {
  try {
    cipherOf(join(dataDir, 'memory.db'), key)
    return true
  } catch (error) {
    // Between the new file and the end of the change, what stands beside it still tells of the former key.
    if (isAppError(error) && ['key_wrong', 'store_corrupt'].includes(error.code)) return false
    throw error
  }
}

function readOnly(secrets: ReadonlyMap<string, Buffer>): Keychain {
  return {
    problem: async () => null,
    async read({ account }) {
      const key = secrets.get(account)
      if (key === undefined) throw new AppError('key_missing', `the keychain has no ${account}`)
      return key
    },
    write: () => Promise.reject(new Error('nothing is written when it is only looked')),
  }
}

async function startsWithAll(session: Session, passphrase: string | null): Promise<void> {
  const { place, ids } = session
  const daemon = await place.start({ env: environment(session, passphrase) })
  const talk = await talkTo(daemon)
  equal(await missing(talk, ids), 0)
  talk.client.close()
  const { code, errors } = await daemon.stop()
  ok(code === 0, `it stopped with ${code}: ${errors.slice(-1_000)}`)
}

/** One that nobody cuts short. */
async function change(session: Session, to: 'keychain' | 'file', passphrase: string | null): Promise<void> {
  const { dataDir } = session.place
  const ended = await runCommand(['key', 'change', '--to', to], {
    dataDir,
    env: environment(session, passphrase),
  })
  equal(ended.code, 0, ended.errors || ended.output)
}
