// The prompt that users pick from a host's menu: what is known about this project, from memory alone.
import { sessionText } from '../../context/session-text.ts'
import { sessionStartPayload } from '../../operations/session-start-payload.ts'
import type { ToolContext } from './tool.ts'

export const projectPrompt = {
  name: 'what-do-you-know',
  title: 'What do you know about this project?',
  description: 'Tells what earlier sessions left in memory about the project and the user.',
}

/** The text of its one message, in the user's name. */
export async function projectPromptText({ call, scope }: ToolContext): Promise<string> {
  const payload = await call(sessionStartPayload, { wake_depth: 'deep', cwd: scope.cwd })
  const known = sessionText(payload)
  return [
    'What do you know about this project? Tell me from memory, without reading files: what it is, what was decided, ' +
      'what was left open, and how I like to work. Say when each was said. Use the recall tool where a line needs more.',
    known === '' ? 'The memory holds nothing about this project yet.' : `The memory says:\n\n${known}`,
  ].join('\n\n')
}
