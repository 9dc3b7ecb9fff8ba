// What is spooled is plain text on a disk, so secrets leave it before it is written: by the built-in rules and by every
// pattern of the user's, whatever project it is about, because which project that is only the daemon finds out.
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { clientLimits } from './limits.ts'
import type { Redact } from './redaction/redact.ts'
import {
  createRedactAnywhere,
  noSettings,
  parseSettings,
  type RedactionSettings,
} from './redaction/settings.ts'
import type { CaptureBatch, CaptureTurn } from './wire.ts'

export async function withoutSecrets(batch: CaptureBatch, dataDir: string): Promise<CaptureBatch> {
  const redact = createRedactAnywhere(await settingsIn(join(dataDir, 'config.json')))
  return { ...batch, turns: batch.turns.map((turn) => redacted(turn, redact)) }
}

function redacted(turn: CaptureTurn, redact: Redact): CaptureTurn {
  const text = redact(turn.text).text
  return turn.speaker === undefined
    ? { ...turn, text }
    : { ...turn, text, speaker: redact(turn.speaker).text }
}

/** A file that cannot be read or understood keeps the daemon from starting, which says why; here it costs no turn. */
async function settingsIn(configFile: string): Promise<RedactionSettings> {
  try {
    if ((await stat(configFile)).size > clientLimits.configFileBytesMax) return noSettings
    const { redaction } = JSON.parse(await readFile(configFile, 'utf8'))
    const settings = redaction === undefined ? noSettings : parseSettings(redaction)
    return typeof settings === 'string' ? noSettings : settings
  } catch {
    return noSettings
  }
}
