// What doctor says of a host's hooks as they stand in its settings.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { claudeCodeHooks, codexHooks } from '../../src/cli/doctor/host-hooks.ts'
import { claudeCodeHooks as groupsFor } from '../../src/cli/hosts/claude-code.ts'
import { codexHooks as codexGroupsFor } from '../../src/cli/hosts/codex.ts'
import type { HookGroup, Program } from '../../src/cli/hosts/integration.ts'

const here: Program = [process.execPath]
const gone: Program = ['/no/such/node', '/no/such/iai-mcp/bin/iai-mcp.js']
/** Node is there; what it is to run is in a folder of the test. */
const programIn = (folder: string): Program => [...here, join(folder, 'iai-mcp.js')]

interface Home {
  readonly HOME: string
  readonly file: string
}

function homeWith(hooks: object, folder = '.claude', name = 'settings.json'): Home {
  const HOME = tempDir()
  mkdirSync(join(HOME, folder))
  writeFileSync(join(HOME, 'iai-mcp.js'), '')
  const file = join(HOME, folder, name)
  writeFileSync(file, `// mine\n${JSON.stringify({ hooks })}`)
  return { HOME, file }
}

function put({ file }: Home, hooks: object): void {
  writeFileSync(file, JSON.stringify({ hooks }))
}

test('a host that is not there, or not set up, is no fault', async () => {
  expect(await claudeCodeHooks({ HOME: tempDir() })).toMatchObject({ state: 'note' })
  expect(await codexHooks({ HOME: tempDir() })).toMatchObject({ state: 'note' })
  const home = homeWith({ Stop: [{ hooks: [{ type: 'command', command: 'date' }] }] })
  expect(await claudeCodeHooks(home)).toMatchObject({ state: 'note', remedy: 'iai-mcp setup' })
})

test('all there, each once, each with a program that exists, is as it should be', async () => {
  const home = homeWith({})
  put(home, groupsFor(programIn(home.HOME)))
  expect(await claudeCodeHooks(home)).toMatchObject({ state: 'ok', found: `each once, in ${home.file}` })
  const codex = homeWith({}, '.codex', 'hooks.json')
  put(codex, codexGroupsFor(programIn(codex.HOME)))
  expect(await codexHooks(codex)).toMatchObject({ state: 'ok', remedy: expect.stringContaining('/hooks') })
})

type Groups = Readonly<Record<string, readonly HookGroup[]>>

test.each<[string, (whole: Groups) => Groups, string]>([
  ['one missing', ({ Stop: _, ...rest }) => rest, 'no hook of ours for Stop'],
  [
    'one twice',
    (whole) => ({ ...whole, Stop: [...(whole.Stop ?? []), ...(whole.Stop ?? [])] }),
    'more than one hook of ours for Stop',
  ],
  ['a program that is gone', () => groupsFor(gone), '/no/such/node and /no/such/iai-mcp/bin/iai-mcp.js'],
])('%s is a fault, and set-up mends it', async (_name, broken, found) => {
  const home = homeWith({})
  put(home, broken(groupsFor(programIn(home.HOME))))
  expect(await claudeCodeHooks(home)).toMatchObject({
    state: 'fail',
    found: expect.stringContaining(found),
    remedy: 'iai-mcp setup',
  })
})

test('settings with a mistake are named with its place', async () => {
  const home = homeWith({})
  writeFileSync(home.file, '{\n  "a": 1\n  "b": 2\n}\n')
  await expect(claudeCodeHooks(home)).rejects.toThrow(`${home.file}:3:3: comma expected`)
})
