// Gathers turns into batches of one session each and hands them to `capture`, several at once, so that the store can
// commit them together. Nothing counts as taken in before `settle` or what `seal` gave has resolved.
import { setTimeout as sleep } from 'node:timers/promises'
import { assert } from '../kit/assert.ts'
import { isAppError } from '../kit/errors.ts'
import { limits } from '../kit/limits.ts'
import type { Role } from '../model/memory.ts'
import type { HistoryTurn } from './source.ts'

/** The parameters of memory_capture_batch. */
export interface TurnBatch {
  readonly client: string
  readonly session_id: string
  readonly cwd?: string
  readonly turns: readonly BatchedTurn[]
}

export interface BatchedTurn {
  readonly text: string
  readonly role: Role
  readonly message_id: string
  readonly said_at: number
  readonly speaker?: string
  readonly parent_session_id?: string
}

export interface TurnCounts {
  readonly inserted: number
  readonly reinforced: number
  readonly skipped: number
}

/** Durable when it resolves. */
export type CaptureTurns = (batch: TurnBatch) => Promise<TurnCounts>

export interface TurnBatches {
  /** Resolves when there is room for more. Rejects when an earlier batch could not be taken in. */
  add(turn: HistoryTurn): Promise<void>
  /** Sends off everything added so far; `durable` resolves when all of it is, and rejects when some could not be. */
  seal(): Promise<{ readonly durable: Promise<void> }>
  /** Resolves when everything added so far is durable. */
  settle(): Promise<void>
  /** Resolves when nothing is on its way any more, whatever became of it; for stopping early. */
  idle(): Promise<void>
  readonly counts: TurnCounts
}

interface OpenBatch {
  readonly head: HistoryTurn
  readonly turns: BatchedTurn[]
  bytes: number
}

export interface TurnBatchesOptions {
  readonly capture: CaptureTurns
  readonly signal: AbortSignal
  /** A turn that the store will not take, whatever it is sent with. */
  readonly onRefused: (client: string, turn: BatchedTurn) => void
  /** Of a batch as JSON; a single longer turn still goes, alone. */
  readonly batchBytesMax?: number | undefined
}

export function createTurnBatches(options: TurnBatchesOptions): TurnBatches {
  const { capture, signal, onRefused, batchBytesMax: bytesMax = limits.importBatchBytesMax } = options
  const open = new Map<string, OpenBatch>()
  const inFlight = new Set<Promise<void>>()
  const counts = { inserted: 0, reinforced: 0, skipped: 0 }
  let failure: { readonly error: unknown } | null = null

  async function send(batch: TurnBatch): Promise<void> {
    try {
      const taken = await withRetries(() => capture(batch), signal)
      counts.inserted += taken.inserted
      counts.reinforced += taken.reinforced
      counts.skipped += taken.skipped
    } catch (error) {
      if (!isRefusal(error)) throw error
      await sendWithoutRefused(batch)
    }
  }

  /** One turn that cannot be taken must not keep out the others of its batch. */
  async function sendWithoutRefused(batch: TurnBatch): Promise<void> {
    const [first] = batch.turns
    if (batch.turns.length === 1 && first !== undefined) return onRefused(batch.client, first)
    const middle = Math.ceil(batch.turns.length / 2)
    await send({ ...batch, turns: batch.turns.slice(0, middle) })
    await send({ ...batch, turns: batch.turns.slice(middle) })
  }

  async function dispatch(key: string): Promise<void> {
    const batch = open.get(key)
    assert(batch !== undefined, 'only an open batch is sent')
    open.delete(key)
    while (inFlight.size >= limits.importBatchesInFlightMax) await Promise.race(inFlight)
    throwFailure()
    const sending = send(batchOf(batch))
      .catch((error: unknown) => {
        failure ??= { error }
      })
      .finally(() => inFlight.delete(sending))
    inFlight.add(sending)
  }

  function throwFailure(): void {
    if (failure !== null) throw failure.error
  }

  async function seal(): Promise<{ readonly durable: Promise<void> }> {
    for (const key of [...open.keys()]) await dispatch(key)
    const durable = Promise.all(inFlight).then(throwFailure)
    durable.catch(() => {}) // told to whoever waits for it, and by the next add
    return { durable }
  }

  return {
    counts,
    seal,
    async add(turn) {
      throwFailure()
      const key = JSON.stringify([turn.client, turn.session_id, turn.cwd])
      const batched = batchedTurn(turn)
      const bytes = Buffer.byteLength(JSON.stringify(batched))
      const current = open.get(key)
      if (current !== undefined && current.bytes + bytes > bytesMax) await dispatch(key)
      const batch = open.get(key) ?? { head: turn, turns: [], bytes: 0 }
      batch.turns.push(batched)
      batch.bytes += bytes
      open.set(key, batch)
      if (batch.turns.length >= limits.captureBatchTurnsMax) await dispatch(key)
      const [oldest] = open.keys()
      if (open.size > limits.importOpenSessionsMax && oldest !== undefined) await dispatch(oldest)
    },
    async settle() {
      const { durable } = await seal()
      await durable
    },
    async idle() {
      await Promise.all(inFlight)
    },
  }
}

function batchedTurn(turn: HistoryTurn): BatchedTurn {
  const { text, role, message_id, said_at, speaker, parent_session_id } = turn
  return {
    text,
    role,
    message_id,
    said_at,
    ...(speaker === null ? {} : { speaker }),
    ...(parent_session_id === null ? {} : { parent_session_id }),
  }
}

function batchOf({ head, turns }: OpenBatch): TurnBatch {
  const { client, session_id, cwd } = head
  return {
    client,
    session_id,
    ...(cwd === null ? {} : { cwd }),
    turns,
  }
}

function isRefusal(error: unknown): boolean {
  return isAppError(error) && (error.code === 'invalid_params' || error.code === 'too_large')
}

/** Waits longer after each failure that may pass by itself; other errors are the caller's at once. */
async function withRetries<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      const mayPass = isAppError(error) && ['overloaded', 'timeout', 'unavailable'].includes(error.code)
      if (!mayPass || tries >= limits.importCaptureTriesMax) throw error
      await sleep(limits.importRetryMs * 2 ** (tries - 1), undefined, { signal })
    }
  }
}
