// One import in a process of its own, so that its peak memory is its own: reads the transcripts below argv[2] and either
// counts the turns (argv[3] 'count') or hands them to the daemon on the socket argv[3]. Prints one line of JSON.
import { dirname } from 'node:path'
import { createCapturePool } from '../../packages/daemon/src/cli/history/capture-pool.ts'
import { createClaudeCodeSource } from '../../packages/daemon/src/history/claude-code.ts'
import { importHistory } from '../../packages/daemon/src/history/import.ts'
import { memoryMarks } from '../../packages/daemon/src/history/marks.ts'
import type { CaptureTurns } from '../../packages/daemon/src/history/turn-batches.ts'

const [, , projectsFolder = '', target = 'count'] = process.argv

const counting: CaptureTurns = async ({ turns }) => ({ inserted: turns.length, reinforced: 0, skipped: 0 })

const pool = target === 'count' ? null : createCapturePool({ socketPath: target, dataDir: dirname(target) })
const report = await importHistory({
  sources: [createClaudeCodeSource({ projectsFolder })],
  capture: pool?.capture ?? counting,
  marks: memoryMarks(),
  now: () => performance.now(),
  signal: new AbortController().signal,
})
await pool?.drain()
pool?.close()
const peakMb = Math.round(process.resourceUsage().maxRSS / 1_024)
console.log(JSON.stringify({ turns: report.turns, stored: report.stored, ms: Math.round(report.ms), peakMb }))
