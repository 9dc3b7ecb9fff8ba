// Looks a host's settings up for our hooks: all there, each once, and each running a program that exists. For the checks
// of set-up and doctor.
import { existsSync } from 'node:fs'
import { basename, delimiter, isAbsolute, join } from 'node:path'
import { searchPath } from '../../config/environment.ts'
import type { HookAddition } from '../hosts/integration.ts'
import { standingHooks, wordsOfCommand } from '../hosts/standing-hooks.ts'
import { readConfigText } from '../setup/config-text.ts'
import { parseJsonc } from '../setup/jsonc.ts'

export interface FoundHooks {
  readonly file: string
  /** By the host's name of the event. */
  readonly commands: ReadonlyMap<string, string>
  /** One sentence; null when all is well. */
  readonly problem: string | null
}

/** `wanted`: what set-up puts into one file, at least one. Raises config_invalid when the file cannot be understood. */
export async function findHooks(wanted: readonly HookAddition[]): Promise<FoundHooks> {
  const file = wanted[0]?.file ?? ''
  const settings = parseJsonc((await readConfigText(file)).text, file)
  const { commands, missing, doubled } = standingHooks(settings, wanted)
  const lost = [...new Set([...commands.values()].flatMap(lostPrograms))]
  const problems = [
    missing.length === 0 ? '' : `no hook of ours for ${missing.join(', ')}`,
    doubled.length === 0 ? '' : `more than one hook of ours for ${doubled.join(', ')}`,
    lost.length === 0 ? '' : `hooks run ${lost.join(' and ')}, which is not there`,
  ].filter((problem) => problem !== '')
  return { file, commands, problem: problems.length === 0 ? null : `${problems.join('; ')} (${file})` }
}

/** What the command runs and is not there; none when nobody can say from how it is written. */
function lostPrograms(command: string): readonly string[] {
  const [program = '', script = ''] = wordsOfCommand(command) ?? []
  if (program === '') return []
  if (!isAbsolute(program)) return isOnPath(program) ? [] : [program]
  const needed = basename(script) === 'iai-mcp.js' ? [program, script] : [program]
  return needed.filter((path) => !existsSync(path))
}

function isOnPath(program: string): boolean {
  return searchPath()
    .split(delimiter)
    .some((folder) => existsSync(join(folder, program)))
}
