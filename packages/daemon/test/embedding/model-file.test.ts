import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeModel, encodeModel } from '../../src/embedding/builtin/model-file.ts'
import { tinyModel } from './tiny-model.ts'

test('a model comes back from its bytes as it was', () => {
  const decoded = decodeModel(encodeModel(tinyModel))
  expect({ ...decoded, weights: [...decoded.weights], rows: [...decoded.rows] }).toEqual({
    ...tinyModel,
    weights: [...tinyModel.weights],
    rows: [...tinyModel.rows],
  })
})

test('the same model gives the same bytes', () => {
  expect(encodeModel(tinyModel)).toEqual(encodeModel({ ...tinyModel }))
})

test('a file with any byte changed, cut short or made longer is refused', () => {
  const bytes = encodeModel(tinyModel)
  const damage = fc.oneof(
    fc.record({ at: fc.nat(bytes.length - 1), flip: fc.integer({ min: 1, max: 255 }) }),
    fc.record({ length: fc.nat(bytes.length - 1) }),
    fc.record({ more: fc.uint8Array({ minLength: 1, maxLength: 9 }) }),
  )
  fc.assert(
    fc.property(damage, (how) => {
      let damaged = Uint8Array.from(bytes)
      if ('flip' in how) damaged[how.at] = (damaged[how.at] as number) ^ how.flip
      else if ('length' in how) damaged = damaged.slice(0, how.length)
      else damaged = Uint8Array.from([...damaged, ...how.more])
      expect(() => decodeModel(damaged)).toThrow(/reinstall iai-mcp/)
    }),
  )
})
