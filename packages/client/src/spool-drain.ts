// Takes spooled turns back in: claims a file by renaming it, delivers its lines in batches, deletes it. Nothing is lost:
// a line that is no turn, or that the daemon died over, goes to `<name>.rejected`; a file over which the daemon fails is
// tried again later and later (spool-pace.ts), holding up nothing new, then becomes `<name>.failed` and has one more try
// at each start. Run by one daemon at a time, the one that holds the lock on the data directory.
import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf } from './client-error.ts'
import { assertPrivateDir } from './data-dir.ts'
import { clientLimits } from './limits.ts'
import { spoolFileEnding, spoolFolder } from './spool.ts'
import { openAttempts } from './spool-attempts.ts'
import {
  type DeliverBatch,
  type Delivered,
  type DeliverNotice,
  deliverFile,
  NotNow,
} from './spool-delivery.ts'
import type { SpoolPace } from './spool-pace.ts'
import { createRejects } from './spool-rejects.ts'

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

export interface Draining {
  readonly dataDir: string
  /** Stops between batches when it fires; what is left waits on. */
  readonly signal?: AbortSignal
  /** The same for every drain of one run of the daemon, and for no other run's; a drain without is a run of its own. */
  readonly run?: string
  /** Kept as long; without it, everything is due. */
  readonly pace?: SpoolPace
  /** Takes what hosts did with a session's words; without it, that waits. */
  readonly deliverNotice?: DeliverNotice
}

/** Delivers everything that is new, then what was tried before and is due. */
export async function drainSpool(
  { dataDir, signal, run = newStamp(), pace = noPace, deliverNotice = notTaken }: Draining,
  deliver: DeliverBatch,
): Promise<DrainReport> {
  const folder = spoolFolder(dataDir)
  const tally = new Tally()
  const round: Round = { deliver, deliverNotice, tally, signal, run, pace }
  const names = await listFolder(folder)
  if (names.length > 0) await assertPrivateDir(folder)
  const claims = names.flatMap((name) => claimIn(folder, name) ?? [])
  pace.keepOnly(new Set(claims.map(fileOf)))
  await drainNew(folder, names, round)
  for (const claim of claims.sort((one, other) => one.tries - other.tries)) {
    if (signal?.aborted) break
    if (!pace.isDue(fileOf(claim)) || (await drainFile(claim, round))) continue
    // It may have taken long to fail.
    await drainNew(folder, await listFolder(folder), round)
  }
  return tally
}

async function drainNew(folder: string, names: readonly string[], round: Round): Promise<void> {
  for (const name of names) {
    if (round.signal?.aborted) return
    if (name.endsWith(spoolFileEnding)) await drainFile(await claimNew(folder, name), round)
  }
}

const notTaken: DeliverNotice = async () => ({ kind: 'later', reason: 'nobody takes notices here' })
const noPace: SpoolPace = { isDue: () => true, failed: () => {}, keepOnly: () => {} }

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
  /** Tries that failed so far. A crash is not one of them: it is put down to the lines in hand (spool-attempts.ts). */
  readonly tries: number
}

function claimPath({ folder, base, stamp, tries }: Claim): string {
  return join(folder, `${base}.${stamp}.claimed-${tries}`)
}

/** A waiting file becomes ours by its new name. */
async function claimNew(folder: string, base: string): Promise<Claim> {
  const claim = { folder, base, stamp: newStamp(), tries: 0 }
  await rename(join(folder, base), claimPath(claim))
  return claim
}

/** Of a file that an earlier round had claimed, perhaps of an earlier run. */
function claimIn(folder: string, name: string): Claim | null {
  const { base, stamp, tries } = claimedName.exec(name)?.groups ?? {}
  if (base === undefined || stamp === undefined) return null
  return { folder, base, stamp, tries: Number(tries) }
}

/** The claimed file, whatever its tries. */
function fileOf({ base, stamp }: Claim): string {
  return `${base}.${stamp}`
}

/** For this run of the daemon. */
export function newStamp(): string {
  return String(process.hrtime.bigint())
}

interface Round {
  readonly deliver: DeliverBatch
  readonly deliverNotice: DeliverNotice
  readonly tally: Tally
  readonly signal: AbortSignal | undefined
  readonly run: string
  readonly pace: SpoolPace
}

/** The file's companions, there while it is under way. */
function companions({ folder, base, stamp }: Claim) {
  return {
    attempts: join(folder, `${base}.${stamp}.attempts`),
    rejecting: join(folder, `${base}.${stamp}.rejecting`),
  }
}

/** True when all of the file was delivered. */
async function drainFile(claim: Claim, round: Round): Promise<boolean> {
  let delivered: Delivered
  try {
    delivered = await deliverClaim(claim, round)
    // The claim last: without it nobody would find its companions.
    await rm(companions(claim).attempts, { force: true })
    await rm(claimPath(claim))
  } catch (error) {
    await setAside(claim, error, round)
    return false
  }
  round.tally.files += 1
  round.tally.turns += delivered.turns
  round.tally.rejected += delivered.rejected
  for (const { line, reason } of delivered.problems) round.tally.problem(claim.base, line, reason)
  return true
}

async function deliverClaim(
  claim: Claim,
  { deliver, deliverNotice, signal, run }: Round,
): Promise<Delivered> {
  const path = claimPath(claim)
  const rejects = createRejects(path, companions(claim).rejecting)
  const attempts = await openAttempts(companions(claim).attempts, run)
  try {
    const delivered = await deliverFile({ path, deliver, deliverNotice, attempts, rejects, signal })
    await rejects.keep(join(claim.folder, `${claim.base}.rejected`))
    return delivered
  } finally {
    await attempts.close()
    await rejects.discard()
  }
}

async function setAside(claim: Claim, error: unknown, { tally, signal, pace }: Round): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error)
  const failed = { ...claim, tries: claim.tries + 1 }
  if (signal?.aborted) {
    tally.postponed += 1 // a stop is nobody's fault
  } else if (error instanceof NotNow || isDiskFull(error)) {
    tally.postponed += 1
    tally.problem(claim.base, null, reason)
  } else if (failed.tries < clientLimits.spoolDeliveryTriesMax) {
    await rename(claimPath(claim), claimPath(failed))
    pace.failed(fileOf(claim), failed.tries)
    tally.postponed += 1
    tally.problem(claim.base, null, `try ${failed.tries}: ${reason}`)
  } else {
    const kept = `${fileOf(claim)}.failed`
    await rename(claimPath(claim), join(claim.folder, kept))
    await rm(companions(claim).attempts, { force: true })
    tally.failed += 1
    tally.problem(claim.base, null, `given up after ${failed.tries} tries (kept as ${kept}): ${reason}`)
  }
}

function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(errnoOf(error) ?? '')
}
