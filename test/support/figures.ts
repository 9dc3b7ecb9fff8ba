// A row for the table of docs/reliability.md: what was run, what came out, how long it took. Printed by each suite at
// its end, so that taking the figures again is running and pasting.
import { cpus, release, totalmem } from 'node:os'

export interface Figures {
  /** As the reader would type it. */
  readonly command: string
  readonly result: string
  readonly failed: number
  readonly ms: number
}

export function machine(): string {
  const [cpu] = cpus()
  const gib = Math.round(totalmem() / 1024 ** 3)
  return `${cpu?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${gib} GiB, Linux ${release().split('-')[0]}, Node ${process.versions.node}`
}

export function tableRow({ command, result, failed, ms }: Figures): string {
  const minutes = ms / 60_000
  const time = minutes < 1 ? `${Math.round(ms / 1_000)} s` : `${minutes.toFixed(1)} min`
  return `| \`${command}\` | ${result} | ${failed === 0 ? 'none' : failed} | ${time} |`
}

/** The command, with the arguments that this process was given. */
export function npmCommand(script: string): string {
  const args = process.argv.slice(2)
  return args.length === 0 ? `npm run ${script}` : `npm run ${script} -- ${args.join(' ')}`
}
