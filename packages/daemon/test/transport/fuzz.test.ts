// Random and half-right input, seeded: whatever comes, the server answers or closes in time, runs nothing it should
// not, and is healthy afterwards. The long runs over millions of inputs are elsewhere; this is the part that always
// runs.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTransports, type Transports, testToken } from './support/fixture.ts'
import { ask, exchangeBytes } from './support/raw-http.ts'
import { talk } from './support/raw-socket.ts'

const seed = 7_102_030
const msMax = 3_000

let transports: Transports
beforeAll(async () => {
  transports = await startTransports({
    httpLimits: { headersWaitMsMax: 300, bodyWaitMsMax: 300, idleMsMax: 300, lingerMsMax: 100 },
  })
})
afterAll(() => transports[Symbol.asyncDispose]())

/** Mostly what is right, sometimes what is not: a request that is wrong everywhere never gets past the first check. */
function mostly(right: readonly string[], wrong: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: wrong })
}

const lineEnd = mostly(['\r\n', '\r\n', '\n'], fc.constantFrom('\r', '', '\n\r'))
const verb = mostly(
  ['GET', 'POST', 'HEAD', 'OPTIONS'],
  fc.constantFrom('CONNECT', 'TRACE', 'get', 'G\u0000T', ''),
)
const target = mostly(
  ['/healthz', '/rpc', '/memory/session-context?format=text', '/tea', 'http://localhost/rpc'],
  fc.oneof(fc.constantFrom('*', '//', '/%', 'x'), fc.string({ maxLength: 40 })),
)
const version = mostly(
  ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0'],
  fc.constantFrom('HTTP/0.9', 'HTTP/2.0', 'http/1.1', 'HTTP/1.1 ', ''),
)
const host = mostly(
  ['Host: localhost', 'Host: 127.0.0.1', 'Host: [::1]'],
  fc.constantFrom('Host: example.com', 'Host:', 'X: y'),
)
const authorization = mostly(
  [`Authorization: Bearer ${testToken}`],
  fc.constantFrom('Authorization: Bearer nonsense', 'X: y'),
)
const header = mostly(
  [
    'Content-Type: application/json',
    'Accept: */*',
    'Connection: close',
    'Connection: keep-alive',
    'Expect: 100-continue',
    'Sec-Fetch-Mode: cors',
  ],
  fc.oneof(
    fc.constantFrom('Transfer-Encoding: gzip', 'Upgrade: h2c', 'Origin: null', ' folded', ':', 'X: \u0000'),
    fc.string({ maxLength: 60 }),
  ),
)
const text = mostly(
  ['{"method":"echo"}', '{"method":"needs_cue","params":{"cue":"tea"}}', '{"method":"tea"}', '[]'],
  fc.oneof(fc.json({ maxDepth: 3 }), fc.string({ maxLength: 200, unit: 'binary' })),
)
const framedBody = fc.oneof(
  { weight: 4, arbitrary: text.map((body) => [`Content-Length: ${Buffer.byteLength(body)}`, body] as const) },
  {
    weight: 2,
    arbitrary: text.map((body) => {
      const chunk = `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`
      return ['Transfer-Encoding: chunked', `${body === '' ? '' : chunk}0\r\n\r\n`] as const
    }),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom('Content-Length: 999', 'Content-Length: -1', 'Transfer-Encoding: chunked'),
      text,
    ),
  },
)
const request = fc
  .tuple(verb, target, version, host, authorization, fc.array(header, { maxLength: 4 }), framedBody, lineEnd)
  .map(([m, t, v, h, a, more, [framing, body], end]) =>
    [`${m} ${t} ${v}`, h, a, ...more, ...(m === 'POST' ? [framing] : []), '', m === 'POST' ? body : ''].join(
      end,
    ),
  )
const anyBytes = fc.oneof(
  { weight: 6, arbitrary: request.map((whole) => Buffer.from(whole)) },
  {
    weight: 2,
    arbitrary: fc.array(request, { minLength: 2, maxLength: 4 }).map((all) => Buffer.from(all.join(''))),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(request, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 4 })).map(overwrite),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)) },
)

function overwrite([whole, at, bytes]: [string, number, Uint8Array]): Buffer {
  const damaged = Buffer.from(whole)
  damaged.set(bytes.subarray(0, damaged.length), at % Math.max(1, damaged.length - bytes.length))
  return damaged
}

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
