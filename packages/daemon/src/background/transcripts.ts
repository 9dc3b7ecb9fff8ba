// Reads on in the transcripts that hosts' hooks name, with the import's own readers and marks: each turn is taken in
// once, whether it comes this way or by an import. One transcript at a time, never in the way of the hook that named it.
// What a dead host left unread is found when the next session opens, and when the daemon starts.
import { stat } from 'node:fs/promises'
import { sep } from 'node:path'
import type { Dispatch } from '../dispatch/dispatch.ts'
import type { FileMarks } from '../history/file-marks.ts'
import { importHistory } from '../history/import.ts'
import { assertOwnTranscript } from '../history/own-transcript.ts'
import { type TranscriptClient, type TranscriptHost, transcriptClients } from '../history/transcripts.ts'
import type { CaptureTurns, TurnCounts } from '../history/turn-batches.ts'
import type { Clock } from '../kit/clock.ts'
import { isAppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import type { Log } from '../kit/log.ts'
import { createService, type Service } from '../kit/service.ts'

export interface Transcripts extends Service {
  /**
   * The transcript at `path` has grown, or is about to: it is read on now and at limits.transcriptLooksAfterMs.
   * Resolves when that is noted; `read` when the first look is over. Rejects with `forbidden`.
   */
  grew(client: TranscriptClient, path: string): Promise<{ readonly read: Promise<void> }>
  /** Looks at every transcript read lately that has changed since. */
  catchUp(): void
}

export interface TranscriptsOptions {
  readonly hosts: Readonly<Record<TranscriptClient, TranscriptHost>>
  readonly marks: FileMarks
  readonly dispatch: Dispatch
  readonly now: Clock
  readonly log: Log
}

export function createTranscripts({ hosts, marks, dispatch, now, log }: TranscriptsOptions): Transcripts {
  const stopping = new AbortController()
  const timers = new Map<string, NodeJS.Timeout[]>()
  let queue: Promise<void> = Promise.resolve()

  const capture: CaptureTurns = async (batch) => {
    const caller = { transport: 'internal', requestId: 'transcript' } as const
    return (await dispatch('memory_capture_batch', { ...batch }, caller)) as TurnCounts
  }

  async function read(client: TranscriptClient, path: string): Promise<void> {
    if (stopping.signal.aborted) return
    try {
      if (!(await isThere(client, path))) return
      const sources = hosts[client].sources(path)
      const { stored } = await importHistory({ sources, capture, marks, now, signal: stopping.signal })
      if (stored.inserted > 0) log.info('transcript_read', { client, turns: stored.inserted })
    } catch (error) {
      if (!stopping.signal.aborted) log.error('transcript_not_read', error, { client })
    }
  }

  function look(client: TranscriptClient, path: string): Promise<void> {
    queue = queue.then(() => read(client, path))
    return queue
  }

  /** False while there is no such file: hosts name a new session's transcript before they write to it. */
  async function isThere(client: TranscriptClient, path: string): Promise<boolean> {
    try {
      await assertOwnTranscript(hosts[client].folder, path)
      return true
    } catch (error) {
      if (isAppError(error) && error.code === 'not_found') return false
      throw error
    }
  }

  function lookAgainLater(client: TranscriptClient, path: string): void {
    for (const timer of timers.get(path) ?? []) clearTimeout(timer)
    const later = limits.transcriptLooksAfterMs.filter((ms) => ms > 0)
    const set = later.map((ms, index) =>
      setTimeout(() => {
        if (index === later.length - 1) timers.delete(path)
        void look(client, path)
      }, ms),
    )
    timers.set(path, set)
  }

  function lookAtChanged(): void {
    queue = queue.then(readChanged).catch((error: unknown) => {
      log.error('transcripts_not_looked_at', error)
    })
  }

  async function readChanged(): Promise<void> {
    for (const path of marks.paths().slice(-limits.transcriptsKnownMax)) {
      if (stopping.signal.aborted) return
      const client = transcriptClients.find((each) => path.startsWith(hosts[each].folder + sep))
      const mark = await marks.get(path)
      const found = await stat(path).catch(() => null) // hosts delete old transcripts
      if (client === undefined || mark === null || found === null) continue
      if (found.size !== mark.bytes || !mark.isDone) await read(client, path)
    }
  }

  const service = createService({
    async start() {
      lookAtChanged()
    },
    async stop() {
      stopping.abort()
      for (const timer of [...timers.values()].flat()) clearTimeout(timer)
      await queue
    },
  })
  return {
    ...service,
    async grew(client, path) {
      await isThere(client, path)
      lookAgainLater(client, path)
      return { read: look(client, path) }
    },
    catchUp: lookAtChanged,
  }
}
