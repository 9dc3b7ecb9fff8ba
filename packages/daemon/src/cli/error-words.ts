// The daemon's errors name operations, for whoever calls them; on the command line they name the command that helps.
import type { ClientError } from './client.ts'

const inCommands = [
  ['memory_recall and memory_list return ids', 'iai-mcp list shows ids'],
  ['memory_conflicts returns the ones there are', 'iai-mcp correct lists the ones there are'],
  ['project_list returns the ones there are', 'iai-mcp project list shows the ones there are'],
] as const

export function messageInCommands({ message, code }: ClientError): string {
  // The command line asks only for what its own version has.
  if (code === 'unknown_method')
    return `${message}: the daemon that runs is of another version; iai-mcp stop, then start it again`
  return inCommands.reduce((text, [operation, command]) => text.replace(operation, command), message)
}
