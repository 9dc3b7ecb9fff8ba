// `iai-mcp status`: what runs and how much it holds.
import type { status } from '../operations/status.ts'
import type { Cli, CommonOptions } from './command.ts'
import { counted, memoriesText } from './counted.ts'
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
    ['memories', `${status.memories} (${counted(status.turns, 'turn')}, ${counted(status.facts, 'fact')})`],
    ['sessions', `${status.sessions} in ${counted(status.projects, 'project')}`],
    ['kept out', keptOut(status)],
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
  const read = `${counted(last.sessions, 'session')}, ${counted(last.projects, 'project')}`
  return `${minute(last.at)}: ${read} in ${last.ms} ms${rest}`
}

function byMeaning({ embedding }: Status): string {
  const { state, embedder, vectors, waiting, sends_text_to: host, failure } = embedding
  if (state === 'off') return 'off'
  const passages = counted(vectors, 'passage')
  const progress = waiting === 0 ? passages : `${passages}, ${memoriesText(waiting)} waiting`
  const leaving = host === null ? [] : [`every text is sent to ${host}`]
  const failing = failure === null ? [] : [failure]
  const by = embedder === null ? [] : [`by ${embedder}`]
  return [[state, progress, ...by].join(', '), ...leaving, ...failing].join('; ')
}

function keptOut({ kept_out }: Status): string {
  const kinds = Object.entries(kept_out)
  const total = kinds.reduce((sum, [, count]) => sum + count, 0)
  if (total === 0) return 'no secret since the start'
  const named = kinds.slice(0, 3).map(([kind, count]) => `${count} ${kind}`)
  return `${total} since the start (${[...named, ...(kinds.length > 3 ? ['…'] : [])].join(', ')})`
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
