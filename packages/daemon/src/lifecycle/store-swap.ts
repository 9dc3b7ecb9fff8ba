// Puts a restored store in the place of the present one, which is kept aside first. Keeps: killed at any point, one whole
// store is at its path, the old or the new. Making the restored one is left to the store (store/sqlite/restoring.ts).
import { linkSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { AppError, errnoOf } from '../kit/errors.ts'
import { hasContent, makeDurableFolder, syncPath } from '../kit/files.ts'
import { putDraftInPlace, storeFilePath } from './store-file.ts'

/** Where a crash can leave the files, for tests that end the process there. */
const swapPoints = ['present one aside', 'swapped'] as const
export type SwapPoint = (typeof swapPoints)[number]

/** Under names that no start looks at; a hard link is the same file, so nothing is copied and nothing can be half done. */
export function putAside(dataDir: string, folder: string): string {
  makeDurableFolder(folder)
  for (const suffix of ['', '-wal', '-journal', '.cipher']) {
    const file = `${storeFilePath(dataDir)}${suffix}`
    if (hasContent(file)) linkOrRefuse(file, join(folder, basename(file)))
  }
  syncPath(folder)
  return folder
}

/** `draft` becomes the store. What it replaces must have been put aside. */
export function swapInDraft(dataDir: string, at: (point: SwapPoint) => void = () => {}): void {
  at('present one aside')
  rmSync(`${storeFilePath(dataDir)}.cipher`, { force: true })
  putDraftInPlace(dataDir)
  at('swapped')
}

function linkOrRefuse(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return
    throw new AppError(
      'unavailable',
      `${from} cannot be kept aside on this disk (${errnoOf(error) ?? 'unknown error'}): copy the data directory somewhere, move memory.db and memory.db-wal out of it, and restore again`,
      { cause: error },
    )
  }
}
