// `iai-mcp setup` in a home where the three released hosts have run before: from then on they share one memory, through
// what set-up wrote and nothing else, and `--undo` gives every file its old bytes back.
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type ClaudeCode, prepareClaudeCode } from './claude-code.ts'
import { type Codex, prepareCodex } from './codex.ts'
import { type HostRun, iaiMcp, startHost } from './host-process.ts'
import { type MockModel, startMockModel } from './mock-model.ts'
import { type OpenCode, prepareOpenCode } from './open-code.ts'

let model: MockModel
let openCode: OpenCode
let claudeCode: ClaudeCode
let codex: Codex
let dataDir: string

beforeEach(async () => {
  model = await startMockModel()
  openCode = await prepareOpenCode({ modelUrl: model.baseUrl, plugin: [] })
  const { home, project } = openCode
  dataDir = join(home, '.iai-mcp')
  const setting = { home, project, modelUrl: model.baseUrl, dataDir, isBare: true }
  claudeCode = await prepareClaudeCode(setting)
  codex = await prepareCodex(setting)
})

afterEach(async () => {
  await command('stop')
  await openCode?.remove()
  await model?.close()
})

/** `iai-mcp` in the home of the three hosts. */
function command(...args: readonly string[]): Promise<HostRun> {
  const { home, project } = openCode
  const [program, ...bin] = iaiMcp
  const env = { HOME: home, PATH: process.env.PATH ?? '' }
  return startHost(program, [...bin, ...args], { cwd: project, env, input: '' }).ended
}

async function fine(run: Promise<HostRun>): Promise<string> {
  const { code, said, log } = await run
  expect(code, said + log).toBe(0)
  return said
}

/** Of the hosts' own settings, and where there is none yet. */
async function settings(): Promise<Readonly<Record<string, string | null>>> {
  const files = [
    '.config/opencode/opencode.json',
    '.claude.json',
    '.claude/settings.json',
    '.codex/config.toml',
    '.codex/hooks.json',
  ].map((name) => join(openCode.home, name))
  const read = async (path: string) => (existsSync(path) ? await readFile(path, 'latin1') : null)
  return Object.fromEntries(await Promise.all(files.map(async (path) => [path, await read(path)])))
}

const setUp = () => command('setup', '--yes', '--json')

const slow = { timeout: 600_000 }

test('what one host is told the others know, the past included, and all is taken back', slow, async () => {
  model.when('reeds', { text: 'A heron, then.' })
  await fine(openCode.run('The bird in the reeds was a heron.'))
  await fine(claudeCode.run('Hello from Claude Code.'))
  await fine(codex.run('Hello from Codex.'))
  const before = await settings()

  const { findings, import: past } = JSON.parse(await fine(setUp()))
  expect(findings.map(({ check, state }: { check: string; state: string }) => `${check}: ${state}`)).toEqual([
    'OpenCode plugin: ok',
    'OpenCode MCP: ok',
    'Claude Code hooks: ok',
    'Claude Code MCP: ok',
    'Codex hooks: ok',
    'Codex MCP: ok',
  ])
  expect(past.stored.inserted).toBe(6)

  // Taken back before any host has run again: to the byte.
  await fine(command('setup', '--undo'))
  expect(await settings()).toEqual(before)
  await fine(setUp())

  await knows(() => claudeCode.run('Good morning.'), 'heron')
  model.when('port 6543', { text: 'Noted.' })
  await fine(claudeCode.run('The staging database listens on port 6543.'))
  await vi.waitFor(async () => expect(await fine(command('list'))).toContain('6543'), 60_000)
  await knows(() => codex.run('Good morning.'), 'port 6543')
  await knows(() => openCode.run('Good morning.'), 'port 6543')

  // The hosts have written to their own files meanwhile: only our part goes.
  await fine(command('setup', '--undo'))
  for (const text of Object.values(await settings())) expect(text ?? '').not.toContain('iai-mcp')
  const requests = model.requests.length
  await fine(claudeCode.run('Good evening.'))
  expect(model.requests[requests]?.body).not.toContain('6543')
  expect(await readdir(openCode.home)).toContain('.iai-mcp')
})

async function knows(run: () => Promise<HostRun>, what: string): Promise<void> {
  const before = model.requests.length
  await fine(run())
  expect(model.requests.slice(before).map(({ body }) => body)).toContainEqual(expect.stringContaining(what))
}
