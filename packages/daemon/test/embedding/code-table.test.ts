import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CodeQuestion, type CodeRow, CodeTable } from '../../src/embedding/index/code-table.ts'
import { createPlainScanner, createWasmScanner } from '../../src/embedding/index/scanner.ts'

const bits = 64
const code = fc.uint8Array({ minLength: 8, maxLength: 8 })
const project = fc.constantFrom('alpha', 'beta', 'gamma')
const id = fc.integer({ min: 1, max: 60 })
const row = fc.record({ id, project, code })
const history = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: row },
    { weight: 3, arbitrary: fc.record({ id, remove: fc.constant(true) }) },
    { weight: 1, arbitrary: fc.record({ from: project, into: project }) },
  ),
  { maxLength: 120 },
)
type Step = typeof history extends fc.Arbitrary<(infer T)[]> ? T : never

/** Takes the step, and so does the plain map that the table is compared with. */
function take(table: CodeTable, held: Map<number, CodeRow>, step: Step): void {
  if ('from' in step) {
    table.rekey(step.from, step.into)
    for (const each of held.values())
      if (each.project === step.from) held.set(each.id, { ...each, project: step.into })
  } else if ('remove' in step) {
    expect(table.remove(step.id)).toBe(held.delete(step.id))
  } else {
    table.add(step)
    held.set(step.id, step)
  }
}

const question = fc.record({
  // Whole numbers, so that equal sums are equal in any order of adding.
  vector: fc
    .array(fc.integer({ min: -3, max: 3 }), { minLength: bits, maxLength: bits })
    .map((values) => Float32Array.from(values)),
  wanted: fc.integer({ min: 1, max: 6 }),
  scanned: fc.integer({ min: 6, max: 20 }),
  projects: fc.oneof(fc.constant(null), fc.subarray(['alpha', 'beta', 'gamma', 'never-seen'])),
})

const scanners = { WebAssembly: createWasmScanner, 'plain JavaScript': createPlainScanner }

