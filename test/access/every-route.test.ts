// Every route of the real daemon against every kind of stranger, byte by byte on raw sockets: with the token asked for,
// and with it turned off for old clients, where nothing but these checks stands between a web page and the memory.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { routesOfAdapters } from '../../packages/daemon/src/composition/transports.ts'
import { ownRoutes } from '../../packages/daemon/src/transport/http/routes.ts'
import type { Mcp } from '../../packages/daemon/src/transport/mcp/mcp.ts'
import { ask } from '../../packages/daemon/test/transport/support/raw-http.ts'
import { type GuardedDaemon, secret, startGuardedDaemon } from './guarded-daemon.ts'

const routes = [...ownRoutes, ...routesOfAdapters({} as Mcp)]
const paths = [...routes.map(([path]) => path), '/', '/tea', '/mcp/', '//rpc', '/inspect']
const verbs = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const everything = paths.flatMap((path) => verbs.map((verb) => ({ verb, path })))

let guarded: GuardedDaemon
let open: GuardedDaemon
beforeAll(async () => {
  guarded = await startGuardedDaemon()
  open = await startGuardedDaemon(['--http', '--http-auth', 'off'])
})
afterAll(async () => {
  await Promise.all([guarded?.stop(), open?.stop()])
})

const ownHost = 'Host: 127.0.0.1\r\n'
const call = JSON.stringify({ method: 'memory_list', params: { all_projects: true } })

/** The status; an answer that lets pages of other origins in, or says the secret, is none. */
async function statusOf(port: number, verb: string, target: string, headers: string): Promise<number> {
  const body = verb === 'POST' || verb === 'PUT' || verb === 'PATCH' ? call : ''
  const length = body === '' ? '' : `Content-Length: ${body.length}\r\n`
  const request = `${verb} ${target} HTTP/1.1\r\n${headers}${length}\r\n${body}`
  const { responses, text } = await ask(port, request, { responses: 1, head: verb === 'HEAD' })
  expect(text.toLowerCase()).not.toContain('access-control-')
  expect(text).not.toContain(secret)
  return responses[0]?.status ?? 0
}

const strangers: readonly (readonly [who: string, headers: string])[] = [
  ['a rebound name', 'Host: rebound.example\r\n'],
  ['no name at all', ''],
  ['two names', `${ownHost}Host: evil.example\r\n`],
  ['a page of another site', `${ownHost}Origin: https://evil.example\r\n`],
  ['a page of another port', `${ownHost}Origin: http://127.0.0.1:1\r\n`],
  ['a page without an origin', `${ownHost}Origin: null\r\n`],
  ['what a page loads from another site', `${ownHost}Sec-Fetch-Site: cross-site\r\n`],
  ['what a page loads from another port', `${ownHost}Sec-Fetch-Site: same-site\r\n`],
]

describe.each([
  ['asks for the token', () => guarded],
  ['asks nobody for a token', () => open],
])('a daemon that %s', (_kind, daemonOf) => {
  const token = () => `Authorization: Bearer ${daemonOf().token}\r\n`

  test.each(strangers)(
    'refuses %s at every route and verb, the token notwithstanding',
    async (_who, headers) => {
      const { port } = daemonOf()
      for (const { verb, path } of everything)
        expect(await statusOf(port, verb, path, headers + token()), `${verb} ${path}`).toBe(403)
    },
  )

  test('refuses a target of another host at every route', async () => {
    const { port } = daemonOf()
    for (const path of paths) {
      const target = `http://evil.example${path}`
      expect(await statusOf(port, 'GET', target, ownHost + token()), path).toBe(403)
    }
  })

  test.each([
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'TEXT/plain;a=b',
  ])('takes no form (%s) at any route', async (type) => {
    const { port } = daemonOf()
    const before = await daemonOf().holds()
    for (const [path, { verbs: taken }] of routes) {
      const status = await statusOf(port, 'POST', path, `${ownHost}${token()}Content-Type: ${type}\r\n`)
      expect(status, path).toBe(taken.includes('POST') ? 415 : 405)
    }
    expect(await daemonOf().holds()).toEqual(before)
  })

  test('grants nothing to OPTIONS', async () => {
    const { port } = daemonOf()
    const asks = 'Access-Control-Request-Method: POST\r\nAccess-Control-Request-Private-Network: true\r\n'
    for (const [path] of routes)
      expect(await statusOf(port, 'OPTIONS', path, ownHost + token() + asks), path).toBe(405)
  })
})

describe('without the token', () => {
  test.each([
    ['none', () => ''],
    ['a guess', () => `Authorization: Bearer ${'A'.repeat(43)}\r\n`],
    ['that of another daemon', () => `Authorization: Bearer ${open.token}\r\n`],
    ['the right one in a cookie', () => `Cookie: token=${guarded.token}\r\n`],
  ])('(%s) nothing but the health is told, whatever is asked for', async (_kind, header) => {
    for (const { verb, path } of everything) {
      const expected = path !== '/healthz' ? 401 : verb === 'GET' || verb === 'HEAD' ? 200 : 405
      expect(await statusOf(guarded.port, verb, path, ownHost + header()), `${verb} ${path}`).toBe(expected)
    }
  })

  test('(turned off) old clients are served', async () => {
    const headers = `${ownHost}Content-Length: ${call.length}\r\n\r\n${call}`
    const { responses } = await ask(open.port, `POST /rpc HTTP/1.1\r\n${headers}`, { responses: 1 })
    expect(responses[0]?.status).toBe(200)
    expect(responses[0]?.body).toContain(secret)
  })
})
