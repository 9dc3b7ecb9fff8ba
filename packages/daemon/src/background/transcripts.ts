// Reads on in the transcripts that hosts' hooks name, with the import's own readers and marks: each turn is taken in
// once, whether it comes this way or by an import. One transcript at a time, never in the way of the hook that named it.
// What a dead host left unread, and what no hook could name because no daemon ran, is found when the next session of that
// host opens, and when the daemon starts: in the folders of hosts that have reported, and in no other.
import { stat } from 'node:fs/promises'
import { sep } from 'node:path'
import type { Dispatch } from '../dispatch/dispatch.ts'
import { changedSince } from '../history/changed-since.ts'
import type { FileMarks } from '../history/file-marks.ts'
import type { HostLooks } from '../history/host-looks.ts'
import { importHistory, type TakeBackTurns } from '../history/import.ts'
import { assertOwnTranscript } from '../history/own-transcript.ts'
import type { HistoryFile } from '../history/source.ts'
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
  /** Looks at every transcript read lately that has changed since, and for new ones of this host. */
  catchUp(client: TranscriptClient): void
}

export interface TranscriptsOptions {
  readonly hosts: Readonly<Record<TranscriptClient, TranscriptHost>>
  readonly marks: FileMarks
  readonly looks: HostLooks
  readonly dispatch: Dispatch
  readonly now: Clock
  readonly log: Log
}

export function createTranscripts(options: TranscriptsOptions): Transcripts {
  const { hosts, marks, looks, dispatch, now, log } = options
  const stopping = new AbortController()
  const timers = new Map<string, NodeJS.Timeout[]>()
  let queue: Promise<void> = Promise.resolve()

  const caller = { transport: 'internal', requestId: 'transcript' } as const
  const capture: CaptureTurns = async (batch) =>
    (await dispatch('memory_capture_batch', { ...batch }, caller)) as TurnCounts
  const takeBack: TakeBackTurns = (said) => dispatch('session_take_back', { ...said }, caller)

  /** False when it could not be read, or not to its end. */
  async function read(client: TranscriptClient, path: string): Promise<boolean> {
    if (stopping.signal.aborted) return false
    try {
      if (!(await isThere(client, path))) return true
      const sources = hosts[client].sources(path)
      const { signal } = stopping
      const { stored } = await importHistory({ sources, capture, takeBack, marks, now, signal })
      if (stored.inserted > 0) log.info('transcript_read', { client, turns: stored.inserted })
      return true
    } catch (error) {
      if (!stopping.signal.aborted) log.error('transcript_not_read', error, { client })
      return false
    }
  }

  function look(client: TranscriptClient, path: string): Promise<void> {
    queue = queue.then(() => read(client, path)).then(() => {})
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

  function lookAround(clients: readonly TranscriptClient[]): void {
    queue = queue
      .then(async () => {
        await readChanged()
        for (const client of clients) await readNew(client)
      })
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) log.error('transcripts_not_looked_at', error)
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

  /**
   * What was written since the last look that succeeded. What was there before the host first reported is for an import:
   * nobody asked for it here.
   */
  async function readNew(client: TranscriptClient): Promise<void> {
    const begunAt = now()
    const since = lookedAt(client)
    if (since === null) return looks.put(client, begunAt)
    const found: HistoryFile[] = []
    for await (const each of changedSince(hosts[client].all, since).discover(stopping.signal)) {
      if (each.kind === 'file') found.push(each.file)
    }
    // The oldest first: where a look ends early, the next one goes on.
    found.sort((one, other) => one.modifiedAt - other.modifiedAt)
    const files = found.slice(0, limits.transcriptsPerLookMax)
    let isWhole = true
    for (const { path } of files) isWhole = (await read(client, path)) && isWhole
    const seenUntil = files.length < found.length ? (files.at(-1)?.modifiedAt ?? since) : begunAt
    if (isWhole && !stopping.signal.aborted) looks.put(client, seenUntil)
  }

  /** null: it reports for the first time. */
  function lookedAt(client: TranscriptClient): number | null {
    if (looks.known(client)) {
      return looks.lookedAt(client) ?? now() - limits.historyCheckLookBackHours * 3_600_000
    }
    return isMarked(client) ? now() - limits.historyCheckLookBackHours * 3_600_000 : null
  }

  /** It reported to a daemon that did not note when. */
  function isMarked(client: TranscriptClient): boolean {
    return marks.paths().some((path) => path.startsWith(hosts[client].folder + sep))
  }

  const service = createService({
    async start() {
      lookAround(transcriptClients.filter((client) => looks.known(client) || isMarked(client)))
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
      if (!looks.known(client) && !isMarked(client)) looks.put(client, now())
      lookAgainLater(client, path)
      return { read: look(client, path) }
    },
    catchUp: (client) => lookAround([client]),
  }
}
