// From the changes that are wanted to the files as they would be, without touching any; and the one place that carries a
// plan out, or back.
import { rmSync } from 'node:fs'
import { AppError } from '../../kit/errors.ts'
import { applyChange, type Change, removeChange } from './change.ts'
import { type ConfigText, readConfigText, writeConfigBytes } from './config-text.ts'
import { hashOf, type LedgerEntry, readLedger, removeEmptyFolders, writeLedger } from './ledger.ts'

export interface FilePlan {
  /** As the host names it. */
  readonly path: string
  readonly what: readonly string[]
  readonly found: ConfigText
  readonly text: string
}

/** One plan for each file that would change. Raises config_invalid when a file cannot be understood. */
export async function planFiles(changes: readonly Change[]): Promise<readonly FilePlan[]> {
  const byFile = Map.groupBy(changes, ({ file }) => file)
  const plans: FilePlan[] = []
  for (const [path, wanted] of byFile) {
    const found = await readConfigText(path)
    const step = { text: found.text, what: [] as string[] }
    for (const change of wanted) {
      const next = applyChange(step.text, change)
      if (next !== step.text && !step.what.includes(change.what)) step.what.push(change.what)
      step.text = next
    }
    if (step.text !== found.text) plans.push({ path, what: step.what, found, text: step.text })
  }
  return plans
}

/** Writes the plans, each after its way back is on record. Raises when a file changed since it was planned. */
export async function carryOut(dataDir: string, plans: readonly FilePlan[]): Promise<void> {
  for (const { path, found, text } of plans) {
    const now = await readConfigText(path)
    if (!isSame(now.bytes, found.bytes)) {
      throw new AppError('config_invalid', `${path} was changed by someone else just now; set up again`)
    }
    const bytes = Buffer.from(text, 'utf8')
    const entries = readLedger(dataDir)
    const known = entries.find(({ realPath }) => realPath === found.realPath)
    const others = entries.filter((entry) => entry !== known)
    const entry = known === undefined ? firstEntry(found, bytes) : nextEntry(known, found, bytes)
    writeLedger(dataDir, [...others, entry])
    const made = await writeConfigBytes(found.realPath, bytes, found.mode)
    if (made.length > 0) writeLedger(dataDir, [...others, { ...entry, foldersMade: [...made] }])
  }
}

function firstEntry({ realPath, bytes, mode }: ConfigText, written: Buffer): LedgerEntry {
  const before = bytes?.toString('base64') ?? null
  return { realPath, before, mode, after: hashOf(written), isMixed: false, foldersMade: [] }
}

function nextEntry(known: LedgerEntry, { bytes }: ConfigText, written: Buffer): LedgerEntry {
  const isOurs = bytes !== null && hashOf(bytes) === known.after
  return { ...known, after: hashOf(written), isMixed: known.isMixed || !isOurs }
}

export interface Undone {
  readonly path: string
  /** restored: byte for byte as it was · removed: it was not there before · edited: others had changed it, only our
   * part was taken out · gone: it is not there any more · left: our part could not be taken out; `reason` says why */
  readonly outcome: 'restored' | 'removed' | 'edited' | 'gone' | 'left'
  readonly reason?: string
}

/** What undo makes of one file, before it is made. */
export interface UndoStep extends Undone {
  /** Of the file as it is now, and as it would be; '' where there is none. */
  readonly current: string
  readonly former: string
}

interface PlannedUndo {
  readonly entry: LedgerEntry
  readonly step: UndoStep
  readonly bytes: Buffer | null
}

/**
 * What would be taken back, the last first; of all files, or of those alone that `files` name. `changes` say what is
 * ours in files that others edited since. Changes nothing.
 */
export async function planUndo(
  dataDir: string,
  changes: readonly Change[],
  files: readonly string[] | null = null,
): Promise<readonly UndoStep[]> {
  return (await undoPlans(dataDir, changes, files)).map(({ step }) => step)
}

/** Takes back what planUndo tells. What stays on record can be taken back later. */
export async function undoAll(
  dataDir: string,
  changes: readonly Change[],
  files: readonly string[] | null = null,
): Promise<readonly Undone[]> {
  const undone: Undone[] = []
  const taken = new Set<string>()
  for (const plan of await undoPlans(dataDir, changes, files)) {
    const step = await carryBack(plan)
    undone.push(step)
    if (step.outcome !== 'left') taken.add(step.path)
  }
  const left = readLedger(dataDir).filter(({ realPath }) => !taken.has(realPath))
  writeLedger(dataDir, left)
  return undone
}

async function undoPlans(
  dataDir: string,
  changes: readonly Change[],
  files: readonly string[] | null,
): Promise<readonly PlannedUndo[]> {
  const real = files === null ? null : await Promise.all(files.map(realPathOf))
  const entries = readLedger(dataDir).filter(({ realPath }) => real === null || real.includes(realPath))
  const plans: PlannedUndo[] = []
  for (const entry of entries.toReversed()) plans.push(await planBack(entry, changes))
  return plans
}

/** One that cannot be read is none of those on record under a path that could be. */
async function realPathOf(file: string): Promise<string> {
  try {
    return (await readConfigText(file)).realPath
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return file
  }
}

async function planBack(entry: LedgerEntry, changes: readonly Change[]): Promise<PlannedUndo> {
  const { realPath: path, before } = entry
  const plan = (outcome: Undone['outcome'], current: string, bytes: Buffer | null): PlannedUndo => {
    return { entry, bytes, step: { path, outcome, current, former: bytes?.toString('utf8') ?? '' } }
  }
  try {
    const { bytes, text } = await readConfigText(path)
    if (bytes === null) return plan('gone', '', null)
    if (hashOf(bytes) !== entry.after || entry.isMixed)
      return plan('edited', text, Buffer.from(await takenOut(path, text, changes), 'utf8'))
    if (before === null) return plan('removed', text, null)
    return plan('restored', text, Buffer.from(before, 'base64'))
  } catch (error) {
    return left(entry, error)
  }
}

async function carryBack({ entry, step, bytes }: PlannedUndo): Promise<Undone> {
  const { path, outcome, current, former, reason } = step
  try {
    if (bytes !== null && (current !== former || outcome === 'restored'))
      await writeConfigBytes(path, bytes, entry.mode)
    if (outcome === 'removed') rmSync(path)
    if (outcome === 'removed' || outcome === 'gone') removeEmptyFolders(entry.foldersMade)
    return reason === undefined ? { path, outcome } : { path, outcome, reason }
  } catch (error) {
    const { path, outcome, reason = '' } = left(entry, error).step
    return { path, outcome, reason }
  }
}

function left(entry: LedgerEntry, error: unknown): PlannedUndo {
  if (!(error instanceof AppError)) throw error
  const step = {
    path: entry.realPath,
    outcome: 'left',
    reason: error.message,
    current: '',
    former: '',
  } as const
  return { entry, bytes: null, step }
}

async function takenOut(realPath: string, text: string, changes: readonly Change[]): Promise<string> {
  let rest = text
  for (const change of changes) {
    if ((await readConfigText(change.file)).realPath === realPath) rest = removeChange(rest, change)
  }
  return rest
}

function isSame(one: Buffer | null, other: Buffer | null): boolean {
  return one === null || other === null ? one === other : one.equals(other)
}
