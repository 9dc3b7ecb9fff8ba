// The command on other Nodes than the daemon's: an old one is stood in for by a script that claims to be one.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { bin, ensureBuilt } from './daemon-process.ts'

beforeAll(ensureBuilt, 120_000)

/** Makes the Node that runs it say that it is an old one. */
function oldNode(): string[] {
  const disguise = join(tempDir(), 'old.mjs')
  const code = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.0' } })`
  writeFileSync(disguise, code)
  return [process.execPath, '--import', disguise]
}

/** The package outside of any checkout, so that no other Node is beside it unless a test puts one there. */
function installedAlone(): { readonly bin: string; readonly folder: string } {
  const folder = tempDir()
  const target = join(folder, 'node_modules/iai-mcp')
  mkdirSync(target, { recursive: true })
  const source = join(bin, '../..')
  cpSync(join(source, 'bin'), join(target, 'bin'), { recursive: true })
  cpSync(join(source, 'package.json'), join(target, 'package.json'))
  return { bin: join(target, 'bin/iai-mcp.js'), folder }
}

/** A `node` package whose Node is this shell script. */
function putNode(folder: string, script: string): void {
  const path = join(folder, 'node_modules/node/bin/node')
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

function run([command = '', ...before]: readonly string[], args: readonly string[]) {
  return spawnSync(command, [...before, ...args], { encoding: 'utf8', timeout: 120_000 })
}

test('an old Node without a newer one beside it says which is needed', () => {
  const ran = run(oldNode(), [installedAlone().bin, '--version'])
  expect(ran.status).toBe(1)
  expect(ran.stderr).toContain('iai-mcp needs Node 22.14 or newer; this is Node 20.11.0.')
  expect(ran.stderr).toContain('npm install node@24')
  expect(ran.stdout).toBe('')
})

test('in a clone that was never started, an old Node says what to start', () => {
  const folder = tempDir()
  const source = join(bin, '../..')
  cpSync(join(source, 'bin'), join(folder, 'packages/daemon/bin'), { recursive: true })
  cpSync(join(source, 'package.json'), join(folder, 'packages/daemon/package.json'))
  mkdirSync(join(folder, 'scripts'))
  writeFileSync(join(folder, 'scripts/bootstrap.mjs'), '')
  const ran = run(oldNode(), [join(folder, 'packages/daemon/bin/iai-mcp.js'), 'setup'])
  expect(ran.status).toBe(1)
  expect(ran.stderr).toContain(`run "npm start" once in ${folder}`)
  expect(ran.stderr).not.toContain('Install')
})

test('an old Node hands over to the newer one beside it, with arguments and exit code', () => {
  const { bin: alone, folder } = installedAlone()
  putNode(folder, 'echo "$@"; exit 7')
  const ran = run(oldNode(), [alone, 'recall', 'two words'])
  expect(ran.status).toBe(7)
  expect(ran.stdout).toBe(`${alone} recall two words\n`)
})

test('in a checkout the command works from an old Node', () => {
  const ran = run(oldNode(), [bin, '--version'])
  expect(ran.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect(ran.status).toBe(0)
})

test('signals are passed on', async () => {
  const { bin: alone, folder } = installedAlone()
  putNode(folder, 'trap "exit 9" TERM; echo ready; for _ in $(seq 200); do sleep 0.05; done')
  const [command = '', ...args] = oldNode()
  const child = spawn(command, [...args, alone, 'daemon'], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([9, null])
})

test('a newer Node that is an old one in truth does not go round in circles', () => {
  const { bin: alone, folder } = installedAlone()
  putNode(folder, `exec ${oldNode().join(' ')} "$@"`)
  const ran = run(oldNode(), [alone, '--version'])
  expect(ran.status).toBe(1)
  expect(ran.stderr).toContain('iai-mcp needs Node 22.14 or newer')
})

test('a package that was never built says so', () => {
  const ran = run([process.execPath], [installedAlone().bin, '--version'])
  expect(ran.status).toBe(1)
  expect(ran.stderr).toContain('Run "npm start" once')
})
