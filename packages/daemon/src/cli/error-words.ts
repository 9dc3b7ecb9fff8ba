// The daemon's errors name operations, for whoever calls them; on the command line they name the command that helps.
import type { ClientError } from './client.ts'
import { shellWord } from './hosts/integration.ts'

const inCommands = [
  ['memory_recall and memory_list return ids', 'iai-mcp list shows ids'],
  ['memory_conflicts returns the ones there are', 'iai-mcp correct lists the ones there are'],
  ['project_list returns the ones there are', 'iai-mcp project list shows the ones there are'],
] as const

/** `args`: of the command line, whose data directory a remedy has to name too. */
export function messageInCommands({ message, code }: ClientError, args: readonly string[] = []): string {
  // The command line asks only for what its own version has.
  if (code === 'unknown_method')
    return `${message}: the daemon that runs is of another version; iai-mcp stop, then start it again`
  const told = inCommands.reduce((text, [operation, command]) => text.replace(operation, command), message)
  return told.replace('iai-mcp daemon --http', (command) => `${command}${dataDirOption(args)}`)
}

/** ` --data-dir '/somewhere else'`; '' when the command line names none. */
function dataDirOption(args: readonly string[]): string {
  const at = args.findIndex((word) => word === '--data-dir' || word.startsWith('--data-dir='))
  if (at < 0) return ''
  const given = args[at] === '--data-dir' ? args[at + 1] : args[at]?.slice('--data-dir='.length)
  return given === undefined ? '' : ` --data-dir ${shellWord(given)}`
}
