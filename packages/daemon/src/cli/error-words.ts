// The daemon's errors name operations, for whoever calls them; on the command line they name the command that helps.
import type { ClientError } from './client.ts'

const inCommands = [
  ['memory_recall and memory_list return ids', 'iai-mcp list shows ids'],
  ['project_list returns the ones there are', 'iai-mcp project list shows the ones there are'],
] as const

export function messageInCommands({ message }: ClientError): string {
  return inCommands.reduce((text, [operation, command]) => text.replace(operation, command), message)
}
