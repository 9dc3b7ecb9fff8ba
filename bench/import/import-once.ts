// One import in a process of its own, so that its peak memory is its own: reads the transcripts below argv[2] and either
// counts the turns (argv[3] 'count') or hands them to the daemon on the socket argv[3]. Prints one line of JSON.
import { connectDaemon } from '../../packages/client/src/socket-client.ts'
import { createClaudeCodeSource } from '../../packages/daemon/src/history/claude-code.ts'
import { importHistory } from '../../packages/daemon/src/history/import.ts'
import { memoryMarks } from '../../packages/daemon/src/history/marks.ts'
import type { CaptureTurns, TurnCounts } from '../../packages/daemon/src/history/turn-batches.ts'
import { limits } from '../../packages/daemon/src/kit/limits.ts'

const [, , projectsFolder = '', target = 'count'] = process.argv

const counting: CaptureTurns = async ({ turns }) => ({ inserted: turns.length, reinforced: 0, skipped: 0 })

/** One connection for each batch that may be on its way: answers on one connection come in order. */
async function connected(socketPath: string): Promise<{ capture: CaptureTurns; close(): void }> {
  const all = await Promise.all(
    Array.from({ length: limits.importBatchesInFlightMax }, () => connectDaemon(socketPath)),
  )
  const free = [...all]
  return {
    async capture(batch) {
      const client = free.pop()
      if (client === undefined) throw new Error('more batches on their way than connections')
      try {
        return (await client.call('memory_capture_batch', batch, { timeoutMs: 60_000 })) as TurnCounts
      } finally {
        free.push(client)
      }
    },
    close() {
      for (const client of all) client.close()
    },
  }
}

const { capture, close } =
  target === 'count' ? { capture: counting, close: () => {} } : await connected(target)
const report = await importHistory({
  sources: [createClaudeCodeSource({ projectsFolder })],
  capture,
  marks: memoryMarks(),
  now: () => performance.now(),
  signal: new AbortController().signal,
})
close()
const peakMb = Math.round(process.resourceUsage().maxRSS / 1_024)
console.log(JSON.stringify({ turns: report.turns, stored: report.stored, ms: Math.round(report.ms), peakMb }))
