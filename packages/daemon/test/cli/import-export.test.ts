// Taking an export in where projects are one there and two here. No daemon runs: the command holds the store itself.
import { appendFileSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { run, type Terminal } from './terminal.ts'

vi.mock('node:fs', { spy: true })

const time = '2026-03-02T09:00:00.000Z'
const project = (key: string, merged_into: string | null = null) => ({
  type: 'project',
  key,
  name: key,
  reason: 'a test says so',
  given_name: null,
  merged_into,
})
const memory = (n: number, project: string) => ({
  type: 'memory',
  id: `01890000-0000-7000-8000-00000000000${n}`,
  role: 'user',
  kind: 'turn',
  trust: 'user',
  project,
  session: `ses_${n}`,
  client: 'opencode',
  message_id: `msg_${n}`,
  speaker: null,
  said_at: time,
  stored_at: time,
  said_again: [],
  pin: null,
  superseded_by: null,
  superseded_at: null,
  reinforced: 0,
  reinforced_at: null,
  text: `The walrus lives in dock ${n}.`,
})

let dataDir = ''
let merged = ''

function archive(name: string, ...records: readonly object[]): string {
  const path = join(dataDir, '..', name)
  const head = { type: 'archive', version: 2, store: '0123456789abcdef', made_at: time, made_by: 'test' }
  const all = [head, ...records, { type: 'end', records: records.length + 1 }]
  writeFileSync(path, all.map((record) => `${JSON.stringify(record)}\n`).join(''))
  return path
}

const imported = (words: readonly string[], terminal?: Terminal) =>
  run(['import', ...words, '--data-dir', dataDir], terminal)

beforeEach(async () => {
  dataDir = join(tempDir(), 'data')
  const apart = archive('apart.jsonl', project('path:/old'), memory(1, 'path:/old'))
  expect(await imported([apart])).toMatchObject({ code: 0, stderr: '' })
  merged = archive('merged.jsonl', project('git:new'), project('path:/old', 'git:new'), memory(2, 'git:new'))
})

const told = 'The export has path:/old merged into git:new; here it holds 1 turn and 0 facts.'

test('nobody can be asked: nothing is changed, and it says what to add', async () => {
  const ran = await imported([merged])
  expect([ran.code, ran.stdout]).toEqual([2, ''])
  expect(ran.stderr).toContain(told)
  expect(ran.stderr).toContain('add --yes to merge here too, or --no-merge to leave them apart')
  const dry = await imported([merged, '--dry-run'])
  expect(dry.stdout).toBe(
    `The export is whole.\n${told}\nIt would be asked whether to merge here too (--yes, --no-merge).\nWhat is there already stays as it is; nothing was changed.\n`,
  )
  expect((await imported([merged, '--no-merge'])).stdout).toBe('1 memory taken in, 0 were there already.\n')
})

test('no leaves them apart and takes in the rest; yes merges, and is not asked for again', async () => {
  const no = await imported([merged], { interactive: true, confirms: false })
  expect(no.stdout).toContain(`${told}\nMerge here too?`)
  expect(no.stdout).toContain('1 memory taken in, 0 were there already.\n')
  const yes = await imported([merged], { interactive: true, confirms: true })
  expect(yes.stdout).toContain('0 memories taken in, 1 were there already.\n1 project merged into another.\n')
  expect((await imported([merged])).stdout).toBe('0 memories taken in, 1 were there already.\n')
})

test('--yes merges at once', async () => {
  expect(JSON.parse((await imported([merged, '--yes', '--json'])).stdout)).toMatchObject({
    added: 1,
    merged: 1,
  })
})

test('the file is read twice: to see that it is whole, and to take it in', async () => {
  const opened = vi.mocked(openSync)
  opened.mockClear()
  await imported([merged, '--yes'])
  expect(opened.mock.calls.filter(([path]) => path === merged)).toHaveLength(2)
})

test('one that is changed while it is asked about is not taken in', async () => {
  const ran = await imported([merged], {
    interactive: true,
    get confirms() {
      appendFileSync(merged, '\n')
      return true
    },
  })
  expect([ran.code, ran.stdout]).toEqual([2, expect.not.stringContaining('were there already')])
  expect(ran.stderr).toContain(
    'merged.jsonl was changed after it had been checked; nothing was taken in: import it again',
  )
  expect((await imported([merged, '--no-merge'])).stdout).toBe('1 memory taken in, 0 were there already.\n')
})
