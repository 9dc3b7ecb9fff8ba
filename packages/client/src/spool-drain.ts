// Takes spooled turns back in: claims a file by renaming it, delivers its lines in batches, deletes it. Nothing is
// ever lost on the way: a line that is no turn goes to `<name>.rejected` as it was; a file that cannot be taken in just
// now waits for as long as that lasts; one over which the daemon itself fails becomes `<name>.failed` after
// `spoolDeliveryTriesMax` tries, and has one more each time a daemon starts. Run by one daemon at a time (it holds the
// lock on the data directory).
import { appendFile, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf } from './client-error.ts'
import { assertPrivateDir } from './data-dir.ts'
import { clientLimits } from './limits.ts'
import { type FileLine, readLines } from './lines.ts'
import { spoolFileEnding, spoolFolder } from './spool.ts'
import { decodeBatch, parseLine, type SpooledTurn, sameBatch } from './spooled-turn.ts'
import type { CaptureBatch } from './wire.ts'

/** What became of a batch. */
export type Delivery =
  | { readonly kind: 'stored' }
  /** It never will be: its parameters are invalid. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Not now, through no fault of the batch (a full disk, a busy store): that costs no try. */
  | { readonly kind: 'later'; readonly reason: string }

/** Hands one batch (one client, session and directory) to the store. A rejection is a failure that costs a try. */
export type DeliverBatch = (batch: CaptureBatch) => Promise<Delivery>

export interface SpoolProblem {
  readonly file: string
  /** 1-based; null when it concerns the whole file */
  readonly line: number | null
  readonly reason: string
}

export interface DrainReport {
  /** Files delivered whole, and turns delivered. */
  readonly files: number
  readonly turns: number
  /** Lines moved to `.rejected`. */
  readonly rejected: number
  /** Files left for another round, and files given up (`.failed`). */
  readonly postponed: number
  readonly failed: number
  /** The first `spoolProblemsListedMax`; never with text from a line. */
  readonly problems: readonly SpoolProblem[]
}

/** What waits, and what was set aside, by file name. For `doctor`. */
export interface SpoolState {
  readonly waiting: readonly string[]
  readonly failed: readonly string[]
  readonly rejected: readonly string[]
}

const claimedName = /^(?<base>.+\.jsonl)\.(?<stamp>\d+)\.claimed-(?<tries>\d+)$/
const failedName = /^(?<base>.+\.jsonl)\.(?<stamp>\d+)\.failed$/

/** Delivers everything that waits. Stops between batches when `signal` fires; what is left waits on. */
export async function drainSpool(
  { dataDir, signal }: { readonly dataDir: string; readonly signal?: AbortSignal },
  deliver: DeliverBatch,
): Promise<DrainReport> {
  const folder = spoolFolder(dataDir)
  const tally = new Tally()
  const names = await listFolder(folder)
  if (names.length > 0) await assertPrivateDir(folder)
  for (const name of names) {
    if (signal?.aborted) break
    const claim = await claimFile(folder, name)
    if (claim !== null) await deliverFile(claim, deliver, tally, signal)
  }
  return tally
}

/** Gives every file that was given up one more try, at the next drain. Resolves with how many there were. */
export async function retryFailed({ dataDir }: { readonly dataDir: string }): Promise<number> {
  const folder = spoolFolder(dataDir)
  const claims = (await listFolder(folder)).flatMap((name) => {
    const { base, stamp } = failedName.exec(name)?.groups ?? {}
    if (base === undefined || stamp === undefined) return []
    return [{ name, claim: { folder, base, stamp, tries: clientLimits.spoolDeliveryTriesMax - 1 } }]
  })
  if (claims.length > 0) await assertPrivateDir(folder)
  for (const { name, claim } of claims) await rename(join(folder, name), claimPath(claim))
  return claims.length
}

export async function inspectSpool({ dataDir }: { readonly dataDir: string }): Promise<SpoolState> {
  const names = await listFolder(spoolFolder(dataDir))
  return {
    waiting: names.filter((name) => name.endsWith(spoolFileEnding) || claimedName.test(name)),
    failed: names.filter((name) => name.endsWith('.failed')),
    rejected: names.filter((name) => name.endsWith('.rejected')),
  }
}

class Tally {
  files = 0
  turns = 0
  rejected = 0
  postponed = 0
  failed = 0
  readonly problems: SpoolProblem[] = []

  problem(file: string, line: number | null, reason: string): void {
    if (this.problems.length < clientLimits.spoolProblemsListedMax) this.problems.push({ file, line, reason })
  }
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}

interface Claim {
  readonly folder: string
  /** The name the file had when turns were appended to it. */
  readonly base: string
  readonly stamp: string
  /** Tries that failed so far. A crash is not one of them: the file is claimed again as it was. */
  readonly tries: number
}

