// Plans carried out on real files, and taken back to the byte.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import type { Change } from '../../src/cli/setup/change.ts'
import { ownKey } from '../../src/cli/setup/json-changes.ts'
import { readLedger } from '../../src/cli/setup/ledger.ts'
import { carryOut, planFiles, planUndo, undoAll } from '../../src/cli/setup/plan.ts'
import { jsonZoo, tomlZoo } from './zoo.ts'

const key = (file: string, name = 'iai-mcp', value: unknown = { type: 'local' }): Change =>
  ownKey({ file, what: 'the server', path: ['mcp', name], value })
const table = (file: string): Change => ({
  format: 'toml',
  file,
  what: 'the server',
  table: ['mcp_servers', 'iai-mcp'],
  values: { command: 'node' },
})

function home() {
  const folder = tempDir()
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir, { mode: 0o700 })
  return { folder, dataDir }
}

async function setUp(dataDir: string, changes: readonly Change[]): Promise<number> {
  const plans = await planFiles(changes)
  await carryOut(dataDir, plans)
  return plans.length
}

describe('undo', () => {
  test.each([
    ...jsonZoo.map((each) => ({ ...each, file: 'config.json', change: (path: string) => key(path) })),
    ...tomlZoo.map((each) => ({ ...each, file: 'config.toml', change: table })),
  ])('gives back $file, $name, byte for byte', async ({ text, file, change }) => {
    const { folder, dataDir } = home()
    const path = join(folder, file)
    writeFileSync(path, text)
    chmodSync(path, 0o640)
    expect(await setUp(dataDir, [change(path)])).toBe(1)
    expect(readFileSync(path, 'utf8')).not.toBe(text)
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(await setUp(dataDir, [change(path)])).toBe(0)
    expect(await undoAll(dataDir, [change(path)])).toEqual([{ path, outcome: 'restored' }])
    expect(readFileSync(path, 'utf8')).toBe(text)
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(readdirSync(dataDir)).toEqual([])
    expect(await undoAll(dataDir, [change(path)])).toEqual([])
  })

  test('removes what was not there before, folders included, and nothing that is in use', async () => {
    const { folder, dataDir } = home()
    const [one, two] = [join(folder, 'a/b/c.json'), join(folder, 'd/e.json')]
    await setUp(dataDir, [key(one), key(two)])
    expect(statSync(one).mode & 0o777).toBe(0o600)
    writeFileSync(join(folder, 'd/mine.json'), '{}')
    await undoAll(dataDir, [key(one), key(two)])
    expect(readdirSync(folder).sort()).toEqual(['d', 'data'])
    expect(readdirSync(join(folder, 'd'))).toEqual(['mine.json'])
  })

  test('is told before it is done, and may be of some files alone', async () => {
    const { folder, dataDir } = home()
    const [one, two] = [join(folder, 'one.json'), join(folder, 'two.json')]
    for (const path of [one, two]) writeFileSync(path, '{ "a": 1 }')
    await setUp(dataDir, [key(one), key(two)])
    const after = [one, two].map((path) => readFileSync(path, 'utf8'))
    const ledger = readLedger(dataDir)
    const plan = await planUndo(dataDir, [key(one), key(two)])
    expect(plan.map(({ path, outcome, former }) => [path, outcome, former])).toEqual([
      [two, 'restored', '{ "a": 1 }'],
      [one, 'restored', '{ "a": 1 }'],
    ])
    expect([one, two].map((path) => readFileSync(path, 'utf8'))).toEqual(after)
    expect(readLedger(dataDir)).toEqual(ledger)
    expect(await undoAll(dataDir, [key(one)], [one])).toEqual([{ path: one, outcome: 'restored' }])
    expect(readFileSync(one, 'utf8')).toBe('{ "a": 1 }')
    expect(readFileSync(two, 'utf8')).toBe(after[1])
    expect(readLedger(dataDir).map(({ realPath }) => realPath)).toEqual([two])
  })

  test('goes back over several set-ups to the first', async () => {
    const { folder, dataDir } = home()
    const path = join(folder, 'c.json')
    writeFileSync(path, '{ "a": 1 }')
    await setUp(dataDir, [key(path)])
    await setUp(dataDir, [key(path, 'iai-mcp', { type: 'remote' })])
    await undoAll(dataDir, [key(path)])
    expect(readFileSync(path, 'utf8')).toBe('{ "a": 1 }')
  })

  test('takes only our part out of a file that the user changed since', async () => {
    const { folder, dataDir } = home()
    const path = join(folder, 'c.json')
    writeFileSync(path, '{\n  "a": 1 // mine\n}\n')
    await setUp(dataDir, [key(path)])
    writeFileSync(path, readFileSync(path, 'utf8').replace('"a": 1', '"a": 2, "new": true'))
    expect(await undoAll(dataDir, [key(path)])).toEqual([{ path, outcome: 'edited' }])
    const text = readFileSync(path, 'utf8')
    expect(text).toContain('"a": 2, "new": true')
    expect(text).toContain('// mine')
    expect(text).not.toContain('iai-mcp')
  })

  test('also when the change came between two set-ups', async () => {
    const { folder, dataDir } = home()
    const path = join(folder, 'c.json')
    writeFileSync(path, '{ "a": 1 }')
    await setUp(dataDir, [key(path)])
    writeFileSync(path, '{ "a": 2 }')
    await setUp(dataDir, [key(path)])
    await undoAll(dataDir, [key(path)])
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ a: 2 })
  })

  test('leaves a file that the user broke since, says so, and keeps the way back', async () => {
    const { folder, dataDir } = home()
    const path = join(folder, 'c.json')
    writeFileSync(path, '{ "a": 1 }')
    await setUp(dataDir, [key(path)])
    writeFileSync(path, '{ "a": ')
    expect(await undoAll(dataDir, [key(path)])).toMatchObject([
      { path, outcome: 'left', reason: expect.stringContaining(`${path}:1:`) },
    ])
    expect(readFileSync(path, 'utf8')).toBe('{ "a": ')
    expect(readLedger(dataDir)).toHaveLength(1)
  })

  test('of a file that is gone does not bring it back', async () => {
    const { folder, dataDir } = home()
    const path = join(folder, 'a/c.json')
    await setUp(dataDir, [key(path)])
    const { rmSync } = await import('node:fs')
    rmSync(path)
    expect(await undoAll(dataDir, [key(path)])).toEqual([{ path, outcome: 'gone' }])
    expect(existsSync(join(folder, 'a'))).toBe(false)
  })
})

