// The HTTP port, as bytes on a socket: whatever comes, it answers with a status of its contract or closes, in time.
// `/mcp` is part of it.
import fc from 'fast-check'
import { exchangeBytes } from '../../../packages/daemon/test/transport/support/raw-http.ts'
import { wildRequests } from '../../../packages/daemon/test/transport/support/wild-http.ts'
import type { Finding, Target, World } from '../target.ts'
import { validCalls, wildCall } from '../wild-calls.ts'
import { validMcp, wildMcp } from '../wild-mcp.ts'

/** Stands for the token, so that inputs are the same for every daemon. */
const tokenPlace = 'TOKEN'.padEnd(43, '-')
/** Longer than any operation may take. */
const closeMsMax = 40_000
const connectionsAtOnce = 32
const statuses = [200, 202, 400, 401, 403, 404, 405, 406, 408, 413, 415, 431, 503]

const head = `Host: 127.0.0.1\r\nAuthorization: Bearer ${tokenPlace}\r\n`
const get = (target: string): Buffer => Buffer.from(`GET ${target} HTTP/1.1\r\n${head}\r\n`)
function post(target: string, body: string, fields = ''): Buffer {
  const length = `Content-Length: ${Buffer.byteLength(body)}\r\n`
  return Buffer.from(`POST ${target} HTTP/1.1\r\n${head}${fields}${length}\r\n${body}`)
}
const mcpFields = 'Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n'

const bodies = fc.oneof(
  wildCall.map((call) => JSON.stringify(call)),
  wildMcp.map((message) => JSON.stringify(message)),
  fc.json({ maxDepth: 3 }),
)

export const httpTarget: Target = {
  name: 'http',
  share: 16,
  inputsPerBatch: 128,
  structured: fc.oneof(
    { weight: 3, arbitrary: wildRequests(tokenPlace, bodies) },
    { weight: 2, arbitrary: wildCall.map((call) => post('/rpc', JSON.stringify(call))) },
  ),
  seeds: [
    ...[
      '/healthz',
      '/memory/session-context?format=text&session_id=s&wake_depth=deep&budget_tokens=100',
      '/rpc',
    ].map(get),
    ...validCalls.map((call) => post('/rpc', JSON.stringify(call))),
    Buffer.from(
      `POST /rpc HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n13\r\n{"method":"status"}\r\n0\r\n\r\n`,
    ),
  ],
  tryBatch: tryRequests,
}

export const mcpHttpTarget: Target = {
  name: 'mcp over http',
  share: 6,
  inputsPerBatch: 64,
  structured: wildMcp.map((message) => post('/mcp?client=fuzz', JSON.stringify(message), mcpFields)),
  seeds: validMcp.map((message) => post('/mcp', JSON.stringify(message), mcpFields)),
  tryBatch: tryRequests,
}

async function tryRequests({ daemon, token }: World, inputs: readonly Buffer[]): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  const waiting = inputs.values()
  const client = async (): Promise<void> => {
    for (const input of waiting) {
      const bytes = Buffer.from(input.toString('latin1').replaceAll(tokenPlace, token), 'latin1')
      const what = await tryOne(daemon.port, bytes)
      if (what !== null) findings.push({ what, input })
    }
  }
  await Promise.all(Array.from({ length: connectionsAtOnce }, client))
  return findings
}

async function tryOne(port: number, input: Buffer): Promise<string | null> {
  const { bytes, closed } = await exchangeBytes(port, input, { halfClose: true, waitMs: closeMsMax })
  if (!closed) return `not closed within ${closeMsMax / 1_000} s`
  const answer = bytes.toString('latin1')
  if (answer !== '' && !answer.startsWith('HTTP/1.1 ')) return `not an answer: ${answer.slice(0, 200)}`
  // Interim answers (100 Continue) apart, every status has to be one that the contract names.
  const seen = [...answer.matchAll(/(?<=^|\r\n\r\n|[}\]\w"])HTTP\/1\.1 (\d{3}) /g)].map(([, status]) =>
    Number(status),
  )
  const strange = seen.find((status) => status !== 100 && !statuses.includes(status))
  return strange === undefined ? null : `status ${strange}: ${answer.slice(0, 500)}`
}
