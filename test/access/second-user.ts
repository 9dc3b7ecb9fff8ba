// Starts stranger.ts as another user of this machine. Only root can do that; without it this raises, and run.ts has
// said so before.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

/** nobody */
export const strangerUid = 65_534

export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string }

export interface Stranger {
  does(deed: string, details?: Readonly<Record<string, unknown>>): Promise<Outcome>
}

export async function startStranger(): Promise<Stranger> {
  // Node and the script where anybody may run them, wherever this checkout is.
  const place = mkdtempSync(join(tmpdir(), 'iai-stranger-'))
  chmodSync(place, 0o755)
  const node = join(place, 'node')
  const script = join(place, 'stranger.ts')
  copyFileSync(process.execPath, node)
  copyFileSync(new URL('stranger.ts', import.meta.url), script)
  for (const path of [node, script]) chmodSync(path, 0o755)

  const child = spawn(node, [script], {
    uid: strangerUid,
    gid: strangerUid,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers: ((outcome: Outcome) => void)[] = []
  const ready = new Promise<Outcome>((resolve) => answers.push(resolve))
  createInterface({ input: child.stdout }).on('line', (line) => answers.shift()?.(JSON.parse(line)))
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(place, { recursive: true, force: true })
  })
  await Promise.race([
    ready,
    ended.then(([code]) => {
      throw new Error(`the second user could not be started (${code})`)
    }),
  ])
  return {
    does: (deed, details = {}) =>
      new Promise((resolve) => {
        answers.push(resolve)
        child.stdin.write(`${JSON.stringify({ do: deed, ...details })}\n`)
      }),
  }
}
