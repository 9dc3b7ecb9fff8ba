// Finds programs as a shell does, and says why a command cannot be run. Looks only; runs nothing.
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { basename, delimiter, isAbsolute, join } from 'node:path'

/** The path of the program that a shell would run for `name`; null when there is none. */
export function findProgram(name: string, searchPath: string): string | null {
  const folders = searchPath.split(delimiter).filter((folder) => isAbsolute(folder))
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null
}

/** `searchPath` without the folders that npm and npx put in front for as long as one command of theirs runs. */
export function lastingPath(searchPath: string): string {
  const isPassing = (folder: string): boolean =>
    /[/\\]node_modules[/\\]\.bin[/\\]?$/.test(folder) || folder.includes('node-gyp-bin')
  return searchPath
    .split(delimiter)
    .filter((folder) => !isPassing(folder))
    .join(delimiter)
}

/** What of a command stands in the way of running it, and why; empty when nothing does. */
export function hindrances(words: readonly string[], searchPath: string): readonly Hindrance[] {
  const [program = '', script = ''] = words
  if (program === '') return []
  if (!isAbsolute(program))
    return findProgram(program, searchPath) === null
      ? [{ what: program, why: 'which is not on the PATH' }]
      : []
  const ofProgram = isExecutable(program)
    ? []
    : [{ what: program, why: existsSync(program) ? 'which may not be executed' : 'which is not there' }]
  const needsScript = basename(script) === 'iai-mcp.js' && !existsSync(script)
  return needsScript ? [...ofProgram, { what: script, why: 'which is not there' }] : ofProgram
}

export interface Hindrance {
  readonly what: string
  /** 'which is not there' */
  readonly why: string
}

/** 'a and b, which is not there; c, which is not on the PATH'; each once. */
export function hindrancesText(hindrances: readonly Hindrance[]): string {
  const byReason = Map.groupBy(hindrances, ({ why }) => why)
  return [...byReason]
    .map(([why, some]) => `${[...new Set(some.map(({ what }) => what))].join(' and ')}, ${why}`)
    .join('; ')
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false // not there, or not ours to run
  }
}
