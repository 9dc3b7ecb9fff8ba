// No space at all: a process that may write no byte to any file, which needs no full disk to try.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'

test('what only informs is left out, said, and nothing outdated stays in its place', async () => {
  const dataDir = tempDir()
  for (const left of ['.daemon.json', '.http.port']) writeFileSync(join(dataDir, left), '1', { mode: 0o600 })
  const script = fileURLToPath(new URL('no-space-process.ts', import.meta.url))
  const child = spawn(
    '/bin/sh',
    ['-c', 'ulimit -f 0; exec "$0" "$1" "$2"', process.execPath, script, dataDir],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = await once(child.stdout, 'data')
  const { port, said, files } = JSON.parse(String(line))
  expect(files).toEqual(['.daemon.lock'])
  expect(said).toEqual(['holder_not_noted', 'port_file_waits_for_space', 'http_auth_off'])
  expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text()).toBe('{"ok": true}')
  child.stdin.end()
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(readdirSync(dataDir)).toEqual([])
})
