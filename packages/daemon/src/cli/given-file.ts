// A file that the user named: it has to be there and readable, or the command says so before it does anything.
import { accessSync, constants } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from './exit-codes.ts'

/** Its absolute path. Raises UsageError when it is missing or cannot be read. */
export function givenFile(word: string, cwd: string): string {
  const path = resolve(cwd, word)
  try {
    accessSync(path, constants.R_OK)
  } catch (error) {
    throw new UsageError(reasonOf(path, (error as NodeJS.ErrnoException).code))
  }
  return path
}

function reasonOf(path: string, code: string | undefined): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return `there is no file ${path}; check the path`
  return `${path} cannot be read (${code ?? 'unknown'}); check who may read it`
}
