// Every way in which remembered text leaves: what stands before an agent, what a tool or a hook answers, what a terminal
// shows. Each door gives all that it says about a project.
import type { Client } from '@modelcontextprotocol/client'
import { sessionText } from '../../src/context/session-text.ts'
import { contextWithin } from '../../src/transport/hooks/context-within.ts'
import { promptRecall } from '../../src/transport/hooks/prompt-recall.ts'
import { startFakeDaemon } from '../cli/terminal.ts'
import { callTool } from '../mcp/support/mcp-fixture.ts'
import { type Fixture, shop } from '../operations/support.ts'

export interface Door {
  readonly name: string
  /** Is put before an agent unasked. */
  readonly isSessionStart: boolean
  /** The reader is a program that takes strings out of JSON; its lines are no structure. */
  readonly isJson: boolean
  read(cue: string): Promise<string>
}

const start = { session_id: 'new', client: 'opencode', cwd: shop }

export function doorsOf(memory: Fixture, client: Client, session: string): readonly Door[] {
  const call = (method: string, params: object) => memory.call(method, params)
  const payload = (depth: string) => call('session_start_payload', { ...start, wake_depth: depth })
  const atStart = { isSessionStart: true, isJson: false }
  const asked = { isSessionStart: false, isJson: false }
  const json = { isSessionStart: false, isJson: true }
  const terminal = (args: (cue: string) => readonly string[]) => async (cue: string) => {
    const daemon = await terminalOver(memory, session)
    const { stdout, stderr } = await daemon.run(args(cue))
    return `${stdout}${stderr}`
  }
  return [
    {
      name: 'session context, standard, text',
      ...atStart,
      read: async () => sessionText(await payload('standard')),
    },
    { name: 'session context, deep, text', ...atStart, read: async () => sessionText(await payload('deep')) },
    {
      name: 'session context, JSON',
      isSessionStart: true,
      isJson: true,
      read: async () => JSON.stringify(await payload('deep')),
    },
    {
      name: 'hook at session start',
      ...atStart,
      read: () =>
        contextWithin(9_000, (budget) =>
          call('session_start_payload', {
            ...start,
            wake_depth: 'deep',
            ...(budget !== undefined && { budget_tokens: budget }),
          }),
        ),
    },
    {
      name: 'hook at the first prompt',
      ...asked,
      read: async (cue) => (await promptRecall((method, params) => call(method, params), start, cue)) ?? '',
    },
    {
      name: 'MCP recall, text',
      ...asked,
      read: async (cue) => (await callTool(client, 'recall', { cue })).text,
    },
    {
      name: 'MCP recall, structured',
      ...json,
      read: async (cue) => JSON.stringify((await callTool(client, 'recall', { cue })).structured),
    },
    {
      name: 'MCP timeline, text',
      ...asked,
      read: async () => (await callTool(client, 'timeline', { session_id: session })).text,
    },
    {
      name: 'MCP timeline of sessions, text',
      ...asked,
      read: async () => (await callTool(client, 'timeline', {})).text,
    },
    {
      name: 'MCP timeline, structured',
      ...json,
      read: async () =>
        JSON.stringify((await callTool(client, 'timeline', { session_id: session })).structured),
    },
    { name: 'MCP context, text', ...atStart, read: async () => (await callTool(client, 'context', {})).text },
    {
      name: 'MCP session resource',
      ...asked,
      async read() {
        const { contents } = await client.readResource({ uri: `iai-mcp://session/opencode/${session}` })
        return contents.map((content) => ('text' in content ? content.text : '')).join('\n')
      },
    },
    {
      name: 'MCP list of resources',
      ...json,
      read: async () => JSON.stringify((await client.listResources()).resources),
    },
    { name: 'terminal: recall', ...asked, read: terminal((cue) => ['recall', cue.slice(0, 200)]) },
    { name: 'terminal: list', ...asked, read: terminal(() => ['list', '-n', '200']) },
    {
      name: 'terminal: forget --dry-run',
      ...asked,
      read: terminal(() => ['forget', '--session', session, '--dry-run']),
    },
    { name: 'terminal: context', ...atStart, read: terminal(() => ['context', '--depth', 'deep']) },
    { name: 'terminal: list --json', ...json, read: terminal(() => ['list', '-n', '200', '--json']) },
  ]
}

/** The command line over the answers of this memory. */
async function terminalOver(memory: Fixture, session: string) {
  const scope = { cwd: shop }
  const [memory_list, memory_forget, session_start_payload, memory_recall] = await Promise.all([
    memory.call('memory_list', { ...scope, limit: 200 }),
    memory.call('memory_forget', { where: { session_id: session }, dry_run: true }),
    memory.call('session_start_payload', { ...start, wake_depth: 'deep' }),
    memory.call('memory_recall', { ...scope, cue: 'pelican', limit: 50 }),
  ])
  return startFakeDaemon({ memory_list, memory_forget, session_start_payload, memory_recall })
}
