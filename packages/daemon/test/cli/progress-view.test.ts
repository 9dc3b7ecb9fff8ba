// How far a long run is, as a terminal and as a log see it.
import { expect, test } from 'vitest'
import { barLine, createProgressView } from '../../src/cli/history/progress-view.ts'
import type { Io } from '../../src/cli/io.ts'
import type { Progress } from '../../src/history/progress.ts'

const half: Progress = {
  files: 3,
  filesTotal: 8,
  bytes: 500,
  bytesTotal: 1_000,
  turns: 1_234,
  turnsPerSecond: 2_345,
  etaMs: 65_000,
  file: '/home/ada/.claude/projects/shop/ses\u001b[31m-1.jsonl',
}

function written(progressColumns: number | null) {
  let text = ''
  const io: Io = {
    stdout: { write: () => true },
    stderr: { write: (more: string) => (text += more) },
    styled: false,
    progressColumns,
    interactive: false,
    cwd: '/',
    readStdin: async () => '',
    confirm: async () => false,
    ask: async () => '',

    askSecret: async () => '',
  }
  return { io, text: () => text }
}

test('a bar says share, rate, files and time left, and keeps to the width', () => {
  expect(barLine(half, 200)).toBe(
    `${'█'.repeat(12)}${'░'.repeat(12)} 50% · 1,234 turns · 2,345/s · 3/8 files · 1 min 5 s left · ses-1.jsonl`,
  )
  expect([...barLine(half, 40)].length).toBe(39)
})

test('on a terminal it redraws one line and takes it away at the end', () => {
  const { io, text } = written(80)
  const view = createProgressView(io, () => 0)
  view.show(half)
  view.end()
  expect(text()).not.toContain('\n')
  expect(text().endsWith('\r\u001b[2K')).toBe(true)
})

test('elsewhere it is a plain line every few seconds', () => {
  const { io, text } = written(null)
  let now = 0
  const view = createProgressView(io, () => now)
  for (; now <= 11_000; now += 250) view.show(half)
  view.end()
  const line = '50% · 1,234 turns · 2,345/s · 3/8 files · 1 min 5 s left\n'
  expect(text()).toBe(line.repeat(2))
})
