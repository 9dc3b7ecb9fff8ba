import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { retrofit } from './retrofit.ts'
import { companionsOf, fetchThesaurus } from './thesaurus.ts'

const wordsOf = (text: string) => text.split(' ').map((word) => word.replace(/s$/, ''))

test('words stand with what their entries name, twice where both name each other', () => {
  const stems = ['doctor', 'physician', 'vet', 'stone']
  const text = 'doctors,physician,vets,family doctor,unheard\nphysician,doctor\nstone\n'
  expect(companionsOf(text, stems, wordsOf)).toEqual([[1, 2, 1], [0, 0], [0], []])
})

test('a word moves towards its companions, but not towards those of another sense', () => {
  // Two words at a right angle to a third, one of them near the first.
  const rows = Float32Array.from([1, 0, 0.6, 0.8, 0, 1])
  const settings = { cosineMin: 0.05, share: 0.5 }
  const drawn = retrofit(rows, 2, [[1, 2], [], []], settings)
  const [x, y] = [1 + 0.5 * 0.6, 0.5 * 0.8]
  expect(drawn[0]).toBeCloseTo(x / Math.hypot(x, y))
  expect(drawn[1]).toBeCloseTo(y / Math.hypot(x, y))
  expect([...drawn.subarray(2)]).toEqual([...rows.subarray(2)])
  expect(retrofit(rows, 2, [[2], [], []], settings)).toEqual(rows)
})

test('a thesaurus package with other bytes than those pinned is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'iai-thesaurus-'))
  try {
    await writeFile(join(folder, 'moby-1.1.2.tgz'), 'something else')
    await expect(fetchThesaurus(folder)).rejects.toThrow(/not the package that was pinned/)
  } finally {
    await rm(folder, { recursive: true })
  }
})
