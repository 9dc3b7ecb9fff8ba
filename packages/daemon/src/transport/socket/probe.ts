// Asks a socket whether anybody is there, and who.
import { connect } from 'node:net'
import type { Clock } from '../../kit/clock.ts'
import { errnoOf } from '../../kit/errors.ts'
import { isJsonObject, parseJson } from '../json.ts'
import { readLines } from './lines.ts'

const answerBytesMax = 65_536

/** null: nobody listens. Else what is known of the daemon, in words; '' when it did not say within `msMax`. */
export async function probeDaemon(path: string, msMax: number, now: Clock): Promise<string | null> {
  const socket = connect({ path })
  const timer = setTimeout(() => socket.destroy(), msMax)
  try {
    socket.write('{"type":"status"}\n')
    for await (const line of readLines(socket, answerBytesMax)) {
      return line.kind === 'line' ? describe(line.bytes, now()) : ''
    }
    return ''
  } catch (error) {
    // Refused, or gone since we looked. Any other failure may hide a living daemon, which is never pushed aside.
    const errno = errnoOf(error)
    return errno === 'ECONNREFUSED' || errno === 'ENOENT' ? null : ''
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
}

function describe(answer: Buffer, nowMs: number): string {
  let status: unknown
  try {
    status = parseJson(answer)
  } catch {
    return '' // somebody is there, and that is what counts
  }
  if (!isJsonObject(status)) return ''
  const { pid, version, uptime_sec: uptimeSec } = status
  return [
    typeof pid === 'number' ? `pid ${pid}` : '',
    typeof version === 'string' ? `version ${version.slice(0, 40)}` : '',
    isUptime(uptimeSec) ? `since ${new Date(nowMs - uptimeSec * 1000).toISOString()}` : '',
  ]
    .filter((part) => part !== '')
    .join(', ')
}

function isUptime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 1e9
}
