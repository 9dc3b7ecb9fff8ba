// What is spooled is plain text on a disk, so secrets leave it before it is written: by the built-in rules and by every
// pattern of the user's, whatever project it is about, because which project that is only the daemon finds out.
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { clientLimits } from './limits.ts'
import { builtInRules, redact } from './redaction/redact.ts'
import type { Rule } from './redaction/rule.ts'
import { parseSettings, rulesAnywhere } from './redaction/settings.ts'
import type { CaptureBatch, CaptureTurn } from './wire.ts'

export async function withoutSecrets(batch: CaptureBatch, dataDir: string): Promise<CaptureBatch> {
  const rules = await rulesOf(join(dataDir, 'config.json'))
  return { ...batch, turns: batch.turns.map((turn) => redacted(turn, rules)) }
}

function redacted(turn: CaptureTurn, rules: readonly Rule[]): CaptureTurn {
  const text = redact(turn.text, rules).text
  if (turn.speaker === undefined) return { ...turn, text }
  return { ...turn, text, speaker: redact(turn.speaker, rules).text }
}

/** A file that cannot be read or understood keeps the daemon from starting, which says why; here it costs no turn. */
async function rulesOf(configFile: string): Promise<readonly Rule[]> {
  try {
    if ((await stat(configFile)).size > clientLimits.configFileBytesMax) return builtInRules
    const { redaction } = JSON.parse(await readFile(configFile, 'utf8'))
    const settings = redaction === undefined ? null : parseSettings(redaction)
    return settings === null || typeof settings === 'string' ? builtInRules : rulesAnywhere(settings)
  } catch {
    return builtInRules
  }
}
