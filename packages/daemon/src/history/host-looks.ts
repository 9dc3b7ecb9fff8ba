// When each host's folder was last looked through, in one small private file. A host is in it since it first reported: of
// no other is the folder ever opened. Made for one store, like the marks; a time that is not over yet is not believed.
import { z } from 'zod'
import type { Clock } from '../kit/clock.ts'
import { limits } from '../kit/limits.ts'
import { readPrivateFile, writePrivateFile } from '../kit/private-file.ts'
import { storeIdentity } from './file-marks.ts'

const schema = z.object({
  version: z.literal(1),
  store: z.string(),
  lookedAt: z.record(z.string(), z.number()),
})

export interface HostLooks {
  /** Hosts that have reported. */
  known(client: string): boolean
  /** Up to when everything was seen, ms; null for a host that never reported, or when the clock was ahead then. */
  lookedAt(client: string): number | null
  put(client: string, at: number): void
}

export interface HostLooksOptions {
  readonly path: string
  readonly storeFile: string
  readonly now: Clock
}

/** Raises data_dir_unsafe when the file is not ours alone. */
export async function openHostLooks({ path, storeFile, now }: HostLooksOptions): Promise<HostLooks> {
  const store = await storeIdentity(storeFile)
  const times = parse(readPrivateFile(path, limits.hostLooksBytesMax) ?? '', store)
  return {
    known: (client) => times.has(client),
    lookedAt(client) {
      const at = times.get(client) ?? null
      return at !== null && at > now() ? null : at
    },
    put(client, at) {
      times.set(client, at)
      writePrivateFile(path, JSON.stringify({ version: 1, store, lookedAt: Object.fromEntries(times) }))
    },
  }
}

function parse(text: string, store: string): Map<string, number> {
  try {
    const read = schema.parse(JSON.parse(text))
    return read.store === store ? new Map(Object.entries(read.lookedAt)) : new Map()
  } catch {
    // None yet, or not ours: a host that reports is known again at once.
    return new Map()
  }
}
