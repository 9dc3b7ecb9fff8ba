// The protocol's own checkers against the real daemon: the inspector's command line over both transports in both eras,
// and those scenarios of the conformance suite that ask for nothing a server has to make up for it.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { portFileName, socketFileName, tokenFileName } from '../../packages/client/src/data-dir.ts'
import { mcpCheckerPrograms } from './installed-hosts.ts'
import { type MemoryDaemon, startMemoryDaemon } from './memory-daemon.ts'

const bin = fileURLToPath(new URL('../../packages/daemon/bin/iai-mcp.js', import.meta.url))
const { conformance, inspector } = mcpCheckerPrograms()
const runMsMax = 120_000

let daemon: MemoryDaemon

afterEach(async () => {
  await daemon?.remove()
})

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function run(program: string, args: readonly string[]): Promise<Ran> {
  const env = { PATH: process.env.PATH ?? '', HOME: daemon.dataDir }
  return new Promise((resolve) => {
    const options = { env, timeout: runMsMax, maxBuffer: 16 * 1024 * 1024 }
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ code, stdout, stderr })
    })
  })
}

const url = () => `http://127.0.0.1:${readFileSync(join(daemon.dataDir, portFileName), 'utf8')}/mcp`

const targets = {
  stdio: () => {
    const place = ['--data-dir', daemon.dataDir, '--socket', join(daemon.dataDir, socketFileName)]
    return ['--', process.execPath, bin, 'mcp', ...place]
  },
  http: () => {
    const token = readFileSync(join(daemon.dataDir, tokenFileName), 'utf8')
    return ['--header', `Authorization: Bearer ${token}`, '--transport', 'http', '--server-url', url()]
  },
} as const

describe.each(['stdio', 'http'] as const)('the inspector over %s', (way) => {
  beforeEach(async () => {
    daemon = await startMemoryDaemon()
  })

  describe.each(['legacy', 'modern'])('era %s', (era) => {
    async function inspect(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
      const ran = await run(inspector, ['--cli', '--protocol-era', era, ...args, ...targets[way]()])
      expect(ran.code, ran.stderr + ran.stdout).toBe(0)
      return JSON.parse(ran.stdout)
    }

    test('finds the tools and nothing wrong with their schemas', async () => {
      const { tools } = await inspect('--method', 'tools/list', '--strict')
      expect(tools).toHaveLength(8)
    })

    test('calls them, and reads the prompt and the resources', async () => {
      const call = ['--method', 'tools/call', '--tool-name']
      const kept = await inspect(...call, 'remember', '--tool-arg', 'text=The gate opens at nine.')
      expect(kept).toMatchObject({ structuredContent: { status: 'inserted' } })
      const found = await inspect(
        ...call,
        'recall',
        '--tool-arg',
        'cue=gate',
        '--tool-arg',
        'all_projects=true',
      )
      expect(found).toMatchObject({ structuredContent: { hits: [{ text: 'The gate opens at nine.' }] } })
      const prompt = await inspect('--method', 'prompts/get', '--prompt-name', 'what-do-you-know')
      expect(prompt.messages).toHaveLength(1)
      expect(await inspect('--method', 'resources/list')).toMatchObject({ resources: [] })
      expect(await inspect('--method', 'resources/templates/list')).toMatchObject({
        resourceTemplates: [{ uriTemplate: 'iai-mcp://session/{client}/{session_id}' }],
      })
    })
  })
})

describe('the conformance suite', () => {
  beforeEach(async () => {
    // It cannot send a token.
    daemon = await startMemoryDaemon({ IAI_DAEMON_HTTP_AUTH: 'off' })
  })

  test.each([
    'server-initialize',
    'ping',
    'tools-list',
    'resources-list',
    'prompts-list',
    'dns-rebinding-protection',
  ])('%s', async (scenario) => {
    const ran = await run(conformance, ['server', '--url', url(), '--scenario', scenario])
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
    expect(ran.stdout).toMatch(/[1-9]\d* passed, 0 failed|Passed: [1-9]/)
  })
})
