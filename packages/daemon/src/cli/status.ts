// `iai-mcp status`: what runs and how much it holds.
import type { status } from '../operations/status.ts'
import type { Cli, CommonOptions } from './command.ts'
import { minute } from './memory-lines.ts'
import { dim, type Line } from './output.ts'
import type { ResultOf } from './result-of.ts'

type Status = ResultOf<typeof status>

export function addStatus(cli: Cli): void {
  cli
    .command('status', 'Show whether the daemon runs and what it holds')
    .action(async (options: CommonOptions) => {
      const result = await cli.withDaemon(options, (daemon) => daemon.call<Status>('status', {}))
      cli.show(options, result, statusLines(result))
    })
}

function statusLines(status: Status): Line[] {
  const rows: [string, string][] = [
    ['daemon', `iai-mcp ${status.version}, process ${status.pid}, up ${duration(status.uptime_sec)}`],
    ['data directory', status.data_dir],
    ['key', status.key_source],
    ['socket', status.socket ?? 'none'],
    ['URL', status.http_port === null ? 'none' : `http://127.0.0.1:${status.http_port}`],
    ['memories', `${status.memories} (${status.turns} turns, ${status.facts} facts)`],
    ['sessions', `${status.sessions} in ${status.projects} projects`],
    ['consolidated', consolidated(status)],
    ['by meaning', byMeaning(status)],
    ['on disk', megabytes(status.bytes)],
    ['in memory', megabytes(status.rss_bytes)],
  ]
  return rows.map(([name, value]) => [dim(name.padEnd(16)), value])
}

function consolidated({ last_consolidation: last }: Status): string {
  if (last === null) return 'not yet'
  const rest = last.complete ? '' : ', more to do'
  return `${minute(last.at)}: ${last.sessions} sessions, ${last.projects} projects in ${last.ms} ms${rest}`
}

function byMeaning({ embedding }: Status): string {
  const { state, embedder, vectors, waiting, sends_text_to: host, failure } = embedding
  if (state === 'off') return 'off'
  const progress = waiting === 0 ? `${vectors} passages` : `${vectors} passages, ${waiting} memories waiting`
  const leaving = host === null ? [] : [`every text is sent to ${host}`]
  const failing = failure === null ? [] : [failure]
  const by = embedder === null ? [] : [`by ${embedder}`]
  return [[state, progress, ...by].join(', '), ...leaving, ...failing].join('; ')
}

function duration(seconds: number): string {
  const units: [number, string][] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
  ]
  for (const [size, unit] of units) if (seconds >= size) return `${Math.floor(seconds / size)} ${unit}`
  return `${seconds} s`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
