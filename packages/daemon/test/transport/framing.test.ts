// The two pieces of framing that are ours, as pure functions: lines of the socket, and the first head of an HTTP
// connection.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeFirstHead } from '../../src/transport/http/bare-lf.ts'
import { readLines } from '../../src/transport/socket/lines.ts'

describe('lines', () => {
  test('do not depend on how the bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '\r', '\n', ' '), maxLength: 12 }), {
          maxLength: 8,
        }),
        fc.integer({ min: 0, max: 6 }),
        async (chunks, lineBytesMax) => {
          const whole = chunks.join('')
          expect(await linesOf(chunks, lineBytesMax)).toEqual(expectedLines(whole, lineBytesMax))
        },
      ),
      { numRuns: 500, seed: 20260101 },
    )
  })

  test('a line of exactly the limit passes', async () => {
    expect(await linesOf(['abc\nabcd\n'], 3)).toEqual(['abc', null])
  })
})

async function linesOf(chunks: readonly string[], lineBytesMax: number): Promise<(string | null)[]> {
  const lines: (string | null)[] = []
  async function* arriving(): AsyncGenerator<Buffer> {
    for (const chunk of chunks) yield Buffer.from(chunk)
  }
  for await (const line of readLines(arriving(), lineBytesMax)) {
    lines.push(line.kind === 'line' ? line.bytes.toString() : null)
  }
  return lines
}

function expectedLines(whole: string, lineBytesMax: number): (string | null)[] {
  const lines = whole.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line) => (Buffer.byteLength(line) > lineBytesMax ? null : line))
}

describe('the first head', () => {
  const judge = (text: string, max = 100): object => {
    const head = judgeFirstHead(Buffer.from(text, 'latin1'), max)
    return head.kind === 'rewritten' ? { kind: head.kind, text: head.bytes.toString('latin1') } : head
  }
  const cases: readonly (readonly [text: string, verdict: object])[] = [
    ['', { kind: 'unfinished' }],
    ['\r\n', { kind: 'unfinished' }],
    ['GET / HTTP/1.1', { kind: 'unfinished' }],
    ['GET / HTTP/1.1\r', { kind: 'unfinished' }],
    ['GET / HTTP/1.1\r\n', { kind: 'strict' }],
    ['\r\nGET / HTTP/1.1\r\nA: b\nC: d\n\n', { kind: 'strict' }],
    ['\u0016\u0003', { kind: 'strict' }],
    ['GET / HTTP/1.1\n', { kind: 'unfinished' }],
    ['GET / HTTP/1.1\nA: b\n', { kind: 'unfinished' }],
    ['GET / HTTP/1.1\nA: b\r', { kind: 'unfinished' }],
    ['GET / HTTP/1.1\n\n', { kind: 'rewritten', text: 'GET / HTTP/1.1\r\n\r\n' }],
    ['\n\nGET / HTTP/1.1\n\r\nrest\n', { kind: 'rewritten', text: 'GET / HTTP/1.1\r\n\r\nrest\n' }],
    [
      'GET / HTTP/1.1\nA: b\r\nC: d\n\nGET\n\n',
      { kind: 'rewritten', text: 'GET / HTTP/1.1\r\nA: b\r\nC: d\r\n\r\nGET\n\n' },
    ],
    ['GET / HTTP/1.1\nA: b\rc\n\n', { kind: 'rewritten', text: 'GET / HTTP/1.1\r\nA: b\rc\r\n\r\n' }],
    ['x'.repeat(101), { kind: 'too_large' }],
    [`GET / HTTP/1.1\n${'A: b\n'.repeat(40)}`, { kind: 'too_large' }],
    [`GET / HTTP/1.1\n${'A: b\n'.repeat(40)}\n`, { kind: 'too_large' }],
  ]
  test.each(cases)('%j', (text, verdict) => {
    expect(judge(text)).toEqual(verdict)
  })
})
