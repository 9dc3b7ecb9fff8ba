// What the hosts of a soak ask: turns captured and forgotten again, recalls, session starts, MCP and HTTP, in the shares in
// which they come. Throws when an answer is wrong.
import { createHttpClient } from '../../packages/client/src/http-client.ts'
import type { SocketClient } from '../../packages/client/src/socket-client.ts'
import { between, inventedText, pick, type Random } from '../crash/invented.ts'
import type { DaemonChild } from '../support/daemon-child.ts'

export interface RequestsOptions {
  readonly daemon: DaemonChild
  readonly token: string
  readonly random: Random
}

export interface Requests {
  /** Asks something, by chance. */
  next(client: SocketClient): Promise<unknown>
  /** How often what was asked. */
  readonly asked: ReadonlyMap<string, number>
}

/** Memories that are kept before the oldest are forgotten. */
const heldMax = 2_000
export const callMsMax = 30_000
const projects = ['git:example.org/soak/one', 'git:example.org/soak/two', 'git:example.org/soak/three']

export function createRequests({ daemon, token, random }: RequestsOptions): Requests {
  const asked = new Map<string, number>()
  const held: string[] = []
  let number = 0
  const count = (kind: string): void => void asked.set(kind, (asked.get(kind) ?? 0) + 1)

  async function ask<T>(client: SocketClient, method: string, params: object): Promise<T> {
    count(method)
    return (await client.call(method, params, { timeoutMs: callMsMax })) as T
  }

  async function capture(client: SocketClient): Promise<void> {
    const session_id = `soak-${between(random, 1, 200)}`
    const turns = Array.from({ length: between(random, 1, 6) }, (_, index) => {
      number += 1
      return {
        text: inventedText(random, 'soak', number),
        role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
        message_id: `m${number}`,
      }
    })
    const batch = { client: 'soak', session_id, project: pick(random, projects), turns }
    const { results } = await ask<{ results: { status: string; record_id: string }[] }>(
      client,
      'memory_capture_batch',
      batch,
    )
    if (results.some(({ status }) => status !== 'inserted')) throw new Error('a new turn was not inserted')
    held.push(...results.map(({ record_id }) => record_id))
  }

  async function forget(client: SocketClient): Promise<void> {
    const ids = held.splice(0, Math.max(0, held.length - heldMax)).slice(0, 1_000)
    if (ids.length === 0) return
    const { forgotten } = await ask<{ forgotten: string[] }>(client, 'memory_forget', { ids })
    if (forgotten.length < ids.length)
      throw new Error(`${ids.length} were to be forgotten, ${forgotten.length} were`)
  }

  async function mcp(client: SocketClient): Promise<void> {
    count('mcp over the socket')
    const args = { cue: 'which branch and which port', limit: 3 }
    const message = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'recall', arguments: args },
    }
    const line = { type: 'mcp', message, client: 'soak' }
    const { reply } = (await client.control(line, { timeoutMs: callMsMax })) as {
      reply?: { result?: unknown }
    }
    if (reply?.result === undefined) throw new Error('an MCP call had no result')
  }

  async function overHttp(): Promise<void> {
    count('http')
    const http = createHttpClient({ dataDir: daemon.dataDir })
    if (random() < 0.5)
      await http.sessionContextText({
        session_id: `soak-${between(random, 1, 200)}`,
        project: pick(random, projects),
        wake_depth: 'standard',
      })
    else await http.call('status', {}, { timeoutMs: callMsMax })
  }

  async function mcpOverHttp(): Promise<void> {
    count('mcp over http')
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} })
    const response = await fetch(`http://127.0.0.1:${daemon.port}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body,
      signal: AbortSignal.timeout(callMsMax),
    })
    await response.text()
    if (response.status !== 200) throw new Error(`MCP over HTTP answered ${response.status}`)
  }

  async function next(client: SocketClient): Promise<unknown> {
    const chance = random()
    const project = pick(random, projects)
    if (chance < 0.3) return capture(client)
    if (chance < 0.55)
      return ask(client, 'memory_recall', {
        cue: 'why does the cache answer with 502, and who may deploy',
        project,
      })
    if (chance < 0.65)
      return ask(client, 'session_start_payload', {
        session_id: `new-${number}`,
        project,
        wake_depth: 'standard',
      })
    if (chance < 0.72) return forget(client)
    if (chance < 0.78)
      return ask(client, 'session_exit', { session_id: `soak-${between(random, 1, 200)}`, client: 'soak' })
    if (chance < 0.79) return ask(client, 'memory_consolidate', {})
    if (chance < 0.87) return mcp(client)
    if (chance < 0.95) return overHttp()
    if (chance < 0.98) return mcpOverHttp()
    return ask(client, 'memory_list', { all_projects: true, limit: 50 })
  }

  return { next, asked }
}
