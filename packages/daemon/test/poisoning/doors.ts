// Every way in which remembered text leaves: what stands before an agent, what a tool or a hook answers, what a terminal
// shows. Each door gives all that it says about a project.
import type { Client } from '@modelcontextprotocol/client'
import { createTeller, type Teller } from '../../../../examples/story/telling.ts'
import { sessionText } from '../../src/context/session-text.ts'
import type { MemoryRecord } from '../../src/store/archive-records.ts'
import { createArchiveWriting } from '../../src/store/archive-text.ts'
import { contextWithin } from '../../src/transport/hooks/context-within.ts'
import { promptRecall } from '../../src/transport/hooks/prompt-recall.ts'
import { startFakeDaemon } from '../cli/terminal.ts'
import { callTool } from '../mcp/support/mcp-fixture.ts'
import { type Fixture, shop, shopProject } from '../operations/support.ts'

export interface Door {
  readonly name: string
  /** Is put before an agent unasked. */
  readonly isSessionStart: boolean
  /** The reader is a program that takes strings out of JSON; its lines are no structure. */
  readonly isJson: boolean
  read(cue: string): Promise<string>
}

const start = { session_id: 'new', client: 'opencode', cwd: shop }

/** `name` is what somebody called a client, a session and a project. */
export function doorsOf(memory: Fixture, client: Client, session: string, name: string): readonly Door[] {
  const call = (method: string, params: object) => memory.call(method, params)
  const payload = (depth: string) => call('session_start_payload', { ...start, wake_depth: depth })
  const atStart = { isSessionStart: true, isJson: false }
  const asked = { isSessionStart: false, isJson: false }
  const json = { isSessionStart: false, isJson: true }
  const terminal = (args: (cue: string) => readonly string[]) => async (cue: string) => {
    const daemon = await terminalOver(memory, session, name)
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
    { name: 'terminal: show', ...asked, read: terminal(() => ['show', 'id-0001']) },
    { name: 'terminal: project show', ...asked, read: terminal(() => ['project', 'show', shopProject]) },
    { name: 'terminal: project list', ...asked, read: terminal(() => ['project', 'list']) },
    {
      name: 'terminal: demo, context',
      ...atStart,
      async read() {
        const explained = await call('session_start_payload', {
          ...start,
          wake_depth: 'deep',
          explain: true,
        })
        return toldBy((teller) => teller.context(explained))
      },
    },
    {
      name: 'terminal: demo, what is found',
      ...asked,
      async read(cue) {
        const { hits } = await call('memory_recall', { cwd: shop, cue })
        const found = hits.map(
          ({ literal_surface }: { literal_surface: string }) => `found: ${literal_surface}`,
        )
        return toldBy((teller) => teller.shown([`“${cue}?”`, ...found]))
      },
    },
    {
      name: 'export, Markdown, outside of fences and comments',
      ...asked,
      read: async () => liveMarkdown(await markdownOf(memory, name)),
    },
    { name: 'export, Markdown, as it lies there', ...json, read: () => markdownOf(memory, name) },
    { name: 'terminal: list --json', ...json, read: terminal(() => ['list', '-n', '200', '--json']) },
  ]
}

function toldBy(tell: (teller: Teller) => void): string {
  const lines: string[] = []
  tell(createTeller((line) => void lines.push(line)))
  return lines.join('\n')
}

async function markdownOf(memory: Fixture, name: string): Promise<string> {
  const { memories } = await memory.call('memory_list', { cwd: shop, limit: 200 })
  const write = createArchiveWriting('markdown')
  const head = { type: 'archive', version: 1, store: '0', made_at: '', made_by: 'a test' } as const
  const records = memories.map(
    (view: MemoryRecord): MemoryRecord => ({ ...view, type: 'memory', client: name, session: name }),
  )
  return [head, ...records, { type: 'end', records: records.length } as const].map(write).join('')
}

/** What a reader of Markdown takes for structure: CommonMark's fenced code and comments are left out, by its own rules. */
function liveMarkdown(markdown: string): string {
  const live: string[] = []
  let ends: RegExp | null = null
  for (const line of markdown.split(/\r\n|[\n\r]/u)) {
    if (ends !== null) {
      if (ends.test(line)) ends = null
      continue
    }
    const fence = /^ {0,3}(?<run>`{3,}|~{3,})/u.exec(line)?.groups?.run
    if (fence !== undefined) ends = new RegExp(`^ {0,3}${fence[0]}{${fence.length},}\\s*$`, 'u')
    else if (!/^ {0,3}<!--/u.test(line)) live.push(line)
    else if (!line.includes('-->')) ends = /-->/u
    else live.push(line.slice(line.indexOf('-->') + 3))
  }
  return live.join('\n')
}

/** The command line over the answers of this memory. */
async function terminalOver(memory: Fixture, session: string, name: string) {
  const scope = { cwd: shop }
  const [memory_list, memory_forget, session_start_payload, memory_recall, sessions, project] =
    await Promise.all([
      memory.call('memory_list', { ...scope, limit: 200 }),
      memory.call('memory_forget', { where: { session_id: session }, dry_run: true }),
      memory.call('session_start_payload', { ...start, wake_depth: 'deep' }),
      memory.call('memory_recall', { ...scope, cue: 'pelican', limit: 50 }),
      memory.call('session_list', scope),
      memory.call('project_get', { project: shopProject }),
    ])
  const named = { ...project, name, reason: name, merged: [name] }
  return startFakeDaemon({
    ...{ memory_list, memory_forget, session_start_payload, memory_recall, session_list: sessions },
    ...{ project_get: named, project_list: { projects: [named] } },
    memory_get: {
      memories: memory_list.memories.map((view: object) => ({ ...view, client: name, session_id: name })),
      missing: [],
    },
  })
}
