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

/** Takes back everything on record, the last first. `changes` say what is ours in files that others edited since. */
export async function undoAll(dataDir: string, changes: readonly Change[]): Promise<readonly Undone[]> {
  const undone: Undone[] = []
  const left: LedgerEntry[] = []
  for (const entry of readLedger(dataDir).toReversed()) {
    const step = await undoFile(entry, changes)
    undone.push(step)
    if (step.outcome === 'left') left.unshift(entry)
  }
  writeLedger(dataDir, left)
  return undone
}

async function undoFile(entry: LedgerEntry, changes: readonly Change[]): Promise<Undone> {
  const { realPath: path, before, mode } = entry
  try {
    const { bytes, text } = await readConfigText(path)
    if (bytes === null) {
      removeEmptyFolders(entry.foldersMade)
      return { path, outcome: 'gone' }
    }
    if (hashOf(bytes) !== entry.after || entry.isMixed) return await takeOut(entry, text, changes)
    if (before === null) {
      rmSync(path)
      removeEmptyFolders(entry.foldersMade)
      return { path, outcome: 'removed' }
    }
    await writeConfigBytes(path, Buffer.from(before, 'base64'), mode)
    return { path, outcome: 'restored' }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { path, outcome: 'left', reason: error.message }
  }
}

async function takeOut(
  { realPath, mode }: LedgerEntry,
  text: string,
  changes: readonly Change[],
): Promise<Undone> {
  let rest = text
  for (const change of changes) {
    if ((await readConfigText(change.file)).realPath === realPath) rest = removeChange(rest, change)
  }
  if (rest !== text) await writeConfigBytes(realPath, Buffer.from(rest, 'utf8'), mode)
  return { path: realPath, outcome: 'edited' }
}

function isSame(one: Buffer | null, other: Buffer | null): boolean {
  return one === null || other === null ? one === other : one.equals(other)
}
