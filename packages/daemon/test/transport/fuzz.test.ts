// Random and half-right input, seeded: whatever comes, the server answers or closes in time, runs nothing it should
// not, and is healthy afterwards. The long runs over millions of inputs are elsewhere; this is the part that always
// runs.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTransports, type Transports, testToken } from './support/fixture.ts'
import { ask, exchangeBytes } from './support/raw-http.ts'
import { talk } from './support/raw-socket.ts'
import { mostly, wildRequests } from './support/wild-http.ts'

const seed = 7_102_030
const msMax = 10_000

let transports: Transports
beforeAll(async () => {
  transports = await startTransports({
    httpLimits: { headersWaitMsMax: 300, bodyWaitMsMax: 300, idleMsMax: 300, lingerMsMax: 100 },
  })
})
afterAll(() => transports[Symbol.asyncDispose]())

const bodies = mostly(
  ['{"method":"echo"}', '{"method":"needs_cue","params":{"cue":"tea"}}', '{"method":"tea"}', '[]'],
  fc.oneof(fc.json({ maxDepth: 3 }), fc.string({ maxLength: 200, unit: 'binary' })),
)
const anyBytes = wildRequests(testToken, bodies)

test('http: answers or closes, and is healthy', async () => {
  const counts: Record<string, number> = {}
  await fc.assert(
    fc.asyncProperty(fc.array(anyBytes, { minLength: 10, maxLength: 20 }), async (inputs) => {
      const { port } = transports
      const answers = await Promise.all(
        inputs.map((bytes) => exchangeBytes(port, bytes, { halfClose: true, waitMs: msMax })),
      )
      expect(answers.filter(({ closed }) => !closed)).toEqual([])
      for (const { bytes } of answers) {
        for (const [, status = ''] of bytes.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
          counts[status] = (counts[status] ?? 0) + 1
        }
      }
      const after = await ask(port, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n', { responses: 1 })
      expect(after.responses[0]?.body).toBe('{"ok": true}')
    }),
    { numRuns: 150, seed },
  )
  expect(Object.keys(counts).filter((status) => status.startsWith('5'))).toEqual([])
  // The input was worth sending: every kind of answer came up.
  expect(Object.keys(counts)).toEqual(expect.arrayContaining(['200', '400', '401', '403', '404', '405']))
  expect(transports.logged.filter(({ fields }) => 'error' in fields)).toEqual([])
})

const message = fc.oneof(
  fc
    .record(
      {
        jsonrpc: fc.constantFrom<unknown>('2.0', '1.0', 2, null),
        id: fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.constant([])),
        method: fc.oneof(fc.constantFrom('echo', 'needs_cue', 'status'), fc.string(), fc.integer()),
        params: fc.oneof(
          fc.dictionary(fc.string(), fc.jsonValue()),
          fc.array(fc.integer()),
          fc.constant(null),
        ),
        type: fc.oneof(fc.string(), fc.integer()),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
  fc.json({ maxDepth: 4 }),
  fc.string({ unit: 'binary', maxLength: 100 }).map((text) => text.replaceAll('\n', ' ')),
)

test('socket: one answer for each line, in order, and goes on', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 20 }), async (lines) => {
      const last = '{"jsonrpc":"2.0","id":"the last","method":"echo"}'
      const answers = await talk(
        transports.socketPath,
        `${[...lines, last].join('\n')}\n`,
        lines.length + 1,
        {
          waitMs: msMax,
        },
      )
      expect(answers).toHaveLength(lines.length + 1)
      for (const answer of answers) expect(() => JSON.parse(answer)).not.toThrow()
      expect(answers.at(-1)).toBe('{"jsonrpc":"2.0","id":"the last","result":{"echo":{}}}')
    }),
    { numRuns: 150, seed },
  )
  expect(transports.logged.filter(({ fields }) => 'error' in fields)).toEqual([])
})
