// `iai-mcp export`: everything, as text that other programs and people can read, and that `iai-mcp import` takes back.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { systemClock } from '../../kit/clock.ts'
import { AppError } from '../../kit/errors.ts'
import { type ArchiveFormat, archiveFormats } from '../../store/archive-records.ts'
import { daemonStatus } from '../client.ts'
import type { Cli, CommonOptions } from '../command.ts'
import { UsageError } from '../exit-codes.ts'
import { sizeText } from './backup-lines.ts'
import { askToKeep, withHeldDataDir } from './held.ts'

interface ExportOptions extends CommonOptions {
  readonly format: string
}

const endings: Readonly<Record<ArchiveFormat, string>> = { jsonl: 'jsonl', markdown: 'md' }

export function addExport(cli: Cli): void {
  cli
    .command('export [file]', 'Write everything as plain text (default: a dated file in this folder)')
    .option('--format <format>', `${archiveFormats.join(' or ')}; both can be imported again`, 'jsonl')
    .action(async (file: string | undefined, options: ExportOptions) => {
      const format = archiveFormats.find((each) => each === options.format)
      if (format === undefined)
        throw new UsageError(`--format is ${archiveFormats.join(' or ')}, not "${options.format}"`)
      const target = resolve(cli.io.cwd, file ?? defaultName(format))
      if (existsSync(target))
        throw new AppError('invalid_params', `${target} is there already; name another file`)
      const records = await exportTo(cli, options, target, format)
      cli.show(options, { path: target, format, records }, [
        [`${target}: ${records} records, ${sizeText(target)}. It is plain text: whoever has it can read it.`],
        [`Take it in elsewhere with: iai-mcp import ${target}`],
      ])
    })
}

function defaultName(format: ArchiveFormat): string {
  return `iai-mcp-export-${new Date(systemClock()).toISOString().slice(0, 10)}.${endings[format]}`
}

/** By the daemon when one runs: it has the key, and goes on meanwhile. */
async function exportTo(
  cli: Cli,
  options: CommonOptions,
  path: string,
  format: ArchiveFormat,
): Promise<number> {
  if ((await daemonStatus(cli.config(options).socketPath)) === null)
    return withHeldDataDir(
      cli,
      options,
      async ({ held, maintenance }) => maintenance.exportHeld(held, path, format).records,
    )
  return Number((await askToKeep(cli, options, { type: 'export', path, format })).records)
}
