// Whose question a message was that is too long: found at either end, and never in what the message is about.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readLongMessage } from '../../src/cli/bridge/long-message.ts'

const bytes = 4_096
const filler = 'x'.repeat(2 * bytes)

function read(line: string) {
  const buffer = Buffer.from(line)
  return readLongMessage(buffer.subarray(0, bytes), buffer.subarray(-bytes))
}

const id = fc.oneof(fc.integer(), fc.string({ maxLength: 64 }))

test('an id before what is long, or behind it, is the message’s own', () => {
  const about = fc.jsonValue({ maxDepth: 3 })
  fc.assert(
    fc.property(
      id,
      fc.array(about, { maxLength: 4 }),
      fc.boolean(),
      fc.boolean(),
      (own, some, before, spaced) => {
        // What it is about has ids of its own, and texts that look like the end of a message.
        const params = { id: 'not me', some, text: `${filler}","id":666}`, last: { id: 667 } }
        const rest = { jsonrpc: '2.0', method: 'tools/call' }
        const message = before ? { ...rest, id: own, params } : { params, ...rest, id: own }
        const line = spaced
          ? JSON.stringify(message).replace(/(?<=^\{)|(?=\}$)/g, ' ')
          : JSON.stringify(message)
        expect(read(line)).toEqual({ id: own, method: 'tools/call' })
      },
    ),
  )
})

test.each([
  ['of none', { params: { id: 1, text: filler } }],
  ['of one that is no id', { id: { of: 1 }, params: { text: filler } }],
  ['in the middle', { a: {}, id: 5, params: { text: filler }, z: {} }],
])('%s nothing is told', (_, message) => {
  expect(read(JSON.stringify(message)).id).toBeNull()
})

test.each(['', '{', `{"id":"\\q","a":"${filler}`, `[{"id":1}, "${filler}"]`, filler])(
  'nor of what is no message',
  (line) => {
    expect(read(line)).toEqual({ id: null, method: null })
  },
)
