// What waits in the spool, since when, and what was set aside there.
import { limits } from '../../kit/limits.ts'
import { countSpool, withDaemon } from '../client.ts'
import { type Finding, finding, fixable } from './check.ts'
import type { Subject } from './subject.ts'

export async function spool({ config, now, daemon }: Subject): Promise<readonly Finding[]> {
  const { folder, waiting, waitingSince, failed, rejected } = await countSpool(config.dataDir)
  const findings: Finding[] = []
  if (failed > 0)
    findings.push(
      finding(
        'warn',
        'spool',
        `in ${folder}: ${failed} .failed files, over which the daemon failed`,
        'they are tried again when the daemon starts: restart it, and see its log',
      ),
    )
  if (rejected > 0)
    findings.push(
      finding(
        'warn',
        'spool',
        `in ${folder}: ${rejected} .rejected files, with lines that no daemon can take in or that ended it`,
        'look at them, then delete them; renamed to end in .jsonl, a file is tried once more',
      ),
    )
  if (waiting === 0) return findings.length > 0 ? findings : [finding('ok', 'spool', 'empty')]
  const since = waitingSince === null ? '' : `, the oldest since ${new Date(waitingSince).toISOString()}`
  const found = `${waiting} files wait for the daemon to take them in${since}`
  const runs = (await daemon().catch(() => null)) !== null
  const isStuck = runs && waitingSince !== null && now - waitingSince > limits.doctorSpoolWaitMsMax
  if (!isStuck) return [...findings, finding('note', 'spool', found)]
  const takeIn = () =>
    withDaemon(config.socketPath, async (asked) => void (await asked.control('session_open')))
  return [
    ...findings,
    fixable(
      'warn',
      'spool',
      `${found}, though one runs`,
      'have it take them in now; if they stay, see its log',
      takeIn,
    ),
  ]
}
