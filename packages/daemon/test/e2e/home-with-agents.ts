// An invented home with agents in it, for what set-up does to it. The daemon that set-up leaves behind ends with the test.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createPlace, type Ended, type Env, type Place } from './daemon-process.ts'

export interface Home extends Place {
  readonly home: string
  setup(...args: readonly string[]): Promise<Ended>
}

export function homeWith(files: Readonly<Record<string, string>>, env: Env = {}): Home {
  const place = createPlace(env)
  const home = dirname(place.dataDir)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    writeFileSync(join(home, path), text)
  }
  // The daemon that set-up starts is nobody's child.
  onTestFinished(() => stopIfUp(place))
  return { ...place, home, setup: (...args) => place.run(['setup', ...args]) }
}

async function stopIfUp(place: Place): Promise<void> {
  if (!existsSync(join(place.dataDir, '.daemon.json'))) return
  const { pid } = JSON.parse(place.read('.daemon.json'))
  process.kill(pid, 'SIGTERM')
  while (existsSync(join(place.dataDir, '.daemon.json')))
    await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Every file outside our own data directory, byte for byte. */
export function snapshot(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => !name.startsWith('.iai-mcp') && statSync(join(folder, name)).isFile())
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), 'latin1')]))
}

/** Settings of three agents, with what real ones have: comments, tabs, CRLF. */
export const threeAgents = {
  '.config/opencode/opencode.jsonc': '// mine\n{\n\t"theme": "dark", // yes\n\t"plugin": ["a",],\n}\n',
  '.claude/settings.json':
    '{\n  // mine\n  "hooks": {\n    "Stop": [{ "hooks": [{ "type": "command", "command": "date" }] }]\n  }\n}\n',
  '.claude.json': '{"numStartups":3,"projects":{"/home/ada":{"x":1.0}}}',
  '.codex/config.toml': '# mine\r\nmodel = "x"\r\n',
}

/** One turn as Claude Code writes it down. */
export const turn = `${JSON.stringify({
  type: 'user',
  uuid: 'u-1',
  sessionId: 'ses-1',
  cwd: '/home/ada/shop',
  timestamp: '2026-03-02T09:00:00.000Z',
  message: { role: 'user', content: 'The heron stands in the reeds' },
})}\n`