function claimPath({ folder, base, stamp, tries }: Claim): string {
  return join(folder, `${base}.${stamp}.claimed-${tries}`)
}

/** A waiting file becomes ours by its new name; one that an earlier run had claimed is taken over. */
async function claimFile(folder: string, name: string): Promise<Claim | null> {
  const before = claimedName.exec(name)?.groups
  const base = before?.base ?? name
  if (!base.endsWith(spoolFileEnding)) return null
  const claim = {
    folder,
    base,
    stamp: before?.stamp ?? String(process.hrtime.bigint()),
    tries: Number(before?.tries ?? 0),
  }
  await rename(join(folder, name), claimPath(claim))
  return claim
}

interface Rejection {
  readonly line: FileLine
  readonly reason: string
}

async function deliverFile(
  claim: Claim,
  deliver: DeliverBatch,
  tally: Tally,
  signal: AbortSignal | undefined,
): Promise<void> {
  const rejections: Rejection[] = []
  let turns = 0
  try {
    for await (const batch of readBatches(claimPath(claim), rejections)) {
      signal?.throwIfAborted()
      turns += await deliverBatch(batch, deliver, rejections)
    }
    // Only now, so that a file that is delivered in several rounds does not repeat its bad lines.
    await keepRejected(claim, rejections)
    await rm(claimPath(claim))
  } catch (error) {
    await setAside(claim, error, tally, signal)
    return
  }
  tally.files += 1
  tally.turns += turns
  tally.rejected += rejections.length
  for (const { line, reason } of rejections) tally.problem(claim.base, line.number, reason)
}

async function keepRejected({ folder, base }: Claim, rejections: readonly Rejection[]): Promise<void> {
  if (rejections.length === 0) return
  const bytes = Buffer.concat(rejections.flatMap(({ line }) => [line.bytes, Buffer.from('\n')]))
  await appendFile(join(folder, `${base}.rejected`), bytes, { mode: 0o600, flush: true })
}

async function setAside(
  claim: Claim,
  error: unknown,
  tally: Tally,
  signal: AbortSignal | undefined,
): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error)
  const failed = { ...claim, tries: claim.tries + 1 }
  if (signal?.aborted) {
    tally.postponed += 1 // a stop is nobody's fault
  } else if (error instanceof NotNow) {
    tally.postponed += 1
    tally.problem(claim.base, null, reason)
  } else if (failed.tries < clientLimits.spoolDeliveryTriesMax) {
    await rename(claimPath(claim), claimPath(failed))
    tally.postponed += 1
    tally.problem(claim.base, null, `try ${failed.tries}: ${reason}`)
  } else {
    const kept = `${claim.base}.${claim.stamp}.failed`
    await rename(claimPath(claim), join(claim.folder, kept))
    tally.failed += 1
    tally.problem(claim.base, null, `given up after ${failed.tries} tries (kept as ${kept}): ${reason}`)
  }
}

/** Ends the delivery of a file that has to wait. */
class NotNow extends Error {}

interface SpooledLine {
  readonly turn: SpooledTurn
  readonly line: FileLine
}

type Lines = [SpooledLine, ...SpooledLine[]]

/** Number of turns delivered. One bad turn does not take its neighbours with it: they are delivered one by one. */
async function deliverBatch(lines: Lines, deliver: DeliverBatch, rejections: Rejection[]): Promise<number> {
  const [first, ...others] = lines
  const delivery = await deliver(decodeBatch([first.turn, ...others.map(({ turn }) => turn)]))
  if (delivery.kind === 'later') throw new NotNow(delivery.reason)
  if (delivery.kind === 'stored') return lines.length
  if (others.length === 0) {
    rejections.push({ line: first.line, reason: delivery.reason })
    return 0
  }
  let delivered = 0
  for (const line of lines) delivered += await deliverBatch([line], deliver, rejections)
  return delivered
}

/** Streams the file; a batch ends where client, session or directory change, or at its limits. */
async function* readBatches(path: string, rejections: Rejection[]): AsyncGenerator<Lines> {
  let batch: Lines | null = null
  let bytes = 0
  for await (const line of readLines(path)) {
    if (line.bytes.length === 0) continue
    const turn = parseLine(line.bytes)
    if (typeof turn === 'string') {
      rejections.push({ line, reason: turn })
      continue
    }
    const full =
      batch !== null &&
      (batch.length >= clientLimits.spoolBatchTurnsMax ||
        bytes + line.bytes.length > clientLimits.spoolBatchBytesMax ||
        !sameBatch(batch[0].turn, turn))
    if (batch !== null && full) {
      yield batch
      batch = null
      bytes = 0
    }
    if (batch === null) batch = [{ turn, line }]
    else batch.push({ turn, line })
    bytes += line.bytes.length
  }
  if (batch !== null) yield batch
}
