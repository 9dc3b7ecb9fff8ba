// The files of the repository as the house tests see them: path from the root, and text.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface RepositoryFile {
  /** from the root, with `/` */
  readonly path: string
  readonly text: string
}

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Installed, built, or (assets) not text. */
const notOurs = new Set(['node_modules', 'dist', 'dist.new', '.git', '.cache', 'coverage', 'assets'])

/** Every file under `folder`, tests and configuration included, installed and built ones not. */
export function filesUnder(folder: string): RepositoryFile[] {
  return pathsUnder(folder).map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

function pathsUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (notOurs.has(entry.name)) return []
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return pathsUnder(path)
    return entry.isFile() ? [path] : []
  })
}

export interface Import {
  readonly specifier: string
  /** `import type …` or `export type … from`: gone at run time */
  readonly typeOnly: boolean
}

/** Static and dynamic imports, and re-exports. */
export function importsOf(text: string): Import[] {
  const statement =
    /^(?:import\s+(type\s+)?(?:[\w*{][^'"`;]*?from\s+)?|export\s+(type\s+)?[*{][^'"`;]*?from\s+)'([^']+)'/gm
  const fixed = [...text.matchAll(statement)].map(([, importType, exportType, specifier = '']) => ({
    specifier,
    typeOnly: importType !== undefined || exportType !== undefined,
  }))
  const dynamic = [...text.matchAll(/\bimport\('([^']+)'\)/g)].map(([, specifier = '']) => ({
    specifier,
    typeOnly: false,
  }))
  return [...fixed, ...dynamic]
}
