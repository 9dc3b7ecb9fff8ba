// Changing the key: killed at every point, the store opens with the key that the data directory then names, and holds
// everything; nothing is left behind that a later start stumbles over.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { planKey, readKey } from '../../src/lifecycle/key.ts'
import { keyChangePoints } from '../../src/lifecycle/key-change.ts'
import { holdDataDir } from '../../src/maintenance/holding.ts'
import { keyStatus, putUnderKey } from '../../src/maintenance/keys.ts'
import { keyIdOf } from '../../src/store/key-id.ts'
import { createPlace, type KeptPlace, keptIds, placeWithStore } from './support/place.ts'

const first = 'an invented passphrase'
const second = 'quite another passphrase'
const committedFrom = keyChangePoints.indexOf('swapped')

function expectNothingLeft({ dataDir }: KeptPlace): void {
  const names = readdirSync(dataDir)
  expect(names.filter((name) => name.includes('.next') || name === 'key-change.json')).toEqual([])
}

describe.each(keyChangePoints)('killed when it is at "%s"', (point) => {
  const isCommitted = keyChangePoints.indexOf(point) >= committedFrom

  test('a rotated key file is the old one or the new one, and opens the store', async () => {
    const place = await placeWithStore()
    const before = readFileSync(join(place.dataDir, '.key'), 'utf8')
    expect(await place.runUntil('to file', point)).toBe('SIGKILL')
    expect(new Set(await place.ids())).toEqual(new Set(keptIds))
    expect(readFileSync(join(place.dataDir, '.key'), 'utf8') === before).toBe(!isCommitted)
    expectNothingLeft(place)
  })

  test('from key file to passphrase', async () => {
    const place = await placeWithStore()
    expect(await place.runUntil('to passphrase', point, { next: first })).toBe('SIGKILL')
    expect(planKey(place.dataDir, false).kind).toBe(isCommitted ? 'missing' : 'key file')
    expect(new Set(await place.ids(isCommitted ? first : undefined))).toEqual(new Set(keptIds))
    expect(existsSync(join(place.dataDir, '.key'))).toBe(!isCommitted)
    expectNothingLeft(place)
  })

  test('from one passphrase to another: the one that no longer opens it is refused', async () => {
    const place = await placeWithStore(first)
    expect(await place.runUntil('to passphrase', point, { passphrase: first, next: second })).toBe('SIGKILL')
    const [right, wrong] = isCommitted ? [second, first] : [first, second]
    await expect(place.ids(wrong)).rejects.toMatchObject({ code: 'key_wrong' })
    expect(new Set(await place.ids(right))).toEqual(new Set(keptIds))
    expectNothingLeft(place)
  })
})

test('from passphrase to key file and on to another, the store goes with it', async () => {
  const place = await placeWithStore(first)
  expect(await place.runUntil('to file', 'never', { passphrase: first })).toBeNull()
  expect(existsSync(join(place.dataDir, 'key.json'))).toBe(false)
  expect(await place.ids()).toHaveLength(keptIds.length)
  await expect(place.ids(first)).rejects.toThrow('unset IAI_MCP_CRYPTO_PASSPHRASE')
})

test('a process that is cut short again while it ends a change reaches the same end', async () => {
  const place = await placeWithStore()
  await place.runUntil('to passphrase', 'swapped', { next: first })
  for (const point of ['next key kept', 'former key removed'])
    await place.runUntil('to file', point, { passphrase: first }).catch(() => {})
  expect(await place.ids(existsSync(join(place.dataDir, '.key')) ? undefined : first)).toHaveLength(4)
})

test('asking about the key beside an interrupted change sees through it and writes nothing', async () => {
  const place = await placeWithStore()
  await place.runUntil('to file', 'swapped')
  const before = readdirSync(place.dataDir)
  const status = await keyStatus(place.config())
  expect(status).toMatchObject({ kind: 'key file', changing: true })
  expect(readdirSync(place.dataDir)).toEqual(before)
  await place.ids()
  expect((await keyStatus(place.config())).key_id).toBe(status.key_id)
})

test('a store that another process has open is left alone', async () => {
  const place = await placeWithStore()
  const held = await holdDataDir(place.config())
  try {
    const before = readFileSync(join(place.dataDir, '.key'))
    await place.withStore(async (store) => {
      await store.capture([{ ...(await anyMemory(store)), id: 'later', messageId: 'later' }])
      await expect(putUnderKey(held, { kind: 'key file' })).rejects.toMatchObject({ code: 'locked' })
    })
    expect(readFileSync(join(place.dataDir, '.key'))).toEqual(before)
  } finally {
    held.release()
  }
  expect(await place.ids()).toHaveLength(5)
})

async function anyMemory(store: Parameters<Parameters<KeptPlace['withStore']>[0]>[0]) {
  const [memory] = await store.get(['turn-1'])
  if (memory === undefined) throw new Error('it is there')
  return memory
}

test('neither key is in what is written on the way, but where it is meant to be', async () => {
  const place = await placeWithStore()
  const old = (await readKey(place.dataDir, null)).key.toString('hex')
  await place.runUntil('to passphrase', 'never', { next: first })
  for (const name of readdirSync(place.dataDir)) {
    const bytes = readFileSync(join(place.dataDir, name))
    expect(bytes.includes(old), name).toBe(false)
    expect(bytes.includes(first), name).toBe(false)
  }
})

test('a change noted by a newer version stops the start', async () => {
  const place = await placeWithStore()
  writeFileSync(join(place.dataDir, 'key-change.json'), '{"version": 2}', { mode: 0o600 })
  await expect(place.ids()).rejects.toMatchObject({ code: 'data_dir_unsafe' })
  expect(existsSync(join(place.dataDir, 'key-change.json'))).toBe(true)
})

test('there is nothing to change where there is no store, and nothing is made', async () => {
  const place = createPlace()
  await expect(holdDataDir(place.config())).rejects.toMatchObject({ code: 'not_found' })
  expect(readdirSync(place.dataDir)).toEqual([])
})

test('the key that is said to be in use is the one that the store is under', async () => {
  const place = await placeWithStore()
  const held = await holdDataDir(place.config())
  const id = await putUnderKey(held, { kind: 'key file' })
  held.release()
  expect(keyIdOf((await readKey(place.dataDir, null)).key)).toBe(id)
  expect((await keyStatus(place.config())).key_id).toBe(id)
})
