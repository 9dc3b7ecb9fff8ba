// Files in the spool: every one is taken in or set aside, none is left, and none is put down to the daemon.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { connectDaemon } from '../../../packages/client/src/socket-client.ts'
import { type Finding, mostly, type Target } from '../target.ts'

const drainMsMax = 60_000
const turn = {
  ...{
    client: 'fuzz',
    session_id: 'ses_1',
    project: 'git:example.org/fuzz',
    text: 'Kept for later.',
    role: 'user',
  },
  ...{ message_id: 'm1', said_at: 1_772_000_000_000, speaker: 'Ada', parent_session_id: 'ses_0' },
}
const line = (fields: object): string => `\n${JSON.stringify(fields)}\n`
const wrong = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.double(),
)
const wildTurn = fc.record(
  Object.fromEntries(
    Object.entries(turn).map(([name, value]) => [name, mostly<unknown>(fc.constant(value), wrong)]),
  ),
  { requiredKeys: [] },
)

export const spoolTarget: Target = {
  name: 'spool files',
  share: 4,
  inputsPerBatch: 100,
  structured: fc.array(wildTurn, { maxLength: 4 }).map((turns) => Buffer.from(turns.map(line).join(''))),
  seeds: [line(turn), line(turn) + line({ ...turn, message_id: 'm2', session_id: 'ses_2' })].map((text) =>
    Buffer.from(text),
  ),
  async tryBatch({ daemon }, inputs) {
    const folder = join(daemon.dataDir, '.deferred-captures')
    const client = await connectDaemon(daemon.socketPath, { timeoutMs: drainMsMax })
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      for (const [index, input] of inputs.entries()) {
        writeFileSync(join(folder, `fuzz-${index}.jsonl`), input, { mode: 0o600 })
      }
      // A drain under way may have listed the folder before; the second one has not.
      await client.control({ type: 'session_open' }, { timeoutMs: drainMsMax })
      await client.control({ type: 'session_open' }, { timeoutMs: drainMsMax })
    } finally {
      client.close()
    }
    const left = readdirSync(folder).filter((name) => name.startsWith('fuzz-') && !name.endsWith('.rejected'))
    const findings = left.map((name): Finding => {
      const index = Number(/^fuzz-(\d+)/.exec(name)?.[1])
      return { what: `left as ${name}`, input: inputs[index] ?? Buffer.alloc(0) }
    })
    for (const name of readdirSync(folder)) if (name.startsWith('fuzz-')) rmSync(join(folder, name))
    return findings
  },
}
