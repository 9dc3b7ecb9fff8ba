// Histories of other programs, damaged: reading ends in time, raises nothing, and gives only turns that the memory takes.
// Runs in this process, as an import runs in one of its own.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { readGuarded } from '../../../packages/daemon/src/history/reading.ts'
import type { HistorySource, HistoryTurn } from '../../../packages/daemon/src/history/source.ts'
import { memoryCaptureBatch } from '../../../packages/daemon/src/operations/memory-capture-batch.ts'
import { type Finding, mostly, type Target, type World, withinMs } from '../target.ts'
import {
  chatGpt,
  claudeAi,
  claudeLines,
  codexLines,
  type Format,
  formats,
  genericLines,
  json,
  openCodeDatabase,
  packed,
} from './foreign-histories.ts'

const readMsMax = 10_000
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '1969-12-31T23:59:59Z',
    '+275760-09-13T00:00:00Z',
    'x'.repeat(600),
    '../../etc',
    -1,
    1e300,
    '\ud800',
  ),
)

/** A copy in which some values, however deep, are others. */
function wildly(value: unknown): fc.Arbitrary<unknown> {
  const weight = 14
  if (Array.isArray(value)) return mostly<unknown>(fc.tuple(...value.map(wildly)), anything, weight)
  if (typeof value !== 'object' || value === null) return mostly(fc.constant(value), anything, weight)
  const fields = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, wildly(each)]))
  return mostly<unknown>(fc.record(fields, { noNullPrototype: true }), anything, weight)
}

const wildLines = (entries: readonly object[]): fc.Arbitrary<Buffer> =>
  (wildly(entries) as fc.Arbitrary<unknown>).map((wild) =>
    Buffer.from(
      (Array.isArray(wild) ? wild : [wild]).map((entry) => `${JSON.stringify(entry) ?? ''}\n`).join(''),
    ),
  )

function targetFor(format: Format, share: number, structured: fc.Arbitrary<Buffer>): Target {
  return {
    name: `import ${format.name}`,
    share,
    inputsPerBatch: 50,
    structured,
    seeds: format.seeds,
    tryBatch: (world, inputs) => tryFiles(format, world, inputs),
  }
}

const structured: Readonly<Record<string, fc.Arbitrary<Buffer>>> = {
  'claude-code': wildLines(claudeLines),
  codex: wildLines(codexLines),
  'codex packed': wildLines(codexLines).map((bytes) => zstdCompressSync(bytes)),
  'opencode database': fc.nat().map(() => openCodeDatabase()),
  chatgpt: wildly(chatGpt).map(json),
  'claude-ai': wildly(claudeAi).map((value) => packed('conversations.json', value ?? null)),
  jsonl: wildLines(genericLines),
}

export const importTargets: readonly Target[] = formats.map((format) =>
  targetFor(
    format,
    format.name === 'opencode database' ? 1 : 2,
    structured[format.name] ?? fc.constant(Buffer.of(0)),
  ),
)

async function tryFiles(
  format: Format,
  world: World,
  inputs: readonly Buffer[],
): Promise<readonly Finding[]> {
  const folder = join(world.folder, format.name.replaceAll(' ', '-'))
  const path = join(folder, format.file)
  mkdirSync(dirname(path), { recursive: true })
  const findings: Finding[] = []
  try {
    for (const input of inputs) {
      writeFileSync(path, input)
      const what = await tryReading(format.source(folder))
      if (what !== null) findings.push({ what: `${format.name}: ${what}`, input })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return findings
}

async function tryReading(source: HistorySource): Promise<string | null> {
  try {
    const read = await withinMs(turnsOf(source), readMsMax)
    if (read === 'late') return `not read within ${readMsMax / 1_000} s`
    return read.map(whyNotTaken).find((why) => why !== null) ?? null
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}

async function turnsOf(source: HistorySource): Promise<HistoryTurn[]> {
  const { signal } = new AbortController()
  const turns: HistoryTurn[] = []
  for await (const found of source.discover(signal)) {
    if (found.kind !== 'file') continue
    for await (const item of readGuarded(source, found.file, 0, signal)) {
      if (item.kind === 'turn') turns.push(item.turn)
    }
  }
  return turns
}

/** As the import hands it in. */
function whyNotTaken({
  client,
  session_id,
  cwd,
  parent_session_id,
  speaker,
  ...said
}: HistoryTurn): string | null {
  const turn = { ...said, speaker, parent_session_id }
  const parsed = memoryCaptureBatch.params.safeParse({ client, session_id, cwd, turns: [turn] })
  return parsed.success
    ? null
    : `a turn that the memory refuses: ${parsed.error.issues[0]?.message} (${parsed.error.issues[0]?.path.join('.')})`
}
