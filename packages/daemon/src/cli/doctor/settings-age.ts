// Whether a running daemon knows the settings as they stand: it reads config.json once, at its start.
import { statSync } from 'node:fs'

type Status = Readonly<Record<string, unknown>>

/** False where the daemon, of an earlier version, does not say when it was started. */
export function startedBefore(configFile: string, { started_at }: Status): boolean {
  const startedAt = typeof started_at === 'string' ? Date.parse(started_at) : Number.NaN
  const changedAt = statSync(configFile, { throwIfNoEntry: false })?.mtimeMs
  return changedAt !== undefined && changedAt > startedAt
}

export const howToRestart =
  'iai-mcp stop, then start it as before (npm start, iai-mcp daemon --http, or a session of an agent)'
