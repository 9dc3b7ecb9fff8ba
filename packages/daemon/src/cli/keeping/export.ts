// `iai-mcp export`: everything, as text that other programs and people can read, and that `iai-mcp import` takes back.
import { systemClock } from '../../kit/clock.ts'
import { type ArchiveFormat, archiveFormats } from '../../store/archive-records.ts'
import { isoDay } from '../../text/dates.ts'
import { daemonStatus } from '../client.ts'
import type { Cli, CommonOptions } from '../command.ts'
import { UsageError } from '../exit-codes.ts'
import {
  addForceOption,
  checkoutAround,
  checkoutLines,
  type TargetOptions,
  targetFile,
} from '../target-file.ts'
import { sizeText } from './backup-lines.ts'
import { askToKeep, withHeldDataDir } from './held.ts'

interface ExportOptions extends TargetOptions {
  readonly format: string
}

const endings: Readonly<Record<ArchiveFormat, string>> = { jsonl: 'jsonl', markdown: 'md' }

export function addExport(cli: Cli): void {
  const command = cli
    .command('export [file]', 'Write everything as plain text (default: a dated file in this folder)')
    .option('--format <format>', `${archiveFormats.join(' or ')}; both can be imported again`, 'jsonl')
  addForceOption(command).action(async (file: string | undefined, options: ExportOptions) => {
    const format = archiveFormats.find((each) => each === options.format)
    if (format === undefined)
      throw new UsageError(`--format is ${archiveFormats.join(' or ')}, not "${options.format}"`)
    const target = targetFile(cli, options, file ?? defaultName(format))
    const checkout = checkoutAround(target)
    const records = await exportTo(cli, options, target, format)
    cli.show(options, { path: target, format, records, checkout }, [
      [`${target}: ${records} records, ${sizeText(target)}. It is plain text: whoever has it can read it.`],
      ...checkoutLines(checkout),
      [`Take it in elsewhere with: iai-mcp import ${target}`],
    ])
  })
}

function defaultName(format: ArchiveFormat): string {
  return `iai-mcp-export-${isoDay(systemClock())}.${endings[format]}`
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