describe('a symbolic link', () => {
  test('stays one; its target changes, and comes back', async () => {
    const { folder, dataDir } = home()
    mkdirSync(join(folder, 'dotfiles'))
    const [link, target] = [join(folder, 'c.json'), join(folder, 'dotfiles/c.json')]
    writeFileSync(target, '{ "a": 1 }')
    symlinkSync('dotfiles/c.json', link)
    await setUp(dataDir, [key(link)])
    expect(readlinkSync(link)).toBe('dotfiles/c.json')
    expect(readFileSync(target, 'utf8')).toContain('iai-mcp')
    await undoAll(dataDir, [key(link)])
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readFileSync(target, 'utf8')).toBe('{ "a": 1 }')
  })

  test('to nothing is refused', async () => {
    const { folder } = home()
    symlinkSync('nowhere', join(folder, 'c.json'))
    await expect(planFiles([key(join(folder, 'c.json'))])).rejects.toThrow('symbolic link to nothing')
  })
})

describe('is refused and left as it is:', () => {
  test.each([
    ['text that is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'UTF-8'],
    ['broken JSON', Buffer.from('{ "a": 1,, }'), ':1:10:'],
  ])('%s', async (_, bytes, reason) => {
    const { folder } = home()
    const path = join(folder, 'c.json')
    writeFileSync(path, bytes)
    await expect(planFiles([key(path)])).rejects.toThrow(reason)
    expect(readFileSync(path)).toEqual(bytes)
  })

  test('a folder', async () => {
    const { folder } = home()
    mkdirSync(join(folder, 'c.json'))
    await expect(planFiles([key(join(folder, 'c.json'))])).rejects.toThrow('not a plain file')
  })

  test('a file that someone changes between plan and deed', async () => {
    const { folder, dataDir } = home()
    const path = join(folder, 'c.json')
    writeFileSync(path, '{}')
    const plans = await planFiles([key(path)])
    writeFileSync(path, '{ "new": true }')
    await expect(carryOut(dataDir, plans)).rejects.toThrow('changed by someone else')
    expect(readFileSync(path, 'utf8')).toBe('{ "new": true }')
  })
})

test('what is kept for the way back is private', async () => {
  const { folder, dataDir } = home()
  const path = join(folder, 'c.json')
  writeFileSync(path, '{ "apiKey": "secret" }')
  await setUp(dataDir, [key(path)])
  expect(statSync(join(dataDir, 'setup.json')).mode & 0o777).toBe(0o600)
})
