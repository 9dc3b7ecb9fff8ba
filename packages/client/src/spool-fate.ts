// What became of turns that were handed to the spool: they are looked for by what was written, line by line, so another
// turn of the same session, set aside before or meanwhile, is not taken for them. Nothing of a line is held in memory.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from './client-error.ts'
import { clientLimits } from './limits.ts'
import { readLines } from './lines.ts'
import { spoolFolder } from './spool.ts'
import { inspectSpool } from './spool-drain.ts'
import type { SpoolLine, SpoolReceipt } from './spooled-turn.ts'

/** `taken`: no line of it is in the spool any more. `set aside`: a line of it is among those that were refused. */
export type SpoolFate = 'taken' | 'waiting' | 'set aside'

export async function spoolFate(dataDir: string, { file, lines }: SpoolReceipt): Promise<SpoolFate> {
  const folder = spoolFolder(dataDir)
  for (let tries = 0; tries < clientLimits.spoolLookTriesMax; tries += 1) {
    try {
      // In the order in which a file goes its way: what is not waiting any more has been set aside before that is looked at.
      const { waiting } = await inspectSpool({ dataDir })
      if (await holdsOne(folder, ofFile(waiting, file), lines)) return 'waiting'
      const { failed, rejected } = await inspectSpool({ dataDir })
      return (await holdsOne(folder, ofFile([...failed, ...rejected], file), lines)) ? 'set aside' : 'taken'
    } catch (error) {
      // The daemon renamed the file or was done with it between the look at the folder and the reading.
      if (errnoOf(error) !== 'ENOENT') throw error
    }
  }
  return 'waiting'
}

/** The file under any of the names that it goes by on its way. */
function ofFile(names: readonly string[], file: string): string[] {
  return names.filter((name) => name === file || name.startsWith(`${file}.`))
}

async function holdsOne(
  folder: string,
  names: readonly string[],
  lines: readonly SpoolLine[],
): Promise<boolean> {
  for (const name of names) {
    if (await fileHoldsOne(join(folder, name), lines)) return true
  }
  return false
}

async function fileHoldsOne(path: string, lines: readonly SpoolLine[]): Promise<boolean> {
  // No line is gathered whole: its place is enough to compare its length, and few have the length of ours.
  for await (const { start, end } of readLines(path, 0)) {
    const alike = lines.filter(({ bytes }) => bytes > 0 && bytes === end - start)
    if (alike.length === 0) continue
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(path, { start, end: end - 1 })) hash.update(chunk as Buffer)
    const digest = hash.digest('hex')
    if (alike.some((line) => line.digest === digest)) return true
  }
  return false
}
