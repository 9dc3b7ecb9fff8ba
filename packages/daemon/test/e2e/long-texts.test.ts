// Hundreds of turns of the largest size that a host can hand in, and every call that reads many of them: what a daemon
// holds in memory for an answer follows from limits, not from what was stored. On Linux, where /proc tells.
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { beforeAll, expect, test } from 'vitest'
import { connectDaemon, type SocketClient } from '../../../client/src/socket-client.ts'
import { limits } from '../../src/kit/limits.ts'
import { createPlace, ensureBuilt } from './daemon-process.ts'

const turns = 160
const pinned = 20
const factsToo = 40
/** Largest text that fits a line of the socket with what goes around it. */
const textChars = limits.socketLineBytesMax - 1_024
/** Heaps of four threads at most, of what an answer takes in each, and what malloc keeps of it. */
const peakMibMax = 600
const asking = { timeoutMs: 60_000 }
const project = 'git:example.org/ada/archive'

// biome-ignore lint/suspicious/noExplicitAny: tests read answers by key
type Answer = any

beforeAll(ensureBuilt, 120_000)

function askWithoutReading(socketPath: string, params: object): Socket {
  const socket = connect(socketPath).pause()
  socket.on('error', () => {}) // cut off for not reading
  socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'session_get', params })}\n`)
  return socket
}

/** Few words, so that taking it in is quick; each text another. */
const longText = (number: number): string =>
  `walrus ${number} ${'Z'.repeat(500)} `.padEnd(textChars, `log of the walrus ${'-'.repeat(2_000)}\n`)

const peakMib = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024

async function store(client: SocketClient): Promise<string[]> {
  const ids: string[] = []
  for (let number = 0; number < turns + factsToo; number += 1) {
    const text = longText(number)
    if (number >= turns) {
      const { record_id } = (await client.call(
        'memory_capture',
        { tier: 'fact', project, text },
        asking,
      )) as Answer
      ids.push(record_id)
      continue
    }
    const role = number % 2 === 0 ? ('user' as const) : ('assistant' as const)
    const batch = {
      client: 'test',
      session_id: 'long',
      project,
      turns: [{ text, role, message_id: `m${number}` }],
    }
    const { results } = (await client.call('memory_capture_batch', batch, asking)) as Answer
    ids.push(results[0].record_id)
  }
  for (const id of [...ids.slice(0, pinned), ...ids.slice(-pinned)])
    await client.call('memory_pin', { id, pin: 'project' }, asking)
  return ids
}

test('a store of long texts is read, consolidated and forgotten within the memory of a daemon', {
  timeout: 600_000,
}, async () => {
  const place = createPlace({ IAI_MCP_BACKUP: 'off' })
  const daemon = await place.start()
  const client = await connectDaemon(String(daemon.facts.socket), asking)
  const call = async (method: string, params: object): Promise<Answer> => client.call(method, params, asking)
  const said = await store(client)

  const got: string[] = []
  for (let ids: readonly string[] = said; ids.length > 0; ) {
    const { memories, missing, remaining = [] } = await call('memory_get', { ids })
    expect(missing).toEqual([])
    got.push(...memories.map((memory: Answer) => memory.id))
    ids = remaining
  }
  expect(got).toEqual(said)

  for (const method of ['memory_list', 'memory_export'] as const) {
    let seen = 0
    for (let after: string | undefined; ; ) {
      const { memories, next } = await call(method, { project, limit: limits.listLimitMax, after })
      seen += memories.length
      if (next === null) break
      after = next
    }
    expect(seen).toBe(said.length)
  }
  // Clients that ask and never read: what they are owed waits in memory. Who asks after them is answered all the same.
  const asked = { session_id: 'long', project, limit: limits.listLimitMax }
  const unread = Array.from({ length: limits.requestsInFlightMax - 4 }, () =>
    askWithoutReading(String(daemon.facts.socket), asked),
  )
  await Promise.all(Array.from({ length: 12 }, () => call('session_get', asked)))
  for (const socket of unread) socket.destroy()

  for (let session = 0; session < 12; session += 1) {
    const opened = { session_id: `new-${session}`, project, wake_depth: 'deep' }
    expect((await call('session_start_payload', opened)).rich_club).toContain('walrus')
  }
  const timeline = {
    name: 'timeline',
    arguments: { session_id: 'long', client: 'test', all_projects: true, limit: 200 },
  }
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: timeline }
  const line = { type: 'mcp', message, client: 'test' }
  const { reply } = (await client.control(line, asking)) as Answer
  expect(reply.result.isError).toBeUndefined()

  await call('session_exit', { session_id: 'long', client: 'test' })
  expect(await call('memory_consolidate', {})).toBeDefined()

  const where = { project, containing: 'WALRUS' }
  const preview = await call('memory_forget', { where, dry_run: true })
  expect(preview.matches.length).toBeGreaterThan(0)
  let forgotten = 0
  for (let complete = false; !complete; ) {
    const done = await call('memory_forget', { where })
    expect(done.count).toBeGreaterThan(0)
    forgotten += done.count
    complete = done.complete
  }
  expect(forgotten).toBe(said.length)
  expect((await call('status', {})).memories).toBe(0)

  client.close()
  expect(peakMib(daemon.pid)).toBeLessThan(peakMibMax)
  daemon.signal('SIGTERM')
  expect((await daemon.ended).code).toBe(0)
})
