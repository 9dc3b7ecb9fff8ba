// One claimed spool file, delivered in batches: which lines go together, what is set aside, and what an earlier run of
// the daemon died over. spool-drain.ts owns the file's names and its end.
import { clientLimits } from './limits.ts'
import { type LinePlace, readLines } from './lines.ts'
import { type Attempts, portionName } from './spool-attempts.ts'
import type { Rejects } from './spool-rejects.ts'
import {
  decodeBatch,
  isNotice,
  parseLine,
  type SessionNotice,
  type SpooledLine,
  sameBatch,
} from './spooled-turn.ts'
import type { CaptureBatch } from './wire.ts'

/** What became of a batch. */
export type Delivery =
  | { readonly kind: 'stored' }
  /** It never will be: its parameters are invalid. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Not now, through no fault of the batch (a full disk, a busy store): that costs no try. */
  | { readonly kind: 'later'; readonly reason: string }
  /** Whoever takes turns in went away with the batch in hand: if it was over it, the next starts show it. */
  | { readonly kind: 'gone'; readonly reason: string }

/** Hands one batch (one client, session and directory) to the store. A rejection is a failure that costs a try. */
export type DeliverBatch = (batch: CaptureBatch) => Promise<Delivery>

/** Hands on what a host did with a session's words, as DeliverBatch does. */
export type DeliverNotice = (notice: SessionNotice) => Promise<Delivery>

/** Ends the delivery of a file that has to wait. */
export class NotNow extends Error {}

export interface LineProblem {
  readonly line: number
  readonly reason: string
}

export interface Delivered {
  readonly turns: number
  readonly rejected: number
  /** The first `spoolProblemsListedMax`. */
  readonly problems: readonly LineProblem[]
}

export interface FileUnderWay {
  readonly path: string
  readonly deliver: DeliverBatch
  readonly deliverNotice: DeliverNotice
  readonly attempts: Attempts
  readonly rejects: Rejects
  readonly signal: AbortSignal | undefined
}

/** Rejects with NotNow, with whatever delivering raised, or with the signal's reason, between two batches. */
export async function deliverFile(file: FileUnderWay): Promise<Delivered> {
  const delivering = new Delivering(file)
  for await (const batch of delivering.batches()) await delivering.deliver(batch)
  return delivering
}

interface PlacedLine {
  readonly line: SpooledLine
  readonly place: LinePlace
}

/** Turns of one batch, or one notice. */
type Lines = [PlacedLine, ...PlacedLine[]]

class Delivering implements Delivered {
  turns = 0
  rejected = 0
  readonly problems: LineProblem[] = []
  private readonly file: FileUnderWay

  constructor(file: FileUnderWay) {
    this.file = file
  }

  /** One bad turn does not take its neighbours with it: they are delivered one by one. */
  async deliver(lines: Lines): Promise<void> {
    const [first, ...others] = lines
    const portion = portionName(first.place, (others.at(-1) ?? first).place)
    const crashes = this.file.attempts.crashesOver(portion)
    if (others.length > 0 && crashes > 0) return this.deliverEach(lines)
    if (crashes >= clientLimits.spoolCrashTriesMax)
      return this.reject(first.place, `the daemon ended over it ${crashes} times`)
    const delivery = await this.attempt(portion, lines)
    if (delivery.kind === 'stored') this.turns += lines.filter(({ line }) => !isNotice(line)).length
    else if (delivery.kind !== 'refused') throw new NotNow(delivery.reason)
    else if (others.length > 0) await this.deliverEach(lines)
    else await this.reject(first.place, delivery.reason)
  }

  private async deliverEach(lines: Lines): Promise<void> {
    for (const line of lines) {
      this.file.signal?.throwIfAborted()
      await this.deliver([line])
    }
  }

  private async attempt(portion: string, [first, ...others]: Lines): Promise<Delivery> {
    const { attempts } = this.file
    await attempts.begin(portion)
    let delivery: Delivery | null = null
    try {
      delivery = await this.handOn(first.line, others)
      return delivery
    } finally {
      if (delivery?.kind !== 'gone') await attempts.end(portion)
    }
  }

  private handOn(first: SpooledLine, others: readonly PlacedLine[]): Promise<Delivery> {
    if (isNotice(first)) return this.file.deliverNotice(first)
    const turns = others.flatMap(({ line }) => (isNotice(line) ? [] : [line]))
    return this.file.deliver(decodeBatch([first, ...turns]))
  }

  private async reject(place: LinePlace, reason: string): Promise<void> {
    this.file.signal?.throwIfAborted()
    await this.file.rejects.add(place)
    this.rejected += 1
    if (this.problems.length < clientLimits.spoolProblemsListedMax)
      this.problems.push({ line: place.number, reason })
  }

  /** Streams the file; a batch ends where client, session or directory change, or at its limits. */
  async *batches(): AsyncGenerator<Lines> {
    let batch: Lines | null = null
    let size = 0
    for await (const { bytes, ...place } of readLines(this.file.path, clientLimits.spoolLineBytesMax)) {
      this.file.signal?.throwIfAborted()
      if (bytes?.length === 0) continue
      const line = bytes === null ? tooLong : parseLine(bytes)
      const length = place.end - place.start
      if (batch !== null && (typeof line === 'string' || !fits(batch, size, line, length))) {
        yield batch
        batch = null
        size = 0
      }
      if (typeof line === 'string') {
        await this.reject(place, line)
        continue
      }
      if (batch === null) batch = [{ line, place }]
      else batch.push({ line, place })
      size += length
    }
    if (batch !== null) yield batch
  }
}

const tooLong = `longer than ${clientLimits.spoolLineBytesMax} bytes`

function fits([first, ...others]: Lines, size: number, line: SpooledLine, length: number): boolean {
  if (isNotice(first.line) || isNotice(line)) return false
  return (
    others.length + 1 < clientLimits.spoolBatchTurnsMax &&
    size + length <= clientLimits.spoolBatchBytesMax &&
    sameBatch(first.line, line)
  )
}
