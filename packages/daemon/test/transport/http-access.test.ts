// Who gets in, where the bytes of an answer do not show it: how the token is compared, which routes are open, what health
// asks for, and how long the slow are waited for.
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { routesOfAdapters } from '../../src/composition/transports.ts'
import { httpLimits } from '../../src/transport/http/http-limits.ts'
import { ownRoutes } from '../../src/transport/http/routes.ts'
import type { Mcp } from '../../src/transport/mcp/mcp.ts'
import { startTransports, type TransportsOptions, testToken } from './support/fixture.ts'
import { ask } from './support/raw-http.ts'

const compared = vi.hoisted(() => [] as (readonly [one: string, other: string])[])
vi.mock('node:crypto', async (importOriginal) => {
  const crypto = await importOriginal<typeof import('node:crypto')>()
  const hexOf = (bytes: NodeJS.ArrayBufferView) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
  const timingSafeEqual: typeof crypto.timingSafeEqual = (one, other) => {
    compared.push([hexOf(one), hexOf(other)])
    return crypto.timingSafeEqual(one, other)
  }
  return { ...crypto, timingSafeEqual }
})
afterEach(() => void compared.splice(0))

const host = 'Host: 127.0.0.1\r\n'

async function started(options: TransportsOptions = {}) {
  const transports = await startTransports(options)
  onTestFinished(() => transports[Symbol.asyncDispose]())
  return async (request: string): Promise<number | undefined> =>
    (await ask(transports.port, request, { responses: 1 })).responses[0]?.status
}

describe('the token is compared in constant time', () => {
  test.each([
    ['a guess of one letter', 'x', 401],
    ['one with a right beginning', `${testToken.slice(0, 42)}x`, 401],
    ['one that is too long', testToken.repeat(50), 401],
    ['the token', testToken, 404],
  ])('%s: as digests of one length, never as it is', async (_name, guess, status) => {
    const statusOf = await started()
    expect(await statusOf(`GET /tea HTTP/1.1\r\n${host}Authorization: Bearer ${guess}\r\n\r\n`)).toBe(status)
    expect(compared).toHaveLength(1)
    const [[one = '', other = ''] = []] = compared
    expect([one.length, other.length]).toEqual([64, 64])
    expect(one === other).toBe(guess === testToken)
    expect(`${one}${other}`).not.toContain(Buffer.from(testToken).toString('hex'))
  })
})

test('the open routes are these, and every other one asks for the token', () => {
  const routes = [...ownRoutes, ...routesOfAdapters({} as Mcp)]
  expect(routes.map(([path, { access, verbs }]) => [path, access, verbs.join(' ')])).toEqual([
    ['/healthz', 'public', 'GET HEAD'],
    ['/memory/session-context', 'token', 'GET HEAD'],
    ['/rpc', 'token', 'POST'],
    ['/mcp', 'token', 'POST'],
    ['/memory/prompt-recall', 'token', 'POST'],
  ])
})

test('health asks nothing of the daemon behind the port', async () => {
  const calls: string[] = []
  const statusOf = await started({ dispatch: async (method) => calls.push(method) })
  expect(await statusOf(`GET /healthz HTTP/1.1\r\n${host}\r\n`)).toBe(200)
  expect(calls).toEqual([])
})

test('the slow are waited for as long as the contract says', () => {
  expect(httpLimits).toMatchObject({
    headersWaitMsMax: 10_000,
    bodyWaitMsMax: 30_000,
    idleMsMax: 60_000,
    bodyBytesMax: 1_048_576,
    headerBytesMax: 16_384,
  })
})
