// What a hook costs the host that waits for it: the command from its start to its end, Node included, beside Node alone,
// and the same question over HTTP from a program that runs already. Run: npm run bench:hooks
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { portFileName, tokenFileName } from '../../packages/client/src/data-dir.ts'
import { createHttpClient } from '../../packages/client/src/http-client.ts'
import { startBenchDaemon } from '../support/bench-daemon.ts'

const rounds = 40
const bin = fileURLToPath(new URL('../../packages/daemon/bin/iai-mcp.js', import.meta.url))
const daemon = await startBenchDaemon()
try {
  await remember()
  const place = ['--data-dir', daemon.dataDir]
  const opening = JSON.stringify({ session_id: 'bench', cwd: '/', source: 'startup' })
  const hook = (event: string) => () => run([bin, 'hook', event, ...place], opening)
  await measure('node alone', () => run(['-e', '0'], ''))
  await measure('hook session-start', hook('session-start'))
  await measure('hook stop', hook('stop'))
  const port = readFileSync(join(daemon.dataDir, portFileName), 'utf8')
  const token = readFileSync(join(daemon.dataDir, tokenFileName), 'utf8')
  const url = `http://127.0.0.1:${port}/memory/session-context?format=text&wake_depth=standard&session_id=bench&cwd=/`
  await measure('the same over HTTP', async () => {
    await (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).text()
  })
} finally {
  await daemon.remove()
}

async function remember(): Promise<void> {
  const client = createHttpClient({ dataDir: daemon.dataDir })
  const turns = Array.from({ length: 1_000 }, (_, n) => ({
    text: `Note ${n}: the service number ${n} listens on port ${6_000 + n} and is deployed on Tuesdays.`,
    role: 'user' as const,
    message_id: `m${n}`,
  }))
  await client.call('memory_capture_batch', { client: 'bench', session_id: 'old', cwd: '/', turns })
}

function run(args: readonly string[], input: string): void {
  const { status, stderr } = spawnSync(process.execPath, args, { input })
  if (status !== 0) throw new Error(stderr.toString())
}

async function measure(name: string, once: () => void | Promise<void>): Promise<void> {
  await once()
  const took: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now()
    await once()
    took.push(performance.now() - startedAt)
  }
  took.sort((a, b) => a - b)
  const at = (share: number) => (took[Math.floor((rounds - 1) * share)] ?? 0).toFixed(1).padStart(7)
  process.stdout.write(`${name.padEnd(20)} median ${at(0.5)} ms   p95 ${at(0.95)} ms   least ${at(0)} ms\n`)
}
