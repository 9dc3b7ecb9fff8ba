import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RowMap } from '../../src/embedding/index/row-map.ts'

describe('row map', () => {
  test('answers like a Map under any history of adds, moves and deletes', () => {
    // Few distinct ids, many of them far apart, so that runs of neighbours form, break and wrap around.
    const id = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(2 ** 32, 2 ** 33 + 7, 2 ** 53 - 1))
    const step = fc.record({ id, action: fc.constantFrom('add', 'move', 'delete') })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const rows: number[] = []
        const map = new RowMap((row) => rows[row] as number)
        const model = new Map<number, number>()
        for (const { id, action } of steps) {
          if (action === 'delete') {
            map.delete(id)
            model.delete(id)
          } else if (model.has(id) === (action === 'move')) {
            rows.push(id)
            if (action === 'move') map.move(id, rows.length - 1)
            else map.add(id, rows.length - 1)
            model.set(id, rows.length - 1)
          }
          for (const known of new Set(steps.map((each) => each.id))) {
            expect(map.get(known)).toBe(model.get(known) ?? -1)
          }
        }
      }),
    )
  })

  test('keeps every entry while it grows', () => {
    const ids = Array.from({ length: 5_000 }, (_, i) => i * 7919)
    const map = new RowMap((row) => ids[row] as number)
    ids.forEach((id, row) => {
      map.add(id, row)
    })
    expect(ids.map((id) => map.get(id))).toEqual(ids.map((_, row) => row))
    expect(map.get(1)).toBe(-1)
  })
})
