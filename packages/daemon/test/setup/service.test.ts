// Unit files: what they say, and what the system's own checker says of them.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'plist'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { tempDir } from '../../../../test/support/temp-dir.ts'
import { serviceManager } from '../../src/cli/service/manager.ts'
import { launchdPlist, systemdUnit } from '../../src/cli/service/unit.ts'

const facts = (...args: string[]) => ({
  command: [process.execPath, ...args] as [string, ...string[]],
  dataDir: '/home/ada/.iai-mcp',
})

describe('the systemd unit', () => {
  test('quotes what systemd would read otherwise', () => {
    const unit = systemdUnit(facts('/opt/with space/%h/$HOME/"q"\\/x.js', 'daemon', '--http'))
    expect(unit).toContain(
      `ExecStart=${process.execPath} "/opt/with space/%%h/$$HOME/\\"q\\"\\\\/x.js" daemon --http\n`,
    )
  })

  const analyser = spawnSync('systemd-analyze', ['--version']).status === 0
  test(`passes systemd-analyze verify (${analyser ? 'which is here' : 'which is not here: only its lines are looked at'})`, () => {
    const folder = tempDir()
    const script = join(folder, 'with space and 100%.js')
    writeFileSync(script, '')
    const text = systemdUnit(facts(script, 'daemon', '--http'))
    expect(text).toMatch(/^\[Unit\]\n[^\n]+\n\n\[Service\]\nExecStart=/)
    expect(text).toContain('\n[Install]\nWantedBy=default.target\n')
    if (!analyser) return
    const unit = join(folder, 'iai-mcp.service')
    writeFileSync(unit, text)
    const options = {
      encoding: 'utf8',
      env: { ...process.env, HOME: folder, XDG_RUNTIME_DIR: folder },
    } as const
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--user', '--man=no', unit], options)
    // Complaints about other units of the machine are not ours.
    expect(stderr.split('\n').filter((line) => line.includes('iai-mcp'))).toEqual([])
    expect(status).toBe(0)
  })
})

describe('the property list of launchd', () => {
  test('says, to a parser of such lists, how the daemon is run', () => {
    const text = launchdPlist(facts('/opt/a & b <c>.js', 'daemon', '--http'))
    expect(parse(text)).toEqual({
      Label: 'org.iai-mcp.daemon',
      ProgramArguments: [process.execPath, '/opt/a & b <c>.js', 'daemon', '--http', '--log-level', 'warn'],
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      ProcessType: 'Interactive',
      Umask: 0o077,
      StandardErrorPath: '/home/ada/.iai-mcp/daemon.log',
    })
  })

  /** From launchd.plist(5): the type of each key that may be used, and the values where they are listed. */
  const documented: Readonly<Record<string, (value: unknown) => boolean>> = {
    Label: (value) => typeof value === 'string',
    ProgramArguments: (value) => Array.isArray(value) && value.every((word) => typeof word === 'string'),
    RunAtLoad: (value) => typeof value === 'boolean',
    KeepAlive: (value) =>
      typeof value === 'boolean' ||
      (typeof value === 'object' &&
        value !== null &&
        Object.keys(value).every((key) =>
          ['SuccessfulExit', 'Crashed', 'PathState', 'OtherJobEnabled', 'AfterInitialDemand'].includes(key),
        )),
    ProcessType: (value) => ['Background', 'Standard', 'Adaptive', 'Interactive'].includes(String(value)),
    Umask: (value) => Number.isInteger(value) || typeof value === 'string',
    StandardErrorPath: (value) => typeof value === 'string',
  }

  test('uses keys of launchd.plist(5) only, with values of their types', () => {
    const entries = Object.entries(parse(launchdPlist(facts('/opt/x.js', 'daemon'))) as object)
    expect(entries.filter(([key, value]) => documented[key]?.(value) !== true)).toEqual([])
  })
})

test('launchd is told in an order that works for one that is loaded already, and for one that is not', async () => {
  const folder = tempDir()
  const asked = join(folder, 'asked')
  // `bootout` fails as it does where nothing is loaded.
  const script = `#!/bin/sh\necho "$@" >> ${asked}\ncase $1 in bootout) echo "Boot-out failed: 3" >&2; exit 3;; esac\n`
  writeFileSync(join(folder, 'launchctl'), script, { mode: 0o755 })
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`)
  onTestFinished(() => void vi.unstubAllEnvs())
  const home = '/Users/ada'
  const manager = serviceManager({ platform: 'darwin', home, configFolder: `${home}/.config`, uid: 501 })
  const file = `${home}/Library/LaunchAgents/org.iai-mcp.daemon.plist`
  await manager.enable()
  await manager.disable()
  expect(manager.file).toBe(file)
  expect(readFileSync(asked, 'utf8').trim().split('\n')).toEqual([
    'bootout gui/501/org.iai-mcp.daemon',
    'enable gui/501/org.iai-mcp.daemon',
    `bootstrap gui/501 ${file}`,
    'bootout gui/501/org.iai-mcp.daemon',
  ])
})

test('other systems are told what to do instead', () => {
  expect(() => serviceManager({ platform: 'win32', home: '/', configFolder: '/', uid: 0 })).toThrow(
    'iai-mcp daemon',
  )
})
