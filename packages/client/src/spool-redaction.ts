// What is spooled is plain text on a disk, so secrets leave it before it is written: by the built-in rules and by every
// pattern of the user's, whatever project it is about, because which project that is only the daemon finds out. A turn
// that is private as a whole is not written at all.
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { clientLimits } from './limits.ts'
import { isAllPrivate } from './redaction/private-spans.ts'
import type { Redact } from './redaction/redact.ts'
import {
  createRedactAnywhere,
  noSettings,
  parseSettings,
  type RedactionSettings,
} from './redaction/settings.ts'
import { endWithPauses } from './redaction/steps.ts'
import type { CaptureBatch, CaptureTurn } from './wire.ts'

export type SpoolRedaction = (batch: CaptureBatch) => Promise<CaptureBatch>

export function createSpoolRedaction({ dataDir }: { readonly dataDir: string }): SpoolRedaction {
  const configFile = join(dataDir, 'config.json')
  /** Made anew only when the file has changed. */
  let made: { readonly from: string; readonly redact: Redact } | null = null
  return async (batch) => {
    const from = await readConfig(configFile)
    if (made?.from !== from) made = { from, redact: createRedactAnywhere(settingsIn(from)) }
    const { redact } = made
    const kept = batch.turns.filter(({ text }) => !isAllPrivate(text))
    const turns: CaptureTurn[] = []
    for (const turn of kept) {
      turns.push(await redacted(turn, redact))
      await setImmediate()
    }
    return { ...batch, turns }
  }
}

/** This runs in somebody else's process, whose own work comes first: it gets its turn after each step. */
async function redacted(turn: CaptureTurn, redact: Redact): Promise<CaptureTurn> {
  const { text } = await endWithPauses(redact.inSteps(turn.text), setImmediate)
  return turn.speaker === undefined
    ? { ...turn, text }
    : { ...turn, text, speaker: redact(turn.speaker).text }
}

/** '' without a file. One that cannot be read keeps the daemon from starting, which says why; here it costs no turn. */
async function readConfig(file: string): Promise<string> {
  try {
    return (await stat(file)).size > clientLimits.configFileBytesMax ? '' : await readFile(file, 'utf8')
  } catch {
    return ''
  }
}

/** The built-in rules alone when the file is not understood, for the same reason. */
function settingsIn(config: string): RedactionSettings {
  try {
    const { redaction } = JSON.parse(config)
    const settings = redaction === undefined ? noSettings : parseSettings(redaction)
    return typeof settings === 'string' ? noSettings : settings
  } catch {
    return noSettings
  }
}
