import { z } from 'zod'
import type { StoreEvent } from '../store/store.ts'
import { isoTime } from './fields.ts'
import { iso } from './memory-view.ts'
import { defineOperation } from './operation.ts'

export const status = defineOperation({
  name: 'status',
  access: 'read',
  summary: 'What the daemon is, since when it runs, and how much it holds.',
  params: z.strictObject({}),
  result: z.object({
    version: z.string(),
    pid: z.int(),
    uptime_sec: z.int(),
    data_dir: z.string(),
    key_source: z.string(),
    socket: z.string().nullable(),
    http_port: z.int().nullable(),
    memories: z.int(),
    turns: z.int(),
    facts: z.int(),
    sessions: z.int(),
    projects: z.int(),
    bytes: z.int(),
    schema_version: z.int(),
    rss_bytes: z.int(),
    embedding: z
      .object({
        state: z.enum(['off', 'opening', 'loading', 'catching up', 'ready', 'failing']),
        embedder: z.string().nullable(),
        vectors: z.int().describe('Passages that can be found by meaning.'),
        waiting: z.int().describe('About how many memories have yet to be embedded.'),
        sends_text_to: z.string().nullable().describe('Host that remembered texts are sent to, if any.'),
        failure: z.string().nullable(),
      })
      .describe('Finding by meaning; while it is not ready, recall goes by words alone.'),
    last_consolidation: z
      .object({ at: isoTime, ms: z.int(), sessions: z.int(), projects: z.int(), complete: z.boolean() })
      .nullable()
      .describe('The last one that had something to do.'),
  }),
  example: {},
  async run({ store, daemon, now, embeddingState }) {
    const [stats, { sendsTextTo, ...embedding }, [consolidated]] = await Promise.all([
      store.stats(),
      embeddingState(),
      store.events({ kind: 'consolidated', limit: 1 }),
    ])
    return {
      version: daemon.version,
      pid: daemon.pid,
      uptime_sec: Math.floor((now() - daemon.startedAt) / 1000),
      data_dir: daemon.dataDir,
      key_source: daemon.keySource,
      socket: daemon.socketPath,
      http_port: daemon.httpPort(),
      memories: stats.memories,
      turns: stats.turns,
      facts: stats.facts,
      sessions: stats.sessions,
      projects: stats.projects,
      bytes: stats.bytes,
      schema_version: stats.schemaVersion,
      rss_bytes: process.memoryUsage.rss(),
      embedding: { ...embedding, sends_text_to: sendsTextTo },
      last_consolidation: consolidated === undefined ? null : consolidationOf(consolidated),
    }
  },
})

function consolidationOf({ at, data }: StoreEvent) {
  const figure = (name: string): number => Number(data[name] ?? 0)
  return {
    at: iso(at),
    ms: figure('ms'),
    sessions: figure('sessions'),
    projects: figure('projects'),
    complete: data.complete === true,
  }
}