describe.each(Object.entries(scanners))('code table over %s', (_, createScanner) => {
  test('finds what a plain sort finds, after any history', () => {
    fc.assert(
      fc.property(history, question, (steps, asked) => {
        const table = new CodeTable(bits, createScanner())
        const held = new Map<number, CodeRow>()
        for (const step of steps) take(table, held, step)
        expect(table.size).toBe(held.size)
        expect(table.search(asked.vector, asked)).toEqual(sorted(held, asked))
      }),
    )
  })

  test('finds what a plain sort finds over several blocks, whatever the scope', () => {
    // Few different codes, so that crowds at one distance cross the blocks; projects laid among each other.
    const crowd = fc.record({
      codes: fc.array(code, { minLength: 3, maxLength: 40 }),
      rows: fc.integer({ min: 4_000, max: 9_000 }),
      step: fc.constantFrom(1, 7, 1_009),
      removed: fc.array(fc.integer({ min: 1, max: 9_000 }), { maxLength: 5 }),
    })
    fc.assert(
      fc.property(crowd, fc.array(question, { minLength: 4, maxLength: 4 }), (made, questions) => {
        const table = new CodeTable(bits, createScanner())
        const held = new Map<number, CodeRow>()
        for (let id = 1; id <= made.rows; id++) {
          const row = {
            id,
            project: ['alpha', 'beta', 'gamma'][Math.floor(id / made.step) % 3] as string,
            code: made.codes[(id * id) % made.codes.length] as Uint8Array,
          }
          table.add(row)
          held.set(id, row)
        }
        for (const id of made.removed) take(table, held, { id, remove: true })
        for (const asked of questions) {
          expect(table.search(asked.vector, asked)).toEqual(sorted(held, asked))
        }
      }),
      { numRuns: 15 },
    )
  })

  test('answers the same however it came to hold its rows', () => {
    fc.assert(
      fc.property(history, question, (steps, asked) => {
        const incremental = new CodeTable(bits, createScanner())
        const held = new Map<number, CodeRow>()
        for (const step of steps) take(incremental, held, step)
        const rebuilt = new CodeTable(bits, createScanner())
        const rows = [...held.values()].sort((a, b) => a.id - b.id)
        for (const [project, own] of Map.groupBy(rows, (row) => row.project)) {
          rebuilt.addBatch({
            project,
            ids: own.map((row) => row.id),
            codes: Uint8Array.from(own.flatMap((row) => [...row.code])),
          })
        }
        const ask = (table: CodeTable) => table.search(asked.vector, asked)
        expect(ask(rebuilt)).toEqual(ask(incremental))
      }),
    )
  })

  test('a crowd of equal codes gives the latest of them', () => {
    const table = new CodeTable(bits, createScanner())
    const same = new Uint8Array(8).fill(0b1010)
    for (let id = 1; id <= 20_000; id++) table.add({ id, project: 'alpha', code: same })
    const question = Float32Array.from({ length: bits }, (_, i) =>
      (i & 7) % 2 === 1 && (i & 7) < 4 ? 1 : -1,
    )
    expect(table.search(question, { wanted: 3, scanned: 3, projects: null })).toEqual([
      20_000, 19_999, 19_998,
    ])
  })

  test('holds rows over many blocks and finds the one near code among them', () => {
    const table = new CodeTable(256, createScanner())
    const far = new Uint8Array(32)
    const near = new Uint8Array(32).fill(255)
    const question = new Float32Array(256).fill(1)
    const ask = (project: string) => table.search(question, { wanted: 1, scanned: 5, projects: [project] })
    for (let id = 1; id <= 9_000; id++) table.add({ id: id * 1_000_003, project: 'alpha', code: far })
    table.add({ id: 5, project: 'beta', code: near })
    expect(ask('beta')).toEqual([5])
    expect(ask('alpha')).toEqual([9_000 * 1_000_003])
    expect(table.remove(5)).toBe(true)
    expect(ask('beta')).toEqual([])
    expect(ask('never seen')).toEqual([])
  })

  test('a scope that names every project is no scope, until there is another', () => {
    const table = new CodeTable(bits, createScanner())
    const question = new Float32Array(bits).fill(1)
    const ask = () =>
      table.search(question, { wanted: 5, scanned: 5, projects: ['alpha', 'beta', 'never seen'] })
    const near = new Uint8Array(8).fill(255)
    table.add({ id: 1, project: 'alpha', code: near })
    table.add({ id: 2, project: 'beta', code: near })
    expect(ask()).toEqual([2, 1])
    table.add({ id: 3, project: 'gamma', code: near })
    expect(ask()).toEqual([2, 1])
    table.rekey('gamma', 'beta')
    expect(ask()).toEqual([3, 2, 1])
  })
})

test('takes at most 64 bytes a row of 256 bits', () => {
  const table = new CodeTable(256)
  const empty = table.bytes
  const rows = 60_000
  for (let id = 1; id <= rows; id++) table.add({ id, project: 'alpha', code: new Uint8Array(32) })
  expect((table.bytes - empty) / rows).toBeLessThan(64)
})

/** The same search by plain sorting. */
function sorted(
  held: ReadonlyMap<number, CodeRow>,
  asked: CodeQuestion & { vector: Float32Array },
): number[] {
  const signs = new Uint8Array(bits / 8)
  asked.vector.forEach((value, i) => {
    if (value > 0) signs[i >> 3] = (signs[i >> 3] as number) | (1 << (i & 7))
  })
  return [...held.values()]
    .filter((row) => asked.projects === null || asked.projects.includes(row.project))
    .map((row) => ({
      ...row,
      distance: differingBits(row.code, signs),
      score: scoreOf(asked.vector, row.code),
    }))
    .sort((a, b) => a.distance - b.distance || b.id - a.id)
    .slice(0, asked.scanned)
    .sort((a, b) => b.score - a.score || b.id - a.id)
    .slice(0, asked.wanted)
    .map(({ id }) => id)
}

function scoreOf(vector: Float32Array, code: Uint8Array): number {
  return vector.reduce(
    (sum, value, i) => sum + (((code[i >> 3] as number) >> (i & 7)) & 1 ? value : -value),
    0,
  )
}

function differingBits(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, byte, i) => sum + (byte ^ (b[i] as number)).toString(2).replaceAll('0', '').length, 0)
}
