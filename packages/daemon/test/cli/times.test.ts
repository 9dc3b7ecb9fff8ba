// Times, read by every command in one way.
import { expect, test } from 'vitest'
import { readTime } from '../../src/cli/times.ts'
import { run, startFakeDaemon } from './terminal.ts'

const day = 86_400_000
const today = () => Math.floor(Date.now() / day) * day

const answers = {
  memory_list: { memories: [], next: null },
  memory_forget: { forgotten: [], unknown: [], count: 0, matches: [] },
}

test.each([
  ['list', () => ['list', '--since', 'yesterday', '--until', 'yesterday']],
  ['forget', () => ['forget', '--since', 'yesterday', '--until', 'yesterday', '--dry-run']],
])('%s takes words, and until a day means until its end', async (_, args) => {
  const daemon = await startFakeDaemon(answers)
  expect((await daemon.run(args())).code).toBe(0)
  const { params = {} } = daemon.calls.at(-1) ?? {}
  expect(params.where ?? params).toMatchObject({ since: today() - day, until: today() })
})

test('days, dates, times and none', async () => {
  expect(Date.now() - Number(await readTime('--since', '90d'))).toBeGreaterThanOrEqual(90 * day)
  expect(Date.now() - Number(await readTime('--since', '90d'))).toBeLessThan(90 * day + 60_000)
  expect(await readTime('--at', '2026-03-31', 'until')).toBe(Date.UTC(2026, 3, 1))
  expect(await readTime('--at', '2026-03-31T14:00', 'until')).toBe(Date.UTC(2026, 2, 31, 14))
  expect(await readTime('--at', undefined)).toBeUndefined()
})

test.each([
  ['list', '--since'],
  ['forget', '--since'],
  ['restore', '--at'],
  ['import', '--since'],
  ['verify', '--since'],
])('%s %s: what is no time is wrong usage, with the ones that are', async (command, flag) => {
  const daemon = await startFakeDaemon(answers)
  const { code, stderr } = await daemon.run([command, flag, 'sometime'])
  expect([code, stderr]).toEqual([2, expect.stringContaining(`${flag} takes a date (2026-03-31)`)])
  expect(daemon.calls).toEqual([])
})

test.each(['recall', 'list', 'forget', 'import', 'verify', 'restore'])(
  '%s --help says which',
  async (command) => {
    expect((await run([command, '--help'])).stdout.replaceAll(/\s+/g, ' ')).toContain('90d, or words such as')
  },
)

test('restore takes a file or a time', async () => {
  const { code, stderr } = await run(['restore', 'x.backup', '--at', 'yesterday'])
  expect([code, stderr]).toEqual([2, expect.stringContaining('not both')])
})

test('an empty --containing is refused before anything is asked', async () => {
  const daemon = await startFakeDaemon(answers)
  expect(await daemon.run(['forget', '--containing', ' '])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--containing takes at least'),
  })
  expect(daemon.calls).toEqual([])
})
